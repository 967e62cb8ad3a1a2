"""decimal in several threads: numbers that all use, a context for each, one context for all."""

import sys
import threading

from decimal import (
    ROUND_DOWN, ROUND_UP, Context, Decimal, DefaultContext, DivisionByZero, Inexact, Rounded, getcontext, localcontext,
    setcontext,
)

from _team import switch_often, together
from testing import equal, run

switch_often()
N = 4000


def test_shared_numbers():
    numbers = [Decimal(i) / 7 for i in range(200)] + [Decimal(10**200 + i) for i in range(20)]
    wanted = sum(numbers), max(numbers), hash(numbers[3]), str(numbers[-1])

    def work():
        for _ in range(20):
            equal((sum(numbers), max(numbers), hash(numbers[3]), str(numbers[-1])), wanted)

    together(work, repeat=4)


def test_each_thread_has_a_context():
    getcontext().prec = 11
    try:

        def work(prec):
            def run_one():
                equal(getcontext().prec, DefaultContext.prec)
                getcontext().prec = prec
                for _ in range(N // 4):
                    equal(len(str(Decimal(1) / 3)), prec + 2)
                    with localcontext(prec=prec + 3):
                        equal(len(str(Decimal(2) / 3)), prec + 5)
                return getcontext()

            return run_one

        contexts = together(*[work(prec) for prec in (3, 8, 40)])
        equal(len(set(map(id, contexts))), 3)
        equal(getcontext().prec, 11)
    finally:
        setcontext(DefaultContext)


def test_one_context_for_all():
    context = Context(prec=20, traps=[DivisionByZero])

    def compute():
        setcontext(context)
        for i in range(N):
            result = Decimal(i + 1) / 7
            assert len(result.as_tuple().digits) <= 30, result
            try:
                context.divide(1, 0)
            except DivisionByZero:
                continue
            raise AssertionError

    def change():
        for i in range(N):
            context.prec = 5 + i % 25
            context.rounding = ROUND_UP if i % 2 else ROUND_DOWN
            context.clear_flags()
            context.flags[Rounded] = i % 3
            context.capitals = i % 2
            repr(context), context.copy()

    together(compute, compute, change, change)
    context.prec = 9
    context.divide(1, 3)
    equal((context.flags[Inexact], context.flags[Rounded]), (True, True))


def test_no_flag_is_lost():
    signals = list(Context().flags)
    for _ in range(30):
        context = Context()

        def setter(signal):
            def work():
                context.flags[signal] = True
                context.traps[signal] = True

            return work

        together(*[setter(signal) for signal in signals])
        equal(all(context.flags.values()) and all(context.traps.values()), True)


def test_signal_dict_is_made_once():
    for _ in range(100):
        context = Context()
        dicts = together(lambda: (context.flags, context.traps), repeat=4)
        equal({id(flags) for flags, _ in dicts}, {id(context.flags)})
        equal({id(traps) for _, traps in dicts}, {id(context.traps)})


class Tagged(Decimal):
    pass


def test_subclass_with_attributes():
    numbers = [Tagged(i) for i in range(50)]

    def work():
        for i in range(N // 10):
            number = numbers[i % 50]
            number.tag = i
            equal(int(number + 1), i % 50 + 1)
            number.other = str(number)

    together(work, repeat=3)
    equal([int(number.other) for number in numbers], list(range(50)))


def test_long_operations_meet_collections():
    def compute():
        with localcontext(prec=3000):
            return str(Decimal(2).sqrt())[:10], str(Decimal(3).ln())[:10]

    def allocate():
        for i in range(30):
            [Decimal(j) for j in range(5000)]

    results = together(compute, compute, allocate, allocate)
    equal(results[:2], [("1.41421356", "1.09861228")] * 2)


def test_a_thread_gets_a_copy_of_its_starters_context():
    def body():
        own = getcontext()
        seen.append((own is context, own.prec))
        own.prec = 9

    seen = []
    with localcontext(prec=50) as context:
        thread = threading.Thread(target=body)
        thread.start()
        thread.join()
        inherits = getattr(sys.flags, "thread_inherit_context", 0)
        equal(seen, [(False, 50 if inherits else DefaultContext.prec)])
        equal(context.prec, 50)


run(globals())
