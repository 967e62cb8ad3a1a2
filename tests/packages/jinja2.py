"""Templates of jinja2: inheritance, macros, filters, loops, autoescaping, the sandbox, and errors' lines."""

import traceback

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment, SecurityError

TEMPLATES = {
    "base": "<title>{% block title %}none{% endblock %}</title>\n<ul>{% block body %}{% endblock %}</ul>",
    "macros": "{% macro item(value, kind='li') -%}<{{ kind }}>{{ value }}</{{ kind }}>{%- endmacro %}",
    "page": """{% extends "base" %}{% from "macros" import item %}
{% block title %}{{ super() }} {{ title|upper }}{% endblock %}
{% block body %}{% for row in rows if row.size > 1 %}{{ item(row.name) }}{{ loop.index }}{% if not loop.last %}, {% endif %}
{%- else %}nothing{% endfor %}{% endblock %}""",
    "filters": "{{ rows|sort(attribute='name')|map(attribute='name')|join('-') }} {{ 3.14159|round(2) }} "
    "{{ rows|groupby('size')|length }} {{ {'a': [1, 2]}|tojson }} {{ '%05d'|format(42) }} {{ 'a b c'|title }}",
    "loop": "{% set ns = namespace(total=0) %}{% for i in range(n) %}{% set ns.total = ns.total + i %}{% endfor %}{{ ns.total }}",
}


class Row:
    def __init__(self, name, size):
        self.name = name
        self.size = size


def main():
    environment = Environment(loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    rows = [Row("b<", 2), Row("a", 3), Row("c", 1)]
    page = environment.get_template("page")
    assert page.render(rows=rows, title="x&y") == "<title>none X&amp;Y</title>\n<ul><li>b&lt;</li>1, <li>a</li>2</ul>"
    assert page.render(rows=[], title="").endswith("<ul>nothing</ul>")
    assert environment.get_template("filters").render(rows=rows) == (
        'a-b&lt;-c 3.14 3 {"a": [1, 2]} 00042 A B C'
    )
    assert environment.get_template("loop").render(n=300_000) == str(300_000 * 299_999 // 2)
    try:
        environment.from_string("\n\n{% for x in %}")
        raise AssertionError
    except TemplateSyntaxError as error:
        assert error.lineno == 3
    try:
        environment.from_string("line\n{{ missing.name }}").render()
        raise AssertionError
    except UndefinedError as error:
        assert str(error) == "'missing' is undefined"
        places = [(entry.filename, entry.lineno) for entry in traceback.extract_tb(error.__traceback__)]
        assert ("<template>", 2) in places, places
    try:
        SandboxedEnvironment().from_string("{{ f.__globals__.x }}").render(f=main)
        raise AssertionError
    except SecurityError:
        pass
    many = [Row(f"name {i}", i % 5) for i in range(300)]
    sizes = {len(page.render(rows=many, title=str(i % 10))) for i in range(60)}
    assert len(sizes) == 1
    for i in range(40):
        environment.from_string("{% if a %}" * 10 + f"{{{{ a + {i} }}}}" + "{% endif %}" * 10).render(a=1)


main()
