"""Tracebacks of wrong programs: messages, what is said of a mistyped name, and carets, as CPython has them.

hints.txt has the programs, each behind a line '### title'."""

import linecache
import os
import sys
import traceback
import warnings

NAME = "case"
warnings.simplefilter("ignore")


def show(title, source):
    print("###", title)
    linecache.cache[NAME] = (len(source), None, source.splitlines(True), NAME)
    namespace = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        exec(compile(source, NAME, "exec"), namespace)
    except Exception as error:
        frames = error.__traceback__.tb_next
        traceback.print_exception(type(error), error, frames, file=sys.stdout)
    else:
        print("no error")


with open(os.path.splitext(__file__)[0] + ".txt", encoding="utf-8") as file:
    for case in file.read().split("### ")[1:]:
        title, _, source = case.partition("\n")
        show(title, source)
