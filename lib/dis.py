"""Listings of code objects: the interface of CPython's module for Weft's instructions.

Instructions work on registers. The first registers of a frame are its local variables, and are shown by
their names; r7 is a temporary. What an instruction has of names, constants and jumps is its `argval`.
"""

import collections
import io
import sys
import types

import _opcode
from _opcode import get_executor
from opcode import *
from opcode import __all__ as _opcode_all

__all__ = ["code_info", "dis", "disassemble", "distb", "disco", "findlinestarts", "findlabels",
           "show_code", "get_instructions", "Instruction", "Bytecode"] + _opcode_all
del _opcode_all

COMPILER_FLAG_NAMES = {
    1: "OPTIMIZED",
    2: "NEWLOCALS",
    4: "VARARGS",
    8: "VARKEYWORDS",
    16: "NESTED",
    32: "GENERATOR",
    64: "NOFREE",
    128: "COROUTINE",
    256: "ITERABLE_COROUTINE",
    512: "ASYNC_GENERATOR",
}

UNKNOWN = type("_Unknown", (), {"__repr__": lambda self: "<unknown>"})()

Positions = collections.namedtuple(
    "Positions", "lineno end_lineno col_offset end_col_offset", defaults=[None] * 4)


# ---- Code objects of other things

def _try_compile(source, name):
    try:
        return compile(source, name, "eval")
    except SyntaxError:
        pass  # the other error is not one of handling this one
    return compile(source, name, "exec")


def _code_within(x):
    """What holds the code of a function, method, generator, coroutine; else x itself."""
    x = getattr(x, "__func__", x)
    for name in "__code__", "gi_code", "ag_code", "cr_code":
        if hasattr(x, name):
            return getattr(x, name)
    return x


def _get_code_object(x):
    x = _code_within(x)
    if isinstance(x, str):
        x = _try_compile(x, "<disassembly>")
    if hasattr(x, "co_code"):
        return x
    raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


# ---- Instructions

_Instruction = collections.namedtuple(
    "_Instruction",
    "opname opcode arg argval argrepr offset start_offset starts_line line_number label positions "
    "cache_info length operands",
    defaults=[None, None, None, 4, ()])


class Instruction(_Instruction):
    """One instruction of a code object.

    opname, opcode     its name and number
    arg, argval        the operand that is a name, constant, jump, free variable or number, if there is one,
                       and what it stands for: for a jump the offset of its target
    argrepr            all operands for people
    offset             where it is in co_code; `length` bytes with all of its words
    starts_line        whether a source line begins with it
    line_number        its source line, or None
    label              the number of a jump's target that it is, or None
    positions          the range of the source
    operands           tuples (kind, number): see _opcode.instructions
    """

    @property
    def oparg(self):
        return self.arg

    @property
    def baseopcode(self):
        return self.opcode

    @property
    def baseopname(self):
        return self.opname

    @property
    def cache_offset(self):
        return self.offset + self.length

    @property
    def end_offset(self):
        return self.offset + self.length

    @property
    def jump_target(self):
        return self.argval if self.opcode in hasjump else None

    @property
    def is_jump_target(self):
        return self.label is not None

    def __str__(self):
        text = io.StringIO()
        _print_instruction(self, text, _Widths(self.starts_line or 0, False, 0), False)
        return text.getvalue().rstrip("\n")


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


class _Numbers:
    """The operands of instructions alone, of a co_code: nobody knows what they stand for."""

    registers = ()

    def value(self, kind, number):
        return f"r{number}" if kind == "register" else number

    def show(self, kind, number):
        value = self.value(kind, number)
        return str(value) if kind in ("register", "number") else f"{kind} {value}"

    def main(self, operands, target):
        """(arg, argval)"""
        for wanted in "name", "free", "constant":
            for kind, number in operands:
                if kind == wanted:
                    return number, self.value(kind, number)
        if target is not None:
            return target, target
        for kind, number in operands:
            if kind == "number":
                return number, number
        if operands:
            kind, number = operands[0]
            return number, self.value(kind, number)
        return None, None


class _Operands(_Numbers):
    """What the operands of a code object's instructions stand for."""

    def __init__(self, code):
        self.code = code
        self.registers = list(code.co_varnames)

    def value(self, kind, number):
        if kind == "constant":
            return self.code.co_consts[number]
        if kind == "name":
            return self.code.co_names[number]
        if kind == "free":
            return self.code.co_freevars[number]
        if kind == "register":
            return self.registers[number] if number < len(self.registers) else f"r{number}"
        return number

    def show(self, kind, number):
        value = self.value(kind, number)
        return _short(value) if kind == "constant" else str(value)


