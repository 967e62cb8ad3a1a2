"""Random programs: generate(seed) is the same source each time."""

import builtin_calls
import classes
import exceptions
import flow
import formatting
import functions
import library
import quantities
import structure
import texts
from maker import IMPORTS, Maker

TOPICS = [builtin_calls, builtin_calls, classes, exceptions, flow, flow, formatting, functions, library, library, quantities, structure, texts]


def generate(seed):
    m = Maker(seed)
    lines = [IMPORTS]
    topics = m.sample(TOPICS, min(3, len(TOPICS)))
    for _ in range(m.randint(4, 10)):
        lines += m.choice(m.choice(topics).BLOCKS)(m)
    if m.chance(5):
        lines += m.choice(exceptions.LAST)(m)
    return '\n'.join(lines) + '\n'
