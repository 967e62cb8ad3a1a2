"""Persistent trees: each insertion copies a path and leaves the old one to the collector."""

CASES = {100: [100, 1, 1], 28000: [27990, 13998, 28]}


class Node:
    __slots__ = ("key", "left", "right", "priority")

    def __init__(self, key, left, right, priority):
        self.key = key
        self.left = left
        self.right = right
        self.priority = priority


def insert(node, key, priority):
    if node is None:
        return Node(key, None, None, priority)
    if key < node.key:
        left = insert(node.left, key, priority)
        if left.priority > node.priority:
            return Node(left.key, left.left, Node(node.key, left.right, node.right, node.priority), left.priority)
        return Node(node.key, left, node.right, node.priority)
    if key > node.key:
        right = insert(node.right, key, priority)
        if right.priority > node.priority:
            return Node(right.key, Node(node.key, node.left, right.left, node.priority), right.right, right.priority)
        return Node(node.key, node.left, right, node.priority)
    return node


def size_of(node):
    return 0 if node is None else 1 + size_of(node.left) + size_of(node.right)


def main(size):
    root = None
    versions = []
    state = 99
    for i in range(size):
        state = state * 1103515245 + 12345 & 0x7fffffff
        root = insert(root, state >> 5, state * 2654435761 & 0xffffff)
        if i % 1000 == 0:
            versions.append(root)
    return [size_of(root), size_of(versions[len(versions) // 2]), len(versions)]
