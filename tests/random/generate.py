"""Random programs: generate(seed) is the same source each time."""

import builtin_calls
from maker import IMPORTS, Maker

TOPICS = [builtin_calls]


def generate(seed):
    m = Maker(seed)
    lines = [IMPORTS]
    topics = m.sample(TOPICS, min(3, len(TOPICS)))
    for _ in range(m.randint(4, 10)):
        lines += m.choice(m.choice(topics).BLOCKS)(m)
    return '\n'.join(lines) + '\n'
