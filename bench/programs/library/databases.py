"""sqlite3: a database in memory: rows inserted one by one and many at a time, joined, aggregated, read by Row."""

import sqlite3

CASES = {
    100: [56604, repr([('K', 20, 970, 'note 11', 1.545),
                ('L', 20, 950, 'note 10', 1.525),
                ('N', 20, 1030, 'note 14', 1.555),
                ('O', 20, 1010, 'note 13', 1.535),
                ('Q', 20, 990, 'note 12', 1.565)]),
          2, 100, 99],
    20000: [781612, repr([('K', 4000, 721825, 'note 10001', 1.745),
                ('L', 4000, 717825, 'note 10000', 1.725),
                ('N', 4000, 733825, 'note 10004', 1.755),
                ('O', 4000, 729825, 'note 10003', 1.735),
                ('Q', 4000, 725825, 'note 10002', 1.765)]),
          3856, 16544, 300],
}


class Longest:
    def __init__(self):
        self.text = ""

    def step(self, text):
        if len(text) > len(self.text):
            self.text = text

    def finalize(self):
        return self.text


def main(size):
    connection = sqlite3.connect(":memory:")
    connection.executescript("""
        create table person(id integer primary key, name text not null, city text, height real);
        create table visit(person integer references person(id), day integer, note text);
        create index visit_person on visit(person);
    """)
    cities = ["Lima", "Oslo", "Kyoto", "Nairobi", "Quito"]
    with connection:
        for i in range(size // 10):
            connection.execute("insert into person values(?, ?, ?, ?)",
                               (i, f"name {i}", cities[i % 5], 1.5 + i % 50 / 100))
        connection.executemany("insert into visit values(?, ?, ?)",
                               ((i * 7 % (size // 10), i % 365, "note " + str(i)) for i in range(size)))
    total = 0
    for day, note in connection.execute("select day, note from visit order by day, note"):
        total = (total * 31 + day + len(note)) % 1000003
    connection.create_aggregate("longest", 1, Longest)
    connection.create_function("initial", 1, lambda text: text[0])
    cursor = connection.execute("""
        select initial(city), count(*), sum(day), longest(note), round(avg(height), 3)
        from person join visit on person = id group by city order by city
    """)
    groups = cursor.fetchall()
    connection.row_factory = sqlite3.Row
    for i in range(0, size // 10, 3):
        row = connection.execute("select name, height from person where id = ?", (i,)).fetchone()
        total += len(row["name"]) + int(row["height"] * 100)
    with connection:
        changed = connection.execute("update person set height = height + 1 where city = :city",
                                     {"city": "Oslo"}).rowcount
        changed += connection.execute("delete from visit where day > 300").rowcount
    left = connection.execute("select count(*), max(day) from visit").fetchone()
    connection.close()
    return [total, repr(groups), changed, *left]
