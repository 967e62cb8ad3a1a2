"""Arguments of all kinds: defaults, keywords, keyword-only, *args and **kwargs, both sides."""

CASES = {100: 39083, 390000: 532365989999}


def defaults(a, b=2, c=3):
    return a + b * c


def only(a, *, scale=1, offset=0):
    return a * scale + offset


def positional(*args):
    return len(args) + args[0]


def named(**kwargs):
    return kwargs["x"] - kwargs["y"]


def everything(first, /, second, *rest, third=3, **more):
    return first + second + len(rest) + third + len(more)


def forward(*args, **kwargs):
    return everything(*args, **kwargs)


def main(size):
    total = 0
    pair = (4, 5)
    options = {"third": 7, "fourth": 1}
    for i in range(size):
        total += defaults(i)
        total += defaults(i, c=i & 7)
        total += only(i, offset=1, scale=2)
        total += positional(i, 1, 2)
        total += named(x=i, y=total & 3)
        total += defaults(*pair)
        total += forward(i, 1, 2, **options)
    return total
