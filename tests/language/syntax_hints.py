"""What the compiler says of wrong source, and where it points: all kinds of mistakes, each printed with the
class, message and place of its SyntaxError, as CPython does."""

import os
import warnings

warnings.simplefilter("ignore")


def place(error):
    return f"{error.lineno}:{error.offset}-{error.end_lineno}:{error.end_offset}"


def show(source):
    print(ascii(source), end=" -> ")
    try:
        compile(source, "case", "exec")
    except SyntaxError as error:
        print(type(error).__name__, ascii(error.msg), place(error), ascii(error.text))
    else:
        print("compiles")


with open(os.path.splitext(__file__)[0] + ".txt", encoding="utf-8") as file:
    for source in file.read().removesuffix("\n").split("\n---\n"):
        show(source)
