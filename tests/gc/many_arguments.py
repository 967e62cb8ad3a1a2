"""More arguments than the function has registers: they live until the function has them."""

from testing import equal, run

COUNT = 200


def star(*args):
    return args


def star_star(**kwargs):
    return kwargs


def caller(source):
    namespace = {"star": star, "star_star": star_star}
    exec(source, namespace)
    return namespace["call"]


def test_positional_arguments():
    call = caller("def call(n): return star(%s)" % ", ".join(f"'{i}-%d' % n" for i in range(COUNT)))
    for n in range(8000):
        got = call(n)
        equal((got[0], got[-1], got[n % COUNT]), (f"0-{n}", f"{COUNT - 1}-{n}", f"{n % COUNT}-{n}"))


def test_keyword_arguments():
    call = caller("def call(n): return star_star(%s)" % ", ".join(f"a{i}='{i}-%d' % n" for i in range(COUNT)))
    for n in range(4000):
        got = call(n)
        equal((got["a0"], got[f"a{COUNT - 1}"], got[f"a{n % COUNT}"]),
              (f"0-{n}", f"{COUNT - 1}-{n}", f"{n % COUNT}-{n}"))


run(globals())
