"""Instances that pass each other tokens: attributes and methods of two classes at one place."""

CASES = {10: [7000, 3342123111], 3500: [2450000, 1188128420256]}


class Token:
    __slots__ = ("value", "hops")

    def __init__(self, value):
        self.value = value
        self.hops = 0


class Station:
    def __init__(self, number):
        self.number = number
        self.next = None
        self.seen = 0
        self.total = 0

    def accept(self, token):
        self.seen += 1
        self.total += token.value
        token.hops += 1
        return self.forward(token)

    def forward(self, token):
        return self.next


class Doubling(Station):
    def forward(self, token):
        token.value = (token.value * 2 + self.number) % 1000003
        return self.next


def ring(length):
    stations = [Doubling(i) if i % 3 == 0 else Station(i) for i in range(length)]
    for station, following in zip(stations, stations[1:] + stations[:1]):
        station.next = following
    return stations


def main(size):
    stations = ring(30)
    for start in range(size):
        token = Token(start)
        station = stations[start % len(stations)]
        while token.hops < 700:
            station = station.accept(token)
    return sum(station.seen for station in stations), sum(station.total for station in stations)
