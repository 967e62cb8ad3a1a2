"""repr() of a set that another thread fills and clears is one of a moment."""
import threading

from testing import equal, run


def test_repr_while_cleared():
    for kind in (set, type("Own", (set,), {})):
        target, seen, done = kind(), set(), threading.Event()

        def change():
            for _ in range(3000):
                target.update({1, 2})
                target.clear()
            done.set()

        thread = threading.Thread(target=change)
        thread.start()
        while not done.is_set():
            seen.add(repr(target))
        thread.join()
        shown = ("{1, 2}", "{1}", "{2}")
        if kind is not set:
            shown = [f"Own({text})" for text in shown]
        equal(seen - {f"{kind.__name__}()", *shown}, set())


run(globals())
