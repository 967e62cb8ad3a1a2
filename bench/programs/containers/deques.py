"""collections: deque at both ends, rotated and bounded; Counter, defaultdict, namedtuple, ChainMap."""

from collections import ChainMap, Counter, defaultdict, deque, namedtuple

CASES = {100: [1701, 84, 100, 5, 2433], 470000: [10523582, 391668, 106, 23500, 55224686667]}

Reading = namedtuple("Reading", "sensor value")


def main(size):
    queue = deque()
    total = 0
    for i in range(size):
        queue.append(i)
        if i & 1:
            queue.appendleft(-i)
        if i % 3 == 2:
            total += queue.popleft() + queue.pop()
    window = deque(maxlen=16)
    for i in range(size // 4):
        window.append(i * 7 % 101)
        total += window[0] + len(window)
        window.rotate(3)
    groups = defaultdict(list)
    for i in range(size):
        groups[i * i % 211].append(i)
    counts = Counter(i * i % 97 for i in range(size))
    counts.update(Counter("abracadabra" * (size // 100)))
    readings = [Reading(i % 10, i * 3 % 7) for i in range(size // 2)]
    for reading in readings:
        total += reading.value * reading.sensor
    chain = ChainMap({"a": 1}, {"b": 2})
    for _ in range(size // 30):
        total += chain["b"] + chain["a"]
    return [total, len(queue), len(groups), counts.most_common(1)[0][1], sum(queue)]
