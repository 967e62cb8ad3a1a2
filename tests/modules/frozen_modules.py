"""Modules whose code is in the executable: what they look like, and how to have them read from files instead."""

import _imp
import importlib
import inspect
import os
import subprocess
import sys
import traceback

from testing import equal, fails, run

ON, OFF, AS_TOLD = 1, -1, 0


def output(*arguments, **environment):
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60,
                          env=os.environ | environment)
    return done.returncode, done.stdout + done.stderr


def test_what_they_say_of_themselves():
    equal(repr(os), "<module 'os' (frozen)>")
    equal(os.__spec__.origin, "frozen")
    equal(os.__spec__.loader.__name__, "FrozenImporter")
    equal(hasattr(os, "__cached__"), False)
    equal(os.path.basename(os.__file__), "os.py")
    equal(repr(importlib.import_module("__phello__.spam")), "<module '__phello__.spam' (frozen)>")
    equal([os.path.basename(path) for path in sys.modules["__phello__"].__path__], ["__phello__"])


def test_their_source_is_found():
    equal(os.walk.__code__.co_filename, os.__file__)
    equal(inspect.getsource(os.walk).partition("(")[0], "def walk")
    error = fails(ValueError, "mkdir: embedded null character in path", os.makedirs, b"\0")
    frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
    equal(frames[-1], os.__file__)


def test_the_low_level_functions():
    names = _imp._frozen_module_names()
    equal({"_frozen_importlib", "os", "os.path", "site", "runpy"} <= set(names), True)
    equal(all(map(_imp.is_frozen, names)), True)
    equal(_imp.find_frozen("os.path"), (None, False, "posixpath"))
    equal(_imp.find_frozen("__phello__"), (None, True, "__phello__"))
    equal(_imp.find_frozen("nowhere"), None)
    data, is_package, _ = _imp.find_frozen("stat", withdata=True)
    equal((data.readonly, is_package), (True, False))
    space = {"__name__": "stat"}
    exec(_imp.get_frozen_object("stat", data), space)
    equal(space["S_ISDIR"](0o040755), True)
    equal(_imp.is_frozen_package("__phello__"), True)
    fails(ImportError, "No such frozen object named 'nowhere'", _imp.is_frozen_package, "nowhere")
    fails(ImportError, "No such frozen object named 'nowhere'", _imp.get_frozen_object, "nowhere")
    equal(_imp.init_frozen("nowhere"), None)
    module = _imp.init_frozen("__phello__")
    equal((module is sys.modules["__phello__"], module.__origname__, module.__path__), (True, "__phello__", []))


def in_a_new_process(source):
    equal(output("-c", "import sys, os, ntpath, posixpath\n" + source), (0, ""))


def test_what_has_not_run_yet_is_all_there():
    in_a_new_process("""if True:
        assert posixpath.commonpath.__doc__.startswith("Given a sequence of path names")
        code = posixpath.commonpath.__code__
        assert "raise" not in code.co_names and "TypeError" in code.co_names
        assert code.co_consts[0] is posixpath.commonpath.__doc__
        assert code.co_varnames[:2] == ("paths", "sep") and code.co_argcount == 1
        assert code.co_freevars == code.co_cellvars == () and code.co_code and list(code.co_lines()) and code.co_exceptiontable""")
    in_a_new_process("""if True:
        import marshal, types
        code = ntpath.splitroot.__code__
        copy = marshal.loads(marshal.dumps(code))
        assert copy == code and hash(copy) == hash(code) and copy.co_filename == code.co_filename
        assert types.FunctionType(copy, vars(ntpath))("c:/x") == ("c:", "/", "x")""")
    in_a_new_process("""if True:
        code = ntpath.splitext.__code__
        assert code.replace() == code and code != ntpath.split.__code__
        assert code.replace(co_name="other").co_consts == code.co_consts""")
    in_a_new_process("""if True:
        events = sys.monitoring.events
        seen = []
        sys.monitoring.use_tool_id(3, "test")
        sys.monitoring.register_callback(3, events.PY_START, lambda code, at: seen.append(code.co_name))
        sys.monitoring.set_local_events(3, ntpath.basename.__code__, events.PY_START)
        ntpath.basename("a/b")
        assert seen == ["basename"]""")
    in_a_new_process("""if True:
        import threading
        names = [name for name in dir(ntpath) if callable(getattr(ntpath, name))]
        start = threading.Barrier(4)
        def call():
            start.wait()
            for name in names:
                try:
                    getattr(ntpath, name)("c:/a/b")
                except (TypeError, ValueError, OSError, AttributeError):
                    pass
        threads = [threading.Thread(target=call) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert ntpath.join("a", path := "b") == "a\\\\b"
        try:
            ntpath.join(nothing=1)
        except TypeError as error:
            assert "unexpected keyword argument 'nothing'" in str(error)""")


def test_without_them():
    _imp._override_frozen_modules_for_tests(OFF)
    equal((_imp.is_frozen("os"), _imp.is_frozen("zipimport"), _imp.find_frozen("os")), (False, True, None))
    _imp._override_frozen_modules_for_tests(ON)
    equal(_imp.is_frozen("os"), True)
    _imp._override_frozen_modules_for_tests(AS_TOLD)
    show = "import os; print(os.__spec__.origin == os.__file__, os.__spec__.origin)"
    equal(output("-X", "frozen_modules=off", "-c", show)[1].split()[0], "True")
    equal(output("-c", show, PYTHON_FROZEN_MODULES="off")[1].split()[0], "True")
    equal(output("-X", "frozen_modules", "-c", show)[1], "False frozen\n")
    equal(output("-X", "frozen_modules=on", "-c", show, PYTHON_FROZEN_MODULES="off")[1], "False frozen\n")
    code, text = output("-X", "frozen_modules=some", "-c", show)
    equal((code, text.splitlines()[0]),
          (1, 'Fatal Python error: bad value for option -X frozen_modules (expected "on" or "off")'))


run(globals())
