"""copy: deep copies of nested containers and instances with shared parts, shallow ones, __deepcopy__."""

import copy

CASES = {5: 1235, 220: 54340}


class Part:
    def __init__(self, name, children):
        self.name = name
        self.children = children
        self.position = (1, [2, 3])


class Shared:
    def __deepcopy__(self, memo):
        return self


def main(size):
    shared = Shared()
    parts = Part("root", [Part(f"p{i}", [{"n": i, "shared": shared}, [i] * 3]) for i in range(60)])
    table = {f"key{i}": [i, {"a": (i, str(i)), "b": {i}}] for i in range(60)}
    total = 0
    for i in range(size):
        other = copy.deepcopy(parts)
        assert other.children[3] is not parts.children[3]
        assert other.children[3].children[0]["shared"] is shared
        total += len(other.children)
        total += copy.deepcopy(table)["key7"][1]["a"][0]
        for part in parts.children:
            total += len(copy.copy(part).children)
        total += len(copy.copy(table))
    return total
