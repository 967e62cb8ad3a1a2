"""django: templates, URL routing, forms, views by the test client, and models in a database of sqlite3."""

import os
import sys
import types

import django
from django import forms
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import include, path, re_path, reverse

# Models have to belong to an app, and that is a package.
app = sys.modules["job"] = types.ModuleType("job")
app.__path__ = [os.path.dirname(__file__)]

settings.configure(INSTALLED_APPS=["job"], DEBUG=False, SECRET_KEY="key", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], USE_TZ=True,
                   DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
                   DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
                   MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
                   TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": [
                       ("django.template.loaders.locmem.Loader", {
                           "base": "<h1>{% block t %}base{% endblock %}</h1>{% block b %}{% endblock %}",
                           "page": "{% extends 'base' %}{% load i18n %}{% block t %}{{ block.super }} {{ name|title }}{% endblock %}"
                                   "{% block b %}{% for n in numbers %}{% if n|divisibleby:3 %}{{ forloop.counter }}:{{ n|floatformat:2 }}"
                                   "{% cycle ' a' ' b' %}{% endif %}{% empty %}none{% endfor %}{{ text|truncatewords:3 }}"
                                   "{% url 'item' 7 %}{% trans 'Yes' %}{{ when|date:'D j F Y' }}{% endblock %}"})]}}])


class Form(forms.Form):
    name = forms.CharField(max_length=5)
    size = forms.IntegerField(min_value=1, required=False)
    mail = forms.EmailField()
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    day = forms.DateField()

    def clean_name(self):
        if self.cleaned_data["name"] == "bad":
            raise forms.ValidationError("No %(x)s", params={"x": "bad"})
        return self.cleaned_data["name"].upper()


def item(request, number):
    return JsonResponse({"number": number, "query": request.GET.dict(), "method": request.method})


def page(request, slug="none"):
    from django.shortcuts import render
    import datetime
    return render(request, "page", {"name": slug, "numbers": range(200), "text": "<one> two three four", "when": datetime.date(2024, 2, 29)})


urlpatterns = [path("item/<int:number>/", item, name="item"), re_path(r"^page/(?P<slug>[\w-]+)/$", page, name="page"),
               path("in/", include(([path("<uuid:u>/", item, name="u")], "app"), namespace="space"))]


def models_in_a_database():
    import datetime
    from decimal import Decimal

    from django.db import IntegrityError, connection, models, transaction
    from django.db.models import Avg, Count, F, Max, Q, Sum, Value, Window
    from django.db.models.functions import Concat, ExtractYear, Length, Lower, RowNumber, TruncMonth, Upper

    class Author(models.Model):
        name = models.CharField(max_length=40, unique=True)
        born = models.DateField(null=True)

        class Meta:
            app_label = "job"

        def __str__(self):
            return self.name

    class Tag(models.Model):
        word = models.CharField(max_length=10)

        class Meta:
            app_label = "job"
            ordering = ["word"]

    class Book(models.Model):
        title = models.CharField(max_length=100, db_index=True)
        author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")
        price = models.DecimalField(max_digits=8, decimal_places=2)
        sold = models.PositiveIntegerField(default=0)
        out = models.DateTimeField()
        data = models.JSONField(default=dict)
        tags = models.ManyToManyField(Tag)

        class Meta:
            app_label = "job"
            ordering = ["-out", "title"]

    with connection.schema_editor() as editor:
        for model in Author, Tag, Book:
            editor.create_model(model)
    authors = [Author.objects.create(name=f"Author {i}", born=datetime.date(1900 + i, 1 + i % 12, 1)) for i in range(20)]
    tags = [Tag.objects.create(word=w) for w in ("old", "new", "good", "bad")]
    utc = datetime.timezone.utc
    Book.objects.bulk_create(
        Book(title=f"Title {i}", author=authors[i * 7 % 20], price=Decimal(i) / 4, sold=i * i % 97,
             out=datetime.datetime(2000 + i % 20, 1 + i % 12, 1 + i % 28, i % 24, tzinfo=utc), data={"pages": i, "kind": ["a", "b"][i % 2]})
        for i in range(200))
    for book in Book.objects.filter(sold__gt=90):
        book.tags.set(tags[:book.sold % 4 + 1])
    print(Book.objects.count(), Book.objects.aggregate(Sum("price"), Avg("sold"), Max("out")))
    print([(a.name, a.n, a.total) for a in Author.objects.annotate(n=Count("books"), total=Sum("books__sold")).order_by("-total", "name")[:4]])
    print(list(Book.objects.filter(Q(title__endswith="7") & ~Q(sold__lt=50) | Q(author__name__iexact="AUTHOR 3")).values_list("title", "author__name")[:5]))
    print(list(Book.objects.annotate(year=ExtractYear("out")).values("year").annotate(n=Count("id")).order_by("year")[:3]))
    print([m.isoformat() for m in Book.objects.annotate(month=TruncMonth("out")).values_list("month", flat=True).distinct()[:2]])
    print(list(Book.objects.filter(data__kind="b", data__pages__lt=9).values_list("title", Length("title"))))
    print(list(Author.objects.annotate(both=Concat(Upper("name"), Value("/"), Lower("name"))).values_list("both", flat=True)[:2]))
    print(list(Book.objects.annotate(rank=Window(RowNumber(), partition_by=F("author"), order_by=F("sold").desc()))
               .order_by("author", "rank").values_list("author_id", "rank", "sold")[:4]))
    print([(b.title, [t.word for t in b.tags.all()]) for b in Book.objects.prefetch_related("tags").filter(tags__word="bad").distinct()[:3]])
    print(Book.objects.filter(title__regex=r"^Title 1?5$").update(sold=F("sold") + 1), Book.objects.get(title="Title 15").sold)
    print(Book.objects.select_related("author").latest("out").author, Book.objects.in_bulk([1, 2]), Author.objects.dates("born", "year")[1])
    try:
        with transaction.atomic():
            Author.objects.create(name="Late")
            Author.objects.create(name="Author 1")
    except IntegrityError as e:
        print(e, Author.objects.filter(name="Late").exists())
    print(authors[0].delete(), Book.objects.count(), Author.objects.get_or_create(name="Author 2")[1])
    print(str(Book.objects.filter(sold=1).only("title").query), Book.objects.explain() != "")
    print(sum(len(b.title) + b.sold for _ in range(20) for b in Book.objects.all().iterator()))


def main():
    django.setup()
    from django.test import Client, RequestFactory
    client = Client()
    print(client.get("/item/3/?a=1").json(), client.get("/nothing/").status_code, client.post("/item/4/", {"x": 1}).json())
    for _ in range(40):
        text = client.get("/page/some-name/").content.decode()
    print(text[:400], text[-80:], reverse("page", args=["x-y"]))
    print(Form({"name": "abc", "mail": "a@b.org", "kind": "a", "day": "2024-02-29"}).is_valid())
    form = Form({"name": "bad", "size": "0", "mail": "no", "kind": "z", "day": "2023-02-29"})
    print(form.is_valid(), form.errors.as_json(), form.as_p())
    print(RequestFactory().get("/a", {"b": ["1", "2"]}).GET.getlist("b"), HttpResponse("x", status=201).serialize())
    models_in_a_database()


main()
