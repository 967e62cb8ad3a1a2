"""Too large is MemoryError or OverflowError, at once and without harm."""

from testing import equal, fails, raises, run

HUGE = 10 ** 15
BEYOND = 2 ** 63


def test_repeated_sequences():
    for make in (lambda: [0] * HUGE, lambda: (0,) * HUGE, lambda: "x" * HUGE, lambda: b"x" * HUGE,
                 lambda: bytearray(b"x") * HUGE, lambda: "é😀" * HUGE):
        fails(MemoryError, "", make)


def test_repeats_beyond_an_index():
    for make in (lambda: [0] * BEYOND, lambda: "x" * BEYOND, lambda: (0,) * BEYOND):
        fails(OverflowError, "cannot fit 'int' into an index-sized integer", make)


def test_sizes_that_overflow_when_multiplied():
    fails(MemoryError, "", lambda: [0, 0, 0] * (2 ** 62))
    fails(MemoryError, "", lambda: (0, 0, 0) * (2 ** 62))
    fails(OverflowError, None, lambda: "abc" * (2 ** 62))


def test_buffers():
    fails(MemoryError, "", bytes, HUGE)
    fails(MemoryError, "", bytearray, HUGE)
    fails(OverflowError, "cannot fit 'int' into an index-sized integer", bytes, BEYOND)


def test_padding():
    fails(MemoryError, "", "x".ljust, HUGE)
    fails(MemoryError, "", "x".zfill, HUGE)
    fails(MemoryError, "", b"x".center, HUGE)


def test_ranges_made_lists():
    fails(MemoryError, "", list, range(HUGE))
    fails(MemoryError, "", tuple, range(HUGE))


def test_shifts_and_powers():
    fails(MemoryError, "", lambda: 1 << HUGE)
    fails(OverflowError, "too many digits in integer", lambda: 1 << (2 ** 70))


def test_list_survives_a_failed_growth():
    x = [1, 2, 3]
    fails(MemoryError, "", lambda: x.__imul__(HUGE))
    fails(MemoryError, "", lambda: x.extend([0]) or x.extend(range(HUGE)))
    equal(x[:4], [1, 2, 3, 0])


def test_memory_error_can_be_handled_again_and_again():
    for _ in range(1000):
        try:
            [0] * HUGE
        except MemoryError:
            pass


run(globals())
