import imp_circle_a
def get():
    return imp_circle_a.x
