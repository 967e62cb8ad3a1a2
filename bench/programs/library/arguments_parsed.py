"""argparse: a parser with options, groups and subcommands made and used, its help formatted."""

import argparse

CASES = {3: 1377, 250: 114750}


def parser():
    top = argparse.ArgumentParser(prog="tool", description="Does things to files, many at a time, in many ways.")
    top.add_argument("--verbose", "-v", action="count", default=0, help="say more")
    top.add_argument("--level", type=int, default=3, choices=range(10))
    commands = top.add_subparsers(dest="command")
    for name in ("copy", "move", "list"):
        command = commands.add_parser(name, help=f"how to {name}")
        command.add_argument("source", nargs="+")
        command.add_argument("--target", "-t", default=".", metavar="DIRECTORY")
        group = command.add_mutually_exclusive_group()
        group.add_argument("--force", action="store_true", help="no questions asked")
        group.add_argument("--ask", action="store_false", help="ask before everything")
    return top


def main(size):
    total = 0
    for i in range(size):
        tool = parser()
        total += len(tool.format_help())
        for arguments in (["-vv", "copy", "a", "b", "--force"], ["--level", "7", "move", "x", "-t", "elsewhere"],
                          ["list", "."]):
            options = tool.parse_args(arguments)
            total += options.verbose + options.level + len(options.source) + len(options.target) + options.force
    return total
