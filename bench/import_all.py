"""Imports modules of the standard library, in the interpreter that runs this file.

    import_all.py --list      prints the names of those that can be imported: all but tests and what opens
                              windows, talks or installs something when it is imported
    import_all.py FILE        imports the modules that FILE names, one a line
"""

import os
import sys

LEFT_OUT = {"antigravity", "this", "test", "idlelib", "turtledemo", "ensurepip", "lib2to3", "__main__", "tkinter",
            "turtle", "site-packages", "dist-packages", "lib-dynload", "__pycache__"}


def names_below(directory, prefix):
    """The dotted names of all modules in a directory of Python files and, recursively, in its packages."""
    for entry in sorted(os.listdir(directory)):
        stem, extension = os.path.splitext(entry)
        path = os.path.join(directory, entry)
        if entry in LEFT_OUT or stem in LEFT_OUT or stem.startswith("_sysconfigdata"):
            continue
        if extension == ".py" and stem != "__init__":
            yield prefix + stem
        elif os.path.exists(os.path.join(path, "__init__.py")):
            yield prefix + entry
            yield from names_below(path, prefix + entry + ".")


def importable():
    names = set(names_below(os.path.dirname(os.__file__), "")) | set(sys.stdlib_module_names)
    for name in sorted(names - LEFT_OUT):
        try:
            __import__(name)
        except (ImportError, AttributeError, OSError, SystemExit):
            continue
        yield name


def main(arguments):
    if arguments == ["--list"]:
        print("\n".join(importable()))
        return
    with open(arguments[0], encoding="utf-8") as file:
        for name in file.read().split():
            __import__(name)


if __name__ == "__main__":
    main(sys.argv[1:])
