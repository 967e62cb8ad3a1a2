"""dis and what the library does with it: names, constants, lines and imports of code."""

import dis
import inspect
import io
import modulefinder
import opcode
import os
import tempfile

from testing import equal, raises, run


def function(argument):
    import os.path as path
    from collections import deque, abc
    if argument:
        return path.sep, GLOBAL, len(argument.attribute)
    return "constant"


GLOBAL = 5


def test_globals_and_attributes():
    found = {(i.opname, i.argval) for i in dis.get_instructions(function)}
    assert {("LOAD_GLOBAL", "GLOBAL"), ("LOAD_GLOBAL", "len"), ("LOAD_ATTR", "attribute"),
            ("IMPORT_NAME", "os.path"), ("IMPORT_FROM", "deque")} <= found, found
    assert "constant" in {i.argval for i in dis.get_instructions(function)}


def test_closure_variables():
    free = 3
    def f():
        return free, GLOBAL, len, unbound.attr
    got = inspect.getclosurevars(f)
    equal(got, inspect.ClosureVars({"free": 3}, {"GLOBAL": 5}, {"len": len}, {"unbound", "attr"}))


def test_lines():
    first = function.__code__.co_firstlineno
    lines = {line for _, line in dis.findlinestarts(function.__code__)}
    equal(lines, set(range(first, first + 6)))
    shifted = {i.line_number for i in dis.get_instructions(function, first_line=100)}
    equal(shifted - {None}, {line - first + 100 for line in lines})


def test_jumps_have_labels():
    instructions = list(dis.get_instructions(function))
    targets = {i.argval for i in instructions if i.opcode in dis.hasjump}
    assert targets and targets == set(dis.findlabels(function.__code__.co_code))
    assert targets <= {i.offset for i in instructions if i.is_jump_target}


def test_offsets_follow_one_another():
    instructions = list(dis.get_instructions(function, show_caches=True))
    equal(instructions[0].offset, 0)
    for before, after in zip(instructions, instructions[1:]):
        assert before.end_offset <= after.offset
    assert any(i.opname == "RESUME" for i in instructions)


def test_text():
    text = dis.Bytecode(function).dis()
    for word in "LOAD_GLOBAL", "GLOBAL", "'constant'", "os.path", "RETURN":
        assert word in text, text
    info = dis.code_info(function)
    for line in "Name:              function", "Argument count:    1", "   0: argument":
        assert line in info, info
    assert "Disassembly of <code object f" in shown(dis.dis, "def f(): pass")
    assert "Disassembly of method:" in shown(dis.dis, type("C", (), {"method": function}))


def shown(show, x):
    import io
    out = io.StringIO()
    show(x, file=out)
    return out.getvalue()


def test_traceback():
    try:
        function(5)
    except AttributeError as error:
        text = dis.Bytecode.from_traceback(error.__traceback__).dis()
    assert [line for line in text.splitlines() if "-->" in line and "attribute" in line], text


def test_what_has_no_code():
    with raises(TypeError, "don't know how to disassemble int objects"):
        dis.dis(5)
    with raises(TypeError):
        dis.get_instructions(object())


def test_instruction_set():
    for name in "LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_ATTR", "LOAD_FAST":
        equal(opcode.opname[opcode.opmap[name]], name)
    assert opcode.opmap["LOAD_GLOBAL"] in opcode.hasname
    assert opcode.opmap["LOAD_CONST"] in opcode.hasconst
    with raises(ValueError):
        dis.stack_effect(10_000)


def test_modulefinder():
    with tempfile.TemporaryDirectory() as directory:
        for name, text in ("main", "import first\nfrom second import thing\n"), ("first", ""), \
                ("second", "import missing\nthing = 1\n"):
            with open(os.path.join(directory, name + ".py"), "w") as file:
                file.write(text)
        finder = modulefinder.ModuleFinder([directory])
        finder.run_script(os.path.join(directory, "main.py"))
        equal(sorted(finder.modules), ["__main__", "first", "second"])
        equal(finder.modules["second"].globalnames, {"missing": 1, "thing": 1})
        equal(list(finder.badmodules), ["missing"])


def test_bytes_alone():
    text = io.StringIO()
    dis.dis(function.__code__.co_code, file=text)
    listing = text.getvalue()
    assert "LOAD_GLOBAL" in listing and "name" in listing and "L1:" in listing, listing
    with raises(ValueError):
        dis.dis(b"\xff", file=text)


def test_first_line_of_a_listing():
    first = function.__code__.co_firstlineno
    listing = dis.Bytecode(function, first_line=first + 1000).dis()
    equal(int(listing.split()[0]), first + 1000)
    assert str(first + 1001) in listing


def test_numbers_of_instructions():
    equal(len(set(opcode.opmap.values())), len(opcode.opmap))
    for name, number in opcode.opmap.items():
        equal(opcode.opname[number], name)
    bytes([opcode.opmap["EXTENDED_ARG"], opcode.opmap["LOAD_FAST"], opcode.opmap["RETURN_VALUE"]])


def test_the_first_constant_is_the_docstring_or_none():
    def documented():
        "doc"
        return 1000, "text"

    def bare():
        return "text"

    equal(documented.__code__.co_consts[0], "doc")
    for code in bare.__code__, (lambda: "text").__code__, function.__code__, test_lines.__code__:
        equal(code.co_consts[0], None)
    equal([bare.__doc__, (lambda: "text").__doc__], [None, None])


run(globals())
