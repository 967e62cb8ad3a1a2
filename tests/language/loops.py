"""if, while, for, break, continue, else, pass."""

from testing import equal, fails, raises, run


def test_elif_chain():
    def f(x):
        if x < 0:
            return "negative"
        elif x == 0:
            return "zero"
        elif x == 1:
            return "one"
        else:
            return "many"

    equal([f(x) for x in (-1, 0, 1, 2)], ["negative", "zero", "one", "many"])


def test_while_else_runs_without_break():
    i = 0
    while i < 3:
        i += 1
    else:
        i = 100
    equal(i, 100)


def test_while_else_is_skipped_by_break():
    i = 0
    while True:
        i += 1
        if i == 5:
            break
    else:
        i = 100
    equal(i, 5)


def test_while_false_runs_only_else():
    log = []
    while False:
        log.append("body")
    else:
        log.append("else")
    equal(log, ["else"])


def test_for_else():
    def find(items, wanted):
        for i, item in enumerate(items):
            if item == wanted:
                return i
        else:
            return -1

    equal((find("abc", "b"), find("abc", "z")), (1, -1))


def test_continue():
    seen = []
    for i in range(6):
        if i % 2:
            continue
        seen.append(i)
    equal(seen, [0, 2, 4])


def test_continue_in_while():
    i = 0
    seen = []
    while i < 6:
        i += 1
        if i % 2:
            continue
        seen.append(i)
    equal(seen, [2, 4, 6])


def test_break_leaves_only_the_inner_loop():
    pairs = []
    for i in range(3):
        for j in range(3):
            if j == 2:
                break
            pairs.append((i, j))
        else:
            assert False
    equal(pairs, [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)])


def test_loop_variable_stays_bound():
    for i in range(3):
        pass
    equal(i, 2)


def test_loop_variable_of_an_empty_loop_is_unbound():
    for never in ():
        pass
    with raises(UnboundLocalError):
        never


def test_assigning_the_loop_variable_does_not_change_the_loop():
    seen = []
    for i in range(3):
        seen.append(i)
        i = 100
    equal(seen, [0, 1, 2])


def test_target_may_be_an_item_or_attribute():
    class C:
        pass

    c = C()
    x = [None]
    for x[0] in "ab":
        pass
    for c.value in (1, 2):
        pass
    equal((x, c.value), (["b"], 2))


def test_unpacking_in_for():
    total = 0
    for a, (b, *c) in [(1, (2, 3, 4)), (5, [6])]:
        total += a + b + sum(c)
    equal(total, 21)


def test_star_in_the_iterable_of_for():
    seen = []
    for i in 1, *[2, 3]:
        seen.append(i)
    equal(seen, [1, 2, 3])


def test_iterating_what_is_not_iterable():
    with raises(TypeError, "'int' object is not iterable"):
        for i in 5:
            pass


def test_iter_returning_a_non_iterator():
    class C:
        def __iter__(self):
            return 5

    with raises(TypeError, "iter() returned non-iterator of type 'int'"):
        for i in C():
            pass


def test_iteration_by_getitem():
    class C:
        def __getitem__(self, index):
            if index == 3:
                raise IndexError
            return index * 10

    equal([x for x in C()], [0, 10, 20])


def test_iter_set_to_none_is_not_iterable():
    class C:
        __iter__ = None

        def __getitem__(self, index):
            return 1

    with raises(TypeError, "'C' object is not iterable"):
        for i in C():
            pass


def test_appending_while_iterating_a_list():
    x = [1, 2, 3]
    for item in x:
        if item < 3:
            x.append(item + 10)
    equal(x, [1, 2, 3, 11, 12])


def test_removing_while_iterating_a_list():
    x = [1, 2, 3, 4]
    seen = []
    for item in x:
        seen.append(item)
        x.remove(item)
    equal((seen, x), ([1, 3], [2, 4]))


def test_dict_changed_size_during_iteration():
    d = {1: 1, 2: 2}
    with raises(RuntimeError, "dictionary changed size during iteration"):
        for key in d:
            d[key + 10] = 0


def test_set_changed_size_during_iteration():
    s = {1, 2}
    with raises(RuntimeError, "Set changed size during iteration"):
        for item in s:
            s.add(item + 10)


def test_assigning_to_present_keys_during_iteration():
    d = dict.fromkeys(range(5), 0)
    for key in d:
        d[key] = key
    equal(d, {0: 0, 1: 1, 2: 2, 3: 3, 4: 4})


def test_return_in_a_loop_with_finally():
    log = []

    def f():
        for i in range(3):
            try:
                if i == 1:
                    return i
            finally:
                log.append(i)

    equal((f(), log), (1, [0, 1]))


def test_break_and_continue_through_finally():
    log = []
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            log.append(("body", i))
        finally:
            log.append(("finally", i))
    equal(log, [("body", 0), ("finally", 0), ("finally", 1), ("body", 2), ("finally", 2),
                ("finally", 3)])


def test_nested_loops_over_one_iterator():
    it = iter(range(6))
    equal([(a, next(it)) for a in it], [(0, 1), (2, 3), (4, 5)])


def test_exception_leaves_the_loop():
    i = None
    with raises(ZeroDivisionError, "division by zero"):
        for i in range(5):
            1 / (2 - i)
    equal(i, 2)


def test_loop_over_a_long_range():
    total = 0
    for i in range(100000):
        total += i
    equal(total, 4999950000)


def test_countdown_with_negative_step():
    equal([i for i in range(5, 0, -2)], [5, 3, 1])


run(globals())
