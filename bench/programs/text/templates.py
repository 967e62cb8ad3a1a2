"""A template language in small, compiled to Python source and run; string.Template; html.escape."""

import html
import re
import string

CASES = {5: [68185, 100], 1400: [19403890, 100]}

PAGE = """<html><h1>{{ title }}</h1>
{% for user in users %}<tr class="{{ user.kind }}">
  <td>{{ user.name }}</td>{% if user.mail %}<td>{{ user.mail }}</td>{% end %}
  {% for tag in user.tags %}<i>{{ tag }}</i>{% end %}
</tr>
{% end %}</html>"""


class User:
    def __init__(self, number):
        self.name = f"User <{number}>"
        self.kind = "even" if number % 2 == 0 else "odd"
        self.mail = f"u{number}@example.org" if number % 3 else None
        self.tags = [f"tag{n}" for n in range(number % 5)]


def compile_template(source):
    lines = ["def render(context, escape):", "    out = []", "    append = out.append",
             "    title = context['title']; users = context['users']"]
    depth = 1
    for part in re.split(r"({{.*?}}|{%.*?%})", source):
        indent = "    " * depth
        if part.startswith("{{"):
            lines.append(f"{indent}append(escape(str({part[2:-2].strip()})))")
        elif part.startswith("{%"):
            words = part[2:-2].strip()
            if words == "end":
                depth -= 1
            else:
                lines.append(f"{indent}{words}:")
                depth += 1
        elif part:
            lines.append(f"{indent}append({part!r})")
    lines.append("    return ''.join(out)")
    namespace = {}
    exec("\n".join(lines), namespace)
    return namespace["render"]


def main(size):
    users = [User(i) for i in range(100)]
    total = 0
    letter = string.Template("Dear $name, you have ${count} messages, $$5 each.")
    for i in range(size):
        if i % 10 == 0:
            render = compile_template(PAGE)
        page = render({"title": f"Page {i}", "users": users}, html.escape)
        total += len(page)
        for user in users:
            total += len(letter.substitute(name=user.name, count=i))
    return [total, page.count("&lt;")]
