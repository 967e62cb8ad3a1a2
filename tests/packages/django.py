"""django: templates, URL routing, forms and views by the test client, without a database."""

import sys

import django
from django import forms
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import include, path, re_path, reverse

settings.configure(DEBUG=False, SECRET_KEY="key", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], USE_TZ=True, DATABASES={},
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


main()
