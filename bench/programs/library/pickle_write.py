"""pickle.dumps: builtin containers, instances, shared and recursive objects, __reduce__, old protocols."""

import pickle

CASES = {10: 10619, 17000: 22684615}


class Node:
    def __init__(self, value, parent):
        self.value = value
        self.parent = parent


class Reduced:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __reduce__(self):
        return Reduced, (self.a, self.b)


def nodes(count):
    result = []
    parent = None
    for i in range(count):
        parent = Node(f"node {i}", parent if i % 20 else None)
        result.append(parent)
    return result


def main(size):
    records = [{"id": i, "name": f"Name {i}", "price": i / 7, "tags": ("red", "blü"), "set": {i, i + 1}}
               for i in range(size)]
    total = 0
    for _ in range(12):
        total += len(pickle.dumps(records))
        total += len(pickle.dumps(list(range(size * 10))))
    tree = nodes(size)
    for protocol in (2, 4, 5):
        total += len(pickle.dumps(tree, protocol))
    total += len(pickle.dumps([Reduced(i, str(i)) for i in range(size)]))
    for record in records:
        total += len(pickle.dumps(record))
    cycle = []
    cycle.append(cycle)
    total += len(pickle.dumps(cycle))
    return total
