"""warnings.catch_warnings in several threads: each sees its own filters, and a thread inherits its starter's."""

import asyncio
import subprocess
import sys
import threading
import warnings

from testing import equal, run

AWARE = getattr(sys.flags, "context_aware_warnings", 0)


def warn():
    warnings.warn("something", UserWarning)


def outcome():
    try:
        warn()
    except UserWarning:
        return "error"
    return "none"


def in_threads(*functions):
    results = [None] * len(functions)

    def work(number):
        results[number] = functions[number]()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_threads_do_not_see_each_others_filters():
    if not AWARE:
        return
    barrier = threading.Barrier(4)

    def with_filter(action):
        def work():
            outcomes = set()
            barrier.wait()
            for _ in range(100):
                with warnings.catch_warnings():
                    warnings.simplefilter(action)
                    outcomes.add(outcome())
            return outcomes
        return work

    filters = list(warnings.filters)
    equal(in_threads(*map(with_filter, ("error", "ignore", "error", "ignore"))), [{"error"}, {"none"}] * 2)
    equal(warnings.filters, filters)


def test_each_thread_records_its_own():
    if not AWARE:
        return

    def work():
        with warnings.catch_warnings(record=True) as log:
            warnings.simplefilter("always")
            for _ in range(50):
                warn()
        return len(log)

    equal(in_threads(*[work] * 4), [50] * 4)


def test_a_thread_inherits_what_its_starter_catches():
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        in_threads(warn, warn)
    equal([str(entry.message) for entry in log], ["something"] * 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        equal(in_threads(outcome), ["error"])


def test_blocks_in_blocks():
    with warnings.catch_warnings(record=True) as outer:
        warnings.simplefilter("always")
        warn()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warn()
        with warnings.catch_warnings(record=True) as inner:
            warn()
        with warnings.catch_warnings(action="error"):
            equal(outcome(), "error")
        warn()
    equal((len(outer), len(inner)), (2, 1))


def test_showwarning_that_is_replaced_in_a_block_is_called():
    shown = []
    before = warnings.showwarning
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("always")
        warnings.showwarning = lambda *args, **kwargs: shown.append(args)
        warn()
    equal((len(shown), log, warnings.showwarning is before), (1, [], True))


def test_reset_and_filters_of_the_process():
    with warnings.catch_warnings():
        warnings.resetwarnings()
        warnings.filterwarnings("error", message="some", append=True)
        equal(outcome(), "error")
        warnings.simplefilter("ignore")
        equal(outcome(), "none")


def test_tasks():
    if not AWARE:
        return

    async def task(action):
        with warnings.catch_warnings():
            warnings.simplefilter(action)
            await asyncio.sleep(0)
            return outcome()

    async def main():
        return await asyncio.gather(*map(task, ("error", "ignore", "error")))

    equal(asyncio.run(main()), ["error", "none", "error"])


def test_options():
    if not hasattr(sys.flags, "context_aware_warnings"):
        return
    code = "import sys, warnings; print(sys.flags.context_aware_warnings, hasattr(warnings, '_filters'))"
    for options, output in (([], "1 True\n"), (["-X", "context_aware_warnings=0"], "0 False\n"),
                            (["-X", "gil=1"], "0 False\n")):
        equal(subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True).stdout, output)


run(globals())
