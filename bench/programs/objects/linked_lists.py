"""Linked lists: appended to, reversed, merged, sorted by merging; a ring from which every third leaves."""

CASES = {100: [50215, 127], 91000: [45939789, 79392]}


class Cell:
    __slots__ = ("value", "next")

    def __init__(self, value, following=None):
        self.value = value
        self.next = following


def reverse(cell):
    before = None
    while cell is not None:
        cell.next, before, cell = before, cell, cell.next
    return before


def merge(a, b):
    head = last = Cell(None)
    while a is not None and b is not None:
        if b.value < a.value:
            last.next = last = b
            b = b.next
        else:
            last.next = last = a
            a = a.next
    last.next = a if b is None else b
    return head.next


def merge_sort(cell):
    if cell is None or cell.next is None:
        return cell
    slow, fast = cell, cell.next
    while fast is not None and fast.next is not None:
        slow = slow.next
        fast = fast.next.next
    half, slow.next = slow.next, None
    return merge(merge_sort(cell), merge_sort(half))


def survivor(count, step):
    first = last = Cell(0)
    for i in range(1, count):
        last.next = Cell(i)
        last = last.next
    last.next = first
    before = last
    while before.next is not before:
        for _ in range(step - 1):
            before = before.next
        before.next = before.next.next
    return before.value


def main(size):
    cell = None
    for i in range(size):
        cell = Cell(i * 7919 % 10007, cell)
    cell = reverse(merge_sort(cell))
    total = position = 0
    while cell is not None:
        position += 1
        total += cell.value * position % 1009
        cell = cell.next
    return [total, survivor(size * 2, 3)]
