"""Shortest ways in a grid with walls: breadth first, and by Dijkstra with a heap of nodes."""

import heapq
from collections import deque

CASES = {10: [88, 41, 24, 21], 260: [54288, 1166, 715, 519]}


class Node:
    def __init__(self, x, y, cost):
        self.x = x
        self.y = y
        self.cost = cost
        self.neighbours = []
        self.distance = None
        self.parent = None

    def __lt__(self, other):
        return (self.x, self.y) < (other.x, other.y)


def grid(size):
    nodes = {}
    for x in range(size):
        for y in range(size):
            if (x * 7 + y * 13) % 5 != 1 or x in (0, size - 1) or y in (0, size - 1):
                nodes[x, y] = Node(x, y, 1 + (x * y) % 4)
    for (x, y), node in nodes.items():
        for step in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            other = nodes.get((x + step[0], y + step[1]))
            if other is not None:
                node.neighbours.append(other)
    return nodes


def breadth_first(start, goal):
    seen = {start: 0}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node is goal:
            return seen[node]
        for other in node.neighbours:
            if other not in seen:
                seen[other] = seen[node] + 1
                queue.append(other)
    return None


def cheapest(start, goal):
    start.distance = 0
    heap = [(0, start)]
    done = set()
    while heap:
        distance, node = heapq.heappop(heap)
        if node in done:
            continue
        done.add(node)
        if node is goal:
            break
        for other in node.neighbours:
            through = distance + other.cost
            if other.distance is None or through < other.distance:
                other.distance = through
                other.parent = node
                heapq.heappush(heap, (through, other))
    way = []
    while goal is not None:
        way.append(goal)
        goal = goal.parent
    return way[0].distance, len(way)


def main(size):
    nodes = grid(size)
    start, goal = nodes[0, 0], nodes[size - 1, size - 1]
    reached = sum(breadth_first(start, nodes[size - 1, y]) for y in (0, size // 2, size - 1))
    return [len(nodes), reached, *cheapest(start, goal)]
