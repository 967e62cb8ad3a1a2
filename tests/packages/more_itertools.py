"""more-itertools: a tour through its functions, in small and in bulk."""

import more_itertools as mi


def main():
    assert list(mi.chunked(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(mi.windowed(range(5), 3)) == [(0, 1, 2), (1, 2, 3), (2, 3, 4)]
    assert list(mi.collapse([1, [2, (3, [4])], "ab"])) == [1, 2, 3, 4, "ab"]
    head = mi.peekable(range(5))
    assert head.peek() == 0 and head[2] == 2 and list(head) == [0, 1, 2, 3, 4]
    seek = mi.seekable(iter("abc"))
    assert list(seek) == list("abc") and (seek.seek(1), next(seek))[1] == "b"
    assert mi.one([5]) == 5 and mi.first([], 3) == 3 and mi.ilen(iter(range(1000))) == 1000
    try:
        mi.one([1, 2])
        raise AssertionError
    except ValueError as error:
        assert "Expected exactly one item in iterable, but got 1, 2" in str(error)
    assert [list(g) for g in mi.split_at("abcdc", lambda c: c == "c")] == [["a", "b"], ["d"], []]
    assert len(list(mi.set_partitions(range(8)))) == 4140
    assert list(mi.interleave_longest([1, 2, 3], "a")) == [1, "a", 2, 3]
    buckets = mi.bucket(range(1000), key=lambda v: v % 7)
    assert sum(1 for _ in buckets[3]) == 143
    small, large = mi.partition(lambda v: v > 500, range(1000))
    assert len(list(small)) == 501 and len(list(large)) == 499
    assert list(mi.sieve(30)) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
    assert sum(1 for _ in mi.sieve(2_000_000)) == 148933
    assert mi.nth_product(123456, *["abcdefghij"] * 6) == tuple("bcdefg")
    assert list(mi.run_length.encode("aaab")) == [("a", 3), ("b", 1)]
    spy, rest = mi.spy(iter(range(5)), 2)
    assert spy == [0, 1] and list(rest) == [0, 1, 2, 3, 4]
    assert mi.numeric_range(0.0, 1.0, 0.25)[-1] == 0.75
    total = sum(a * b for a, b in mi.pairwise(mi.flatten([range(100)] * 3000)))
    assert total == 3000 * sum(i * (i + 1) for i in range(99))


main()
