# exit: 1
class MyError(Exception):
    pass


def load():
    return {"a": 1}["b"]


def convert():
    try:
        load()
    except KeyError as error:
        raise MyError("cannot convert") from error


def main():
    try:
        convert()
    except MyError:
        error = ValueError("bad value", 5)
        error.add_note("a note")
        error.add_note("of two\nlines")
        raise error


main()
