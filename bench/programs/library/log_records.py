"""logging: records that are dropped, formatted, filtered and handed up a tree of loggers."""

import io
import logging

CASES = {
    50: [56, 2063, "INFO measured.child value 49 of many"],
    34000: [38250, 1518335, "INFO measured.child value 33999 of many"],
}


class Odd(logging.Filter):
    def filter(self, record):
        return record.args[0] % 2 == 1


def main(size):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    root = logging.getLogger("measured")
    root.propagate = False
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    child = root.getChild("child")
    filtered = root.getChild("filtered")
    filtered.filters[:] = [Odd()]
    for i in range(size):
        child.debug("never seen %d", i)
        child.debug("never seen %d either", i)
        child.info("value %d of %s", i, "many")
        if i % 4 == 0:
            filtered.warning("filtered %d", i // 4)
    lines = stream.getvalue().splitlines()
    return [len(lines), len(stream.getvalue()), lines[-1]]
