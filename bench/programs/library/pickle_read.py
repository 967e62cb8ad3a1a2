"""pickle.loads: builtin containers, instances, shared objects, __setstate__, many small pickles."""

import pickle

CASES = {10: 1390, 11000: 122440980}


class Node:
    def __init__(self, value, parent):
        self.value = value
        self.parent = parent


class Stateful:
    def __init__(self, value):
        self.value = value

    def __getstate__(self):
        return (self.value,)

    def __setstate__(self, state):
        self.value, = state


def main(size):
    records = [{"id": i, "name": f"Name {i}", "price": i / 7, "tags": ("red", "blü"), "set": {i, i + 1}}
               for i in range(size)]
    data = pickle.dumps(records)
    numbers = pickle.dumps(list(range(size * 10)))
    total = 0
    for _ in range(12):
        total += pickle.loads(data)[-1]["id"]
        total += pickle.loads(numbers)[-1]
    parent = Node("root", None)
    tree = pickle.dumps([Node(i, parent) for i in range(size * 2)])
    for _ in range(4):
        back = pickle.loads(tree)
        total += len({id(node.parent) for node in back})
    states = pickle.loads(pickle.dumps([Stateful(i) for i in range(size)]))
    total += sum(item.value for item in states)
    for small in [pickle.dumps(record) for record in records]:
        total += pickle.loads(small)["id"]
    assert pickle.loads(data) == records
    return total
