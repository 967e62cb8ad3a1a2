import package_one
class Some:
    pass
