"""Instances, attributes and method calls: a queue of jobs that pass tokens to each other."""


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


def main():
    stations = ring(30)
    for start in range(300):
        token = Token(start)
        station = stations[start % len(stations)]
        while token.hops < 7000:
            station = station.accept(token)
    assert sum(station.seen for station in stations) == 300 * 7000
    assert any(station.total for station in stations)


main()
