# exit: 1
import sys
import traceback


class C:
    attribute = None


def show(function):
    try:
        function()
    except Exception:
        traceback.print_exc()
    print("-" * 20, file=sys.stderr)


c = C()
d = {"key": [1, 2]}
n = 5
show(lambda: n + "a")
show(lambda: (n + 1) * 2 + [])
show(lambda: d["key"][7])
show(lambda: d["none"]["key"])
show(lambda: c.attribute.name)
show(lambda: c.attribut)
show(lambda: len(5))
show(lambda: max(1, 2, key=3)(4))
show(lambda: undefinedname)
show(lambda: -c)
show(lambda: 1 < "a" < 3)
show(lambda: [x / 0 for x in (1, 2)])
show(lambda: {**5})
show(lambda: print(*5))
show(lambda: f"{n:zz}")
show(lambda: int("x", base=10) +
     1)
show(lambda: (
    n
    +
    "long"
))
show(lambda: c(1,
               2))


def several_lines():
    value = C(
        1,
        2,
    )


show(several_lines)


def unpack():
    a, b = 1, 2, 3


show(unpack)


def assign():
    c.attribute.x = 5


show(assign)


def delete():
    del d["none"]


show(delete)


def wide():
    äöü = "ünï" + 5


show(wide)


def imports():
    from math import nothing


show(imports)


def iterate():
    for x in 5:
        pass


show(iterate)


def manage():
    with c as x:
        pass


show(manage)


def recursive(i):
    return recursive(i + 1)


sys.setrecursionlimit(100)
show(lambda: recursive(0))
raise RuntimeError("the end")
