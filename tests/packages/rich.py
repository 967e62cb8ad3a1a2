"""rich: tables, trees, panels, markup, syntax, progress and tracebacks, drawn to a string."""

import io

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.panel import Panel
from rich.pretty import pretty_repr
from rich.progress import Progress
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.traceback import Traceback
from rich.tree import Tree


def console(**options):
    return Console(file=io.StringIO(), width=60, legacy_windows=False, **options)


def drawn(*items, **options):
    out = console(**options)
    for item in items:
        out.print(item)
    return out.file.getvalue()


def main():
    table = Table(title="Sizes")
    table.add_column("name", style="cyan")
    table.add_column("size", justify="right")
    for i in range(400):
        table.add_row(f"file {i}", f"[bold]{i * i}[/bold]")
    text = drawn(table)
    assert "┃ name     ┃   size ┃" in text and "│ file 399 │ 159201 │" in text
    assert drawn("[red]a[/red] " + escape("[b]"), force_terminal=True, color_system="standard") == "\x1b[31ma\x1b[0m \x1b[1m[\x1b[0mb\x1b[1m]\x1b[0m\n"
    tree = Tree("root")
    tree.add("one").add("two")
    assert drawn(tree) == "root\n└── one\n    └── two\n"
    assert drawn(Panel("宽 x", expand=False)) == "╭──────╮\n│ 宽 x │\n╰──────╯\n"
    assert "• item" in drawn(Markdown("# Title\n\n* item\n\n`code`")).replace(" •", "•")
    code = Syntax("def f(x):\n    return x\n" * 60, "python", line_numbers=True)
    assert "120" in drawn(code)
    assert pretty_repr({"key": list(range(40))}, max_width=40).count("\n") > 40
    assert Text("hello world").wrap(console(), 6)[0].plain.strip() == "hello"
    try:
        {}["missing"]
    except KeyError as error:
        shown = drawn(Traceback.from_exception(type(error), error, error.__traceback__))
        assert "KeyError: 'missing'" in shown and '❱' in shown
    out = console()
    with Progress(console=out, auto_refresh=False) as progress:
        task = progress.add_task("work", total=10)
        for _ in range(10):
            progress.advance(task)
    assert "work" in out.file.getvalue() and "100%" in out.file.getvalue()


main()
