"""A large heap that stays, a million objects, while garbage is made beside it and a part of it changes."""

CASES = {1000: [991168, 1000, 9890], 190000: [36129081664, 190000, 2358890]}


class Record:
    def __init__(self, number):
        self.number = number
        self.name = f"record {number}"
        self.links = (number - 1, number + 1)
        self.values = [number]


def main(size):
    heap = {number: Record(number) for number in range(size)}
    total = 0
    state = 5
    for i in range(size):
        state = state * 1103515245 + 12345 & 0x7fffffff
        record = heap[state % size]
        record.values = [record.number, i]
        heap[i] = Record(i) if i % 8 == 0 else heap[i]
        total += sum(record.values) + len([record.links, (i, i)])
    return [total, len(heap), sum(len(record.name) for record in heap.values())]
