"""bytes(), bytearray() and str(): which of several wrong arguments is told of.
The output is the test."""
class Name:
    pass


for kind in bytes, bytearray, str:
    for args in (0, 'a\0', 4), (b'', 4, 4), (0, 'a', 4), ('', 'a\0', 4), (0, 'a\0'), (0, '\udc80', 4), (0, 'a', 'b\0'), (0, Name()), (0, 'a', Name()), (0, None):
        try:
            print(kind(*args))
        except (TypeError, ValueError) as e:
            print(type(e).__name__, ascii(str(e)))
