"""A command line of click: groups, options, types, prompts, help pages and errors, with its test runner."""

import click
from click.testing import CliRunner


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug/--no-debug", default=False, help="More output.")
@click.version_option("1.2", prog_name="tool")
@click.pass_context
def tool(context, debug):
    """A tool with commands."""
    context.obj = {"debug": debug}


@tool.command()
@click.argument("names", nargs=-1, required=True)
@click.option("-n", "--count", type=click.IntRange(1, 5), default=1, show_default=True, help="How often.")
@click.option("--style", type=click.Choice(["plain", "loud"], case_sensitive=False), default="plain", envvar="TOOL_STYLE")
@click.pass_obj
def greet(settings, names, count, style):
    """Greets NAMES."""
    for name in names:
        text = f"Hello {name}" * count
        click.echo(text.upper() if style == "loud" else text)
    if settings["debug"]:
        click.echo("debug", err=True)


@tool.command()
@click.option("--user", prompt=True)
@click.password_option()
@click.argument("file", type=click.File("w"), default="-")
def enter(user, password, file):
    """Asks for a user."""
    click.secho(f"{user}: {len(password)}", fg="green", file=file)


HELP = """Usage: tool greet [OPTIONS] NAMES...

  Greets NAMES.

Options:
  -n, --count INTEGER RANGE  How often.  [default: 1; 1<=x<=5]
  --style [plain|loud]
  -h, --help                 Show this message and exit.
"""


def run(*args, **kwargs):
    result = CliRunner().invoke(tool, args, prog_name="tool", **kwargs)
    return result.exit_code, result.output


def main():
    assert run("greet", "A", "B", "-n2") == (0, "Hello AHello A\nHello BHello B\n")
    assert run("greet", "A", env={"TOOL_STYLE": "LOUD"}) == (0, "HELLO A\n")
    assert run("--debug", "greet", "A") == (0, "Hello A\ndebug\n")
    assert run("greet", "--help") == (0, HELP)
    assert run("--version") == (0, "tool, version 1.2\n")
    code, output = run("greet", "A", "-n", "9")
    assert code == 2 and "Error: Invalid value for '-n' / '--count': 9 is not in the range 1<=x<=5." in output
    code, output = run("gret")
    assert code == 2 and "No such command 'gret'." in output
    assert run("greet")[1].endswith("Error: Missing argument 'NAMES...'.\n")
    code, output = run("enter", input="me\nsecret\nsecret\n")
    assert (code, output) == (0, "User: me\nPassword: \nRepeat for confirmation: \nme: 6\n"), output
    for i in range(400):
        assert run("greet", f"N{i}", "-n3")[0] == 0


main()
