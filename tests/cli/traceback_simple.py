# exit: 1
def inner(x):
    y = x + 1
    return y / 0


def outer():
    return [inner(i) for i in (1, 2)]


outer()
