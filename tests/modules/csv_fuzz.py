"""csv on pseudo-random text, in all dialects: what is read and written, or the message."""

import csv
import io

state = 4321


def random(n):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % n


def pick(alphabet, length):
    return "".join(alphabet[random(len(alphabet))] for _ in range(length))


def dialect():
    options = {"delimiter": ",;\t €"[random(5)], "quotechar": ['"', "'", None][random(3)],
               "escapechar": [None, "\\", "é"][random(3)], "doublequote": random(2) == 0,
               "skipinitialspace": random(3) == 0, "strict": random(4) == 0,
               "lineterminator": ["\r\n", "\n", "x|", "ж"][random(4)]}
    options["quoting"] = csv.QUOTE_NONE if options["quotechar"] is None else random(6)
    return options


def show(function, *args, **kwargs):
    try:
        print(repr(function(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)


def read(lines, options):
    return list(csv.reader(lines, **options))


def written(rows, options):
    stream = io.StringIO(newline="")
    csv.writer(stream, **options).writerows(rows)
    return stream.getvalue()


LETTERS = ['ab,"', "ab;'\\\n", "xyz\t| ", 'aé€,"\r', "12.5,;", "ж😀,'\"\\ \n"]
for i in range(400):
    options = dialect()
    letters = LETTERS[random(len(LETTERS))]
    show(read, [pick(letters, random(30)) for _ in range(1 + random(3))], options)
    rows = [[pick(letters, random(12)), None, random(99), random(99) / 4][:random(5)] for _ in range(1 + random(3))]
    show(written, rows, options)

csv.field_size_limit(10)
for text in ("a" * 10, "a" * 11, '"' + "a" * 10 + '"', '"' + "a" * 11 + '"', "é" * 11, '"aaaaaaaaa""b"', "aaaaaaaaaa,b"):
    show(read, [text], {})
