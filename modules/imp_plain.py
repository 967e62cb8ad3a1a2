x = 1
_hidden = 2
name = __name__
file = __file__
