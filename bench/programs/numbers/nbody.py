"""Floats in attributes: planets around a sun, integrated step by step."""

from math import sqrt

CASES = {100: -0.000712868, 99000: -0.000712868}


class Body:
    def __init__(self, mass, x, y, vx, vy):
        self.mass = mass
        self.x = x
        self.y = y
        self.vx = vx
        self.vy = vy


def advance(bodies, step):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            dx = a.x - b.x
            dy = a.y - b.y
            square = dx * dx + dy * dy
            pull = step / (square * sqrt(square))
            a.vx -= dx * b.mass * pull
            a.vy -= dy * b.mass * pull
            b.vx += dx * a.mass * pull
            b.vy += dy * a.mass * pull
    for body in bodies:
        body.x += body.vx * step
        body.y += body.vy * step


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += 0.5 * a.mass * (a.vx ** 2 + a.vy ** 2)
        for b in bodies[i + 1:]:
            total -= a.mass * b.mass / sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)
    return total


def main(size):
    bodies = [Body(1.0, 0.0, 0.0, 0.0, 0.0)]
    for i in range(1, 5):
        bodies.append(Body(1e-3 / i, float(i), 0.0, 0.0, 1.0 / sqrt(i)))
    before = energy(bodies)
    for _ in range(size):
        advance(bodies, 0.001)
    assert abs(energy(bodies) - before) < 1e-4
    return round(before, 9)
