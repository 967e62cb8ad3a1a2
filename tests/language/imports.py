"""The import statement, with modules made in a directory of their own."""

import os
import sys

from testing import equal, fails, raises, run

FILES = {
    "imp_plain.py": "x = 1\n_hidden = 2\nname = __name__\nfile = __file__\n",
    "imp_all.py": "__all__ = ['a', '_b']\na = 1\n_b = 2\nc = 3\n",
    "imp_bad_all.py": "__all__ = ['missing']\n",
    "imp_fails.py": "import sys\nbefore = 1\nraise ValueError('inside')\n",
    "imp_syntax.py": "x = (\n",
    "imp_circle_a.py": "import imp_circle_b\nx = 1\ny = imp_circle_b.get()\n",
    "imp_circle_b.py": "import imp_circle_a\ndef get():\n    return imp_circle_a.x\n",
    "imp_circle_from.py": "from imp_circle_other import thing\nother = 1\n",
    "imp_circle_other.py": "from imp_circle_from import other\nthing = 1\n",
    "imp_getattr.py": "def __getattr__(name):\n    if name == 'magic':\n        return 42\n"
                      "    raise AttributeError(name)\n",
    "imp_package/__init__.py": "from . import sub\nfrom .sub import value as renamed\nlist = [1]\n",
    "imp_package/sub.py": "value = 5\nname = __name__\npackage = __package__\n",
    "imp_package/deep/__init__.py": "",
    "imp_package/deep/leaf.py": "from ..sub import value\nfrom . import other\n"
                                "from ... import nothing\n",
    "imp_package/deep/other.py": "x = 1\n",
    "imp_package/lazy.py": "loaded = True\n",
    "imp_namespace/module.py": "x = 7\n",
}


def make_files():
    for name, text in FILES.items():
        path = os.path.join("modules", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
    sys.path.insert(0, os.path.abspath("modules"))


make_files()


def test_import():
    import imp_plain
    equal((imp_plain.x, imp_plain.name), (1, "imp_plain"))
    assert sys.modules["imp_plain"] is imp_plain
    assert imp_plain.file.endswith("imp_plain.py")


def test_import_as_and_from():
    import imp_plain as p
    from imp_plain import x, name as n
    equal((p.x, x, n), (1, 1, "imp_plain"))


def test_a_module_is_run_once():
    import imp_plain
    imp_plain.x = 2
    import imp_plain as again
    equal(again.x, 2)
    imp_plain.x = 1


def test_star():
    scope = {}
    exec("from imp_plain import *", scope)
    assert "x" in scope and "_hidden" not in scope


def test_star_with_all():
    scope = {}
    exec("from imp_all import *", scope)
    equal(sorted(k for k in scope if k != "__builtins__"), ["_b", "a"])


def test_star_with_a_name_that_is_not_there():
    fails(AttributeError, "module 'imp_bad_all' has no attribute 'missing'", exec,
          "from imp_bad_all import *")


def test_missing_module():
    with raises(ModuleNotFoundError, "No module named 'imp_nothing'") as caught:
        import imp_nothing
    equal(caught.value.name, "imp_nothing")


def test_missing_submodule():
    with raises(ModuleNotFoundError, "No module named 'imp_package.nothing'"):
        import imp_package.nothing
    with raises(ModuleNotFoundError,
                "No module named 'imp_plain.sub'; 'imp_plain' is not a package"):
        import imp_plain.sub


def test_missing_name():
    import imp_plain
    with raises(ImportError) as caught:
        from imp_plain import nothing
    equal(str(caught.value),
          f"cannot import name 'nothing' from 'imp_plain' ({imp_plain.__file__})")
    equal(caught.value.name_from, "nothing")


def test_failing_module_is_not_kept():
    with raises(ValueError, "inside"):
        import imp_fails
    assert "imp_fails" not in sys.modules


def test_syntax_error_in_a_module():
    with raises(SyntaxError) as caught:
        import imp_syntax
    assert caught.value.filename.endswith("imp_syntax.py")
    equal(caught.value.msg, "'(' was never closed")


def test_circular_import():
    import imp_circle_a
    equal(imp_circle_a.y, 1)


def test_circular_from_import():
    with raises(ImportError) as caught:
        import imp_circle_from
    assert str(caught.value).startswith(
        "cannot import name 'other' from partially initialized module 'imp_circle_from' (most "
        "likely due to a circular import) ("), caught.value


def test_packages():
    import imp_package
    equal((imp_package.renamed, imp_package.sub.name, imp_package.sub.package),
          (5, "imp_package.sub", "imp_package"))
    assert not hasattr(imp_package, "lazy")
    import imp_package.lazy
    equal(imp_package.lazy.loaded, True)


def test_import_of_a_submodule_binds_the_top():
    import imp_package.deep.other
    equal(imp_package.deep.other.x, 1)
    import imp_package.deep.other as o
    equal(o.x, 1)
    from imp_package.deep import other
    assert other is o


def test_relative_beyond_the_top():
    with raises(ImportError, "attempted relative import beyond top-level package"):
        import imp_package.deep.leaf


def test_relative_import_without_a_package():
    fails(ImportError, "attempted relative import with no known parent package", exec,
          "from . import x", {"__name__": "__main__"})


def test_namespace_package():
    import imp_namespace.module
    equal(imp_namespace.module.x, 7)
    equal(imp_namespace.__file__ if hasattr(imp_namespace, "__file__") else None, None)


def test_module_getattr():
    import imp_getattr
    from imp_getattr import magic
    equal((imp_getattr.magic, magic), (42, 42))
    with raises(AttributeError, "other"):
        imp_getattr.other


def test_module_attributes():
    import imp_plain
    with raises(AttributeError, "module 'imp_plain' has no attribute 'nothing'"):
        imp_plain.nothing
    imp_plain.added = 1
    from imp_plain import added
    equal(added, 1)
    del imp_plain.added
    assert repr(imp_plain).startswith("<module 'imp_plain' from ")


def test_none_in_sys_modules_blocks():
    sys.modules["imp_blocked"] = None
    with raises(ModuleNotFoundError, "import of imp_blocked halted; None in sys.modules"):
        import imp_blocked


def test_import_function():
    equal(__import__("imp_package.deep").__name__, "imp_package")
    equal(__import__("imp_package.deep", fromlist=["x"]).__name__, "imp_package.deep")
    fails(ValueError, "Empty module name", __import__, "")
    fails(TypeError, "module name must be a string", __import__, 5)


def test_replaced_import():
    import builtins
    original = builtins.__import__
    seen = []

    def recording(name, globals=None, locals=None, fromlist=(), level=0):
        seen.append((name, fromlist, level))
        return original(name, globals, locals, fromlist, level)

    builtins.__import__ = recording
    try:
        import imp_plain
        from imp_plain import x
    finally:
        builtins.__import__ = original
    equal(seen, [("imp_plain", None, 0), ("imp_plain", ("x",), 0)])


def test_reload():
    import importlib
    import imp_plain
    imp_plain.x = 100
    assert importlib.reload(imp_plain) is imp_plain
    equal(imp_plain.x, 1)


def test_spec_and_loader():
    import imp_package
    equal(imp_package.__spec__.name, "imp_package")
    equal(imp_package.__path__[0], os.path.abspath("modules/imp_package"))
    equal(imp_package.__package__, "imp_package")


def test_code_is_cached():
    import imp_package.lazy
    assert os.path.exists(imp_package.lazy.__cached__)


run(globals())
