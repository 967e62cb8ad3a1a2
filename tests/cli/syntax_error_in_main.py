# exit: 1
def f(x):
    return x +

f(1)
