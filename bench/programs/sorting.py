"""Sorting, slicing and memory: objects made and dropped by the million."""


class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


def insert(root, key):
    while True:
        if key < root.key:
            if root.left is None:
                root.left = Node(key)
                return
            root = root.left
        else:
            if root.right is None:
                root.right = Node(key)
                return
            root = root.right


def build(depth):
    return (build(depth - 1), build(depth - 1)) if depth else (None, None)


def count(tree):
    left, right = tree
    return 1 if left is None else 1 + count(left) + count(right)


def main():
    state = 42
    values = []
    for _ in range(300000):
        state = state * 6364136223846793005 + 1442695040888963407 & 0xffffffffffffffff
        values.append(state >> 33)
    ordered = sorted(values)
    assert all(a <= b for a, b in zip(ordered, ordered[1:]))
    assert sorted(values, key=lambda v: -v) == ordered[::-1]
    root = Node(values[0])
    for value in values[1:60000]:
        insert(root, value)
    for _ in range(12):
        assert count(build(15)) == 65535


main()
