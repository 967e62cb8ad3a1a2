"""Sorts with keys: a function, attrgetter, itemgetter, a method, several keys, cmp_to_key; groupby after it."""

import functools
import itertools
import operator

CASES = {100: 24494, 35000: 8566130}


class Person:
    def __init__(self, name, age, town):
        self.name = name
        self.age = age
        self.town = town


def compare(a, b):
    return a.age - b.age or (a.name > b.name) - (a.name < b.name)


def main(size):
    people = [Person(f"p{i * 7919 % size}", i * 31 % 90, f"T{i * 13 % 40}") for i in range(size)]
    rows = [(person.town, person.age, person.name) for person in people]
    total = 0
    for _ in range(2):
        total += sorted(people, key=lambda p: p.age)[size // 2].age
        total += len(sorted(people, key=lambda p: (p.town, -p.age, p.name))[0].name)
        total += sorted(people, key=operator.attrgetter("age", "name"))[size // 3].age
        total += sorted(rows, key=operator.itemgetter(1), reverse=True)[size // 3][1]
        total += len(sorted([row[0] for row in rows], key=str.lower)[5])
        total += sorted(people[:size // 4], key=functools.cmp_to_key(compare))[3].age
        by_town = sorted(people, key=operator.attrgetter("town"))
        for town, group in itertools.groupby(by_town, key=operator.attrgetter("town")):
            total += len(town) * sum(person.age for person in group)
        total += max(people, key=lambda p: p.age).age - min(rows, key=lambda row: row[1])[1]
    return total
