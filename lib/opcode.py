"""The instruction set, for programs that look into code objects.

Instructions work on registers; src/compile/opcodes.def says what each does. An instruction is one to four
words of four bytes: `dis.get_instructions` takes them apart.
"""

__all__ = ["cmp_op", "stack_effect", "hascompare", "opname", "opmap",
           "HAVE_ARGUMENT", "EXTENDED_ARG", "hasarg", "hasconst", "hasname",
           "hasjump", "hasjrel", "hasjabs", "hasfree", "haslocal", "hasexc"]

import _opcode
import _opcode_metadata
from _opcode import stack_effect

opmap = {name: op for op, name in enumerate(_opcode.names())}
# CPython's other instructions, which programs look up by name, have numbers that are in no code. Those that it
# puts into co_code have the next ones, as programs make bytes of them; but for _NONE, which programs take for the
# number of no instruction.
_NONE = 229
_other = [_name for _name in _opcode_metadata.opmap if _name not in opmap]
_never = [_name for _name in _other
          if _opcode_metadata.opmap[_name] > 255 or _name.startswith("INSTRUMENTED_")]
opmap.update(zip((_name for _name in _other if _name not in _never),
                 [_op for _op in range(len(opmap), 256) if _op != _NONE]))
opmap.update({_name: _op for _op, _name in enumerate(_never, 256)})
opname = ["<%d>" % op for op in range(max(opmap.values()) + 1)]
for _name, _op in opmap.items():
    opname[_op] = _name
del _name, _op, _other, _never, _NONE

EXTENDED_ARG = opmap["WIDE"]
HAVE_ARGUMENT = 1  # opcodes below have no operands; see hasarg for the others

cmp_op = ("<", "<=", "==", "!=", ">", ">=")


def _those(question):
    return [op for op in opmap.values() if question(op)]


hasarg = _those(_opcode.has_arg)
hasconst = _those(_opcode.has_const)
hasname = _those(_opcode.has_name)
hasjump = _those(_opcode.has_jump)
hasjrel = hasjump
hasjabs = []
hasfree = _those(_opcode.has_free)
haslocal = _those(_opcode.has_local)
hasexc = _those(_opcode.has_exc)
hascompare = []
