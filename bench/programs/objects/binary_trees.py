"""Trees: perfect ones made, walked and dropped, and a search tree that is grown and asked."""

CASES = {5: [124, 63, 13], 14: [390486, 32767, 36]}


class Tree:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def count(self):
        if self.left is None:
            return 1
        return 1 + self.left.count() + self.right.count()


def perfect(depth):
    if depth == 0:
        return Tree(None, None)
    return Tree(perfect(depth - 1), perfect(depth - 1))


class Search:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None

    def insert(self, key):
        node = self
        while True:
            if key < node.key:
                if node.left is None:
                    node.left = Search(key)
                    return
                node = node.left
            else:
                if node.right is None:
                    node.right = Search(key)
                    return
                node = node.right

    def depth(self):
        return 1 + max(self.left.depth() if self.left else 0, self.right.depth() if self.right else 0)


def main(size):
    long_lived = perfect(size)
    total = 0
    for depth in range(4, size + 1, 2):
        for _ in range(2 << (size - depth)):
            total += perfect(depth).count()
    root = Search(1 << 30)
    state = 42
    for _ in range(2 << size):
        state = (state * 1103515245 + 12345) & 0x7fffffff
        root.insert(state)
    return [total, long_lived.count(), root.depth()]
