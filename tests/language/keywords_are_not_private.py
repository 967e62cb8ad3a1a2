# Private names: keyword arguments of calls and class statements keep theirs, parameters do not.
class Meta(type):
    def __new__(cls, name, bases, namespace, **keywords):
        print(name, keywords)
        return type.__new__(cls, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **keywords):
        pass


class A:
    def calls(self):
        return dict(__a=1), dict(__a=1, **{"z": 1}), dict(*[], __a=1)

    def own(self, *, __k=3):
        return __k

    def fails(self):
        return self.own(__k=4)

    class B(metaclass=Meta, __k=1):
        pass

    class C(metaclass=Meta, __k=1, **{"x": 2}):
        pass


print(A().calls(), A().own(_A__k=5))
try:
    A().fails()
except TypeError as e:
    print(e)
