"""Source given as bytes that is not UTF-8: comments may have any bytes; elsewhere it is said where the part begins
that cannot be read, and what is wrong in it. The output is the test."""


def check(source):
    try:
        compile(source, "case", "exec")
    except SyntaxError as error:
        print(source, "->", error.msg, error.lineno, error.offset, error.end_lineno, error.end_offset,
              ascii(error.text))
    except UnicodeDecodeError as error:
        print(source, "->", repr(error))
    else:
        print(source, "-> compiles")


check(b'x = "abc" + "\xcf"')
check(b'x = "abc" + "\xe4\xb8\xad" + "\xcf"')
check(b'x = "abc" "d\xcf" "e"')
check(b'x = "abc" "d\xcf"\n"e"')
check(b'x = ("abc" "d\xcf"\n"e")')
check(b'# \xcf\n#\xff\nx=1')
check(b'x = b"\xcf"')
check(b'x = r"\xcf"')
check(b"x = '''a\xcf'''")
check(b"x = '''a\n\xcf'''")
check(b"\xcf")
check(b"a + \xcf + b")
check(b"def f\xe4(): pass")
check(b"x = ')' \xcf")
check(b"f('\xcf'\n)")
check(b"'\xcf'")
check(b"if x:\n    y = '\xcf'\n")
check(b"x = 'a' # \xcf\n y")
check(b"u'\xcf' u'\xce'")
check(b"ab\xcfcd = 1")
check(b"ab\xc3\xa9\xcfcd = 1")
check(b"f'a' 'b\xcf'")
check(b"f'{x}\xcf'")
check(b"f'{\"\xcf\"}'")
check(b"# -*- coding: utf-8 -*-\n# \xcf\nx=1")
check(b"# -*- coding: utf-8 -*-\nx='\xcf'")
check(b"\xef\xbb\xbf# \xcf\nx=1")
check(b"'\xcf'; 1 = x")
check(b"x = '\n\xcf'")
check(b"x = 'a\\n\xc3\xa9\xcf\\t'")
check(b"x = 1\r\ny = '\xcf'  # \xcf\r\n")
check(b"# \xcf\rx = \xcf\r")
check(b"if x:\r\n    y = '''\r\n\xcf'''\r\n")
check(b"x = \xff\xfe")
check(b"x = '\xed\xa0\x80'")
check(b"x = 'a\xf0\x9f\x98'")
check(b"def f():\n    # \xcf\n    return 1 # \xcf\n# \xcf")
check(b"(\n# \xcf\n'a',\n'\xcf')")
check(b"x = \\\n'\xcf'")
namespace = {}
exec(b"# \xcf\nx = 'text' # \xff\n", namespace)
print(namespace["x"])
