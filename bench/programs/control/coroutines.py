"""Coroutines driven by a loop of one's own: async def, await, async for, async with, awaitables by hand."""

import types
from collections import deque

CASES = {10: [1800, 120], 22000: [9679560000, 220040]}


@types.coroutine
def pause():
    yield


class Channel:
    def __init__(self):
        self.items = deque()

    async def put(self, item):
        while len(self.items) >= 4:
            await pause()
        self.items.append(item)

    async def get(self):
        while not self.items:
            await pause()
        return self.items.popleft()


class Guard:
    held = 0

    async def __aenter__(self):
        Guard.held += 1
        return self

    async def __aexit__(self, *failure):
        Guard.held -= 1


async def count(limit):
    for i in range(limit):
        if i % 8 == 0:
            await pause()
        yield i


async def produce(channel, limit):
    async for i in count(limit):
        await channel.put(i)
    await channel.put(None)


async def double(value):
    return value * 2


async def consume(channel, results):
    while True:
        item = await channel.get()
        if item is None:
            return
        async with Guard():
            results.append(await double(item))


def run(tasks):
    ready = deque(tasks)
    steps = 0
    while ready:
        task = ready.popleft()
        try:
            task.send(None)
        except StopIteration:
            continue
        steps += 1
        ready.append(task)
    return steps


def main(size):
    results = []
    tasks = []
    for _ in range(20):
        channel = Channel()
        tasks.append(produce(channel, size))
        tasks.append(consume(channel, results))
    steps = run(tasks)
    assert Guard.held == 0
    return [sum(results), steps]
