"""A ray tracer of spheres over a plane, its vectors and rays small objects of floats."""

from math import sqrt

CASES = {8: 65.879701, 170: 29704.040172}


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def normalized(self):
        return self.scaled(1.0 / sqrt(self.dot(self)))


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction.normalized()

    def at(self, distance):
        return self.origin + self.direction.scaled(distance)


class Sphere:
    def __init__(self, centre, radius, colour, mirror):
        self.centre = centre
        self.radius = radius
        self.colour = colour
        self.mirror = mirror

    def meets(self, ray):
        towards = self.centre - ray.origin
        along = towards.dot(ray.direction)
        inside = self.radius * self.radius - (towards.dot(towards) - along * along)
        if inside < 0.0:
            return None
        distance = along - sqrt(inside)
        return distance if distance > 1e-6 else None

    def normal(self, point):
        return (point - self.centre).normalized()


class Floor:
    mirror = 0.1

    def meets(self, ray):
        if ray.direction.y >= 0.0:
            return None
        return -ray.origin.y / ray.direction.y

    def normal(self, point):
        return Vector(0.0, 1.0, 0.0)

    @property
    def colour(self):
        return Vector(0.4, 0.4, 0.4)


class Scene:
    def __init__(self, bodies, light):
        self.bodies = bodies
        self.light = light

    def nearest(self, ray):
        best, found = 1e9, None
        for body in self.bodies:
            distance = body.meets(ray)
            if distance is not None and distance < best:
                best, found = distance, body
        return best, found

    def colour(self, ray, depth):
        distance, body = self.nearest(ray)
        if body is None:
            return Vector(0.2, 0.3, 0.5)
        point = ray.at(distance)
        normal = body.normal(point)
        point = point + normal.scaled(1e-5)
        towards = (self.light - point).normalized()
        bright = max(towards.dot(normal), 0.0)
        if bright > 0.0 and self.nearest(Ray(point, towards))[1] is not None:
            bright = 0.0
        result = body.colour.scaled(0.2 + 0.8 * bright)
        if depth > 0 and body.mirror > 0.0:
            turned = ray.direction - normal.scaled(2.0 * normal.dot(ray.direction))
            result = result + self.colour(Ray(point, turned), depth - 1).scaled(body.mirror)
        return result


def main(size):
    bodies = [Floor()]
    for i in range(5):
        bodies.append(Sphere(Vector(i * 1.5 - 3.0, 1.0, 6.0 + i % 2), 0.8, Vector(0.2 * i, 0.5, 1.0 - 0.2 * i), 0.3))
    scene = Scene(bodies, Vector(-5.0, 8.0, 0.0))
    eye = Vector(0.0, 1.5, -3.0)
    total = 0.0
    for row in range(size):
        for column in range(size):
            direction = Vector(column / size - 0.5, 0.5 - row / size, 1.0)
            colour = scene.colour(Ray(eye, direction), 2)
            total += colour.x + colour.y + colour.z
    return round(total, 6)