def _labels(code):
    """The numbers of all targets of jumps and handlers, by offset."""
    targets = {target for *_, target in _opcode.instructions(code) if target is not None}
    if hasattr(code, "co_code"):
        targets.update(target for _, _, target, _ in _opcode.handlers(code))
    return {offset: number for number, offset in enumerate(sorted(targets), 1)}


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterator over the instructions of a function, method, generator, code object or source text.

    Lines are counted from `first_line` if it is given. show_caches and adaptive change nothing.
    """
    code = _get_code_object(x)
    shift = first_line - code.co_firstlineno if first_line is not None else 0
    return _instructions(code, shift)


def _instructions(code, shift):
    """Those of a code object, or of a co_code alone."""
    if isinstance(code, bytes):
        labels, operands_of, positions, starts = _labels(code), _Numbers(), [], {}
    else:
        labels, operands_of, positions = _labels(code), _Operands(code), list(code.co_positions())
        starts = dict(findlinestarts(code))
    for offset, length, op, operands, target in _opcode.instructions(code):
        position = Positions(*positions[offset // 2]) if offset // 2 < len(positions) else Positions()
        line = position.lineno
        if line is not None:
            line += shift
        arg, argval = operands_of.main(operands, target)
        words = [operands_of.show(kind, number) for kind, number in operands]
        if target is not None:
            words.append(f"to L{labels[target]}")
        # Where a frame is before it has begun; nothing is done there.
        name = opname[op] if offset else "RESUME"
        yield Instruction(name, op, arg, argval, ", ".join(words), offset, offset,
                          starts.get(offset) is not None, line, labels.get(offset), position, None,
                          length, tuple(operands))


def findlabels(code):
    """The offsets that jumps go to, in a code object or its co_code."""
    return sorted({target for *_, target in _opcode.instructions(code) if target is not None})


def findlinestarts(code):
    """(offset, line) of each place where another line begins."""
    last = False
    for start, _, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line
    return


def _find_imports(code):
    """(name, level, fromlist) of each import statement."""
    consts = code.co_consts
    op = opmap["IMPORT_NAME"]
    for instruction in get_instructions(code):
        if instruction.opcode == op:
            numbers = dict(instruction.operands)
            level, fromlist = consts[numbers["constant"]]
            yield instruction.argval, level, fromlist


def _find_store_names(code):
    """The names that a code object stores into its module or class."""
    stores = {opmap["STORE_NAME"], opmap["STORE_GLOBAL"]}
    for instruction in get_instructions(code):
        if instruction.opcode in stores:
            yield instruction.argval


# ---- Listings

class _Widths:
    def __init__(self, max_line, offsets, max_offset):
        self.line = max(len(str(max_line)), 3) if max_line else 0
        self.offset = len(str(max_offset)) if offsets else 0


def _print_instruction(instruction, file, widths, current):
    fields = []
    if widths.line:
        line = instruction.line_number if instruction.starts_line else ""
        fields.append(str("--" if line is None else line).rjust(widths.line))
    fields.append("-->" if current else "   ")
    label = f"L{instruction.label}:" if instruction.label is not None else ""
    fields.append(label.rjust(5))
    if widths.offset:
        fields.append(str(instruction.offset).rjust(widths.offset))
    fields.append(instruction.opname.ljust(20))
    fields.append(instruction.argrepr)
    print(" ".join(fields).rstrip(), file=file)


def _print_handlers(code, file):
    handlers = _opcode.handlers(code)
    if not handlers:
        return
    labels = _labels(code)
    print("ExceptionTable:", file=file)
    for start, end, target, register in handlers:
        print(f"  {start} to {end} -> L{labels[target]} [r{register}]", file=file)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False, show_offsets=False):
    """Print the instructions of a code object, with an arrow at the offset `lasti`."""
    _print_all(list(get_instructions(co)), lasti, file, show_offsets)
    _print_handlers(co, file)


def _print_all(instructions, lasti, file, show_offsets):
    lines = [i.line_number for i in instructions if i.line_number is not None]
    widths = _Widths(max(lines, default=0), show_offsets, instructions[-1].offset)
    for number, instruction in enumerate(instructions):
        if instruction.starts_line and number:
            print(file=file)
        current = instruction.offset <= lasti < instruction.end_offset
        _print_instruction(instruction, file, widths, current)


def _disassemble_nested(code, depth, options):
    disassemble(code, **options)
    if depth is not None and depth <= 0:
        return
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            print(file=options["file"])
            print(f"Disassembly of {constant!r}:", file=options["file"])
            _disassemble_nested(constant, None if depth is None else depth - 1, options)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False, show_offsets=False):
    """Print the instructions of classes, methods, functions, code objects, source text; without an
    argument those of the last traceback.
    """
    options = {"file": file, "show_offsets": show_offsets}
    if x is None:
        distb(**options)
        return
    x = _code_within(x)
    if hasattr(x, "co_code"):
        _disassemble_nested(x, depth, options)
    elif isinstance(x, str):
        _disassemble_nested(_try_compile(x, "<dis>"), depth, options)
    elif hasattr(x, "__dict__"):
        _dis_members(x, depth, options)
    elif isinstance(x, (bytes, bytearray)):
        _print_all(list(_instructions(bytes(x), 0)), -1, file, show_offsets)
    else:
        raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def _dis_members(x, depth, options):
    """All that has code in a class or module."""
    kinds = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)
    for name, member in sorted(x.__dict__.items()):
        if isinstance(member, kinds):
            print(f"Disassembly of {name}:", file=options["file"])
            try:
                dis(member, depth=depth, **options)
            except TypeError as error:
                print("Sorry:", error, file=options["file"])
            print(file=options["file"])


def distb(tb=None, *, file=None, show_caches=False, adaptive=False, show_offsets=False):
    """Print the instructions of a traceback's innermost frame; default: the last traceback."""
    if tb is None:
        try:
            tb = sys.last_exc.__traceback__ if hasattr(sys, "last_exc") else sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file, show_offsets=show_offsets)


disco = disassemble


# ---- Information

def pretty_flags(flags):
    """The names of a code object's flags."""
    names = []
    for bit in range(32):
        flag = 1 << bit
        if flags & flag:
            names.append(COMPILER_FLAG_NAMES.get(flag, hex(flag)))
    return ", ".join(names) or hex(0)


def _listed(title, items, show):
    if not items:
        return []
    return [title] + [f"{number:4}: {show(item)}" for number, item in enumerate(items)]


def code_info(x):
    """What is known about a code object, as text."""
    code = _get_code_object(x)
    lines = [
        f"Name:              {code.co_name}",
        f"Filename:          {code.co_filename}",
        f"Argument count:    {code.co_argcount}",
        f"Positional-only arguments: {code.co_posonlyargcount}",
        f"Kw-only arguments: {code.co_kwonlyargcount}",
        f"Number of locals:  {code.co_nlocals}",
        f"Stack size:        {code.co_stacksize}",
        f"Flags:             {pretty_flags(code.co_flags)}",
    ]
    lines += _listed("Constants:", code.co_consts, repr)
    lines += _listed("Names:", code.co_names, str)
    lines += _listed("Variable names:", code.co_varnames, str)
    lines += _listed("Free variables:", code.co_freevars, str)
    lines += _listed("Cell variables:", code.co_cellvars, str)
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Print what is known about a code object."""
    print(code_info(co), file=file)


class Bytecode:
    """The instructions of a function, method, generator, code object or source text: iterating gives
    each Instruction.
    """

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False,
                 adaptive=False, show_offsets=False):
        self.codeobj = _get_code_object(x)
        self.first_line = self.codeobj.co_firstlineno if first_line is None else first_line
        self._original_object = x
        self.current_offset = current_offset
        self.show_offsets = show_offsets

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """That of a traceback's innermost frame."""
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def __iter__(self):
        return get_instructions(self.codeobj, first_line=self.first_line)

    def __repr__(self):
        return f"{type(self).__name__}({self._original_object!r})"

    def info(self):
        """As code_info()."""
        return code_info(self.codeobj)

    def dis(self):
        """As dis(), as text."""
        text = io.StringIO()
        lasti = -1 if self.current_offset is None else self.current_offset
        _print_all(list(self), lasti, text, self.show_offsets)
        _print_handlers(self.codeobj, text)
        return text.getvalue()


def main(args=None):
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("-C", "--show-caches", action="store_true", help="changes nothing")
    parser.add_argument("-O", "--show-offsets", action="store_true",
                        help="show the offsets of instructions")
    parser.add_argument("infile", nargs="?", default="-")
    arguments = parser.parse_args(args)
    if arguments.infile == "-":
        name, source = "<stdin>", sys.stdin.buffer.read()
    else:
        name = arguments.infile
        with open(name, "rb") as file:
            source = file.read()
    dis(compile(source, name, "exec"), show_offsets=arguments.show_offsets)


if __name__ == "__main__":
    main()
