"""Event loops of several threads at once: each is its thread's own, and what others may see of it is whole."""

import asyncio
import gc
import threading

from _team import switch_often, together
from testing import equal, raises, run

switch_often()
ROUNDS = 40


async def answer(n):
    await asyncio.sleep(0)
    return [n, n + 1]


async def fails(n):
    await asyncio.sleep(0)
    raise KeyError(n)


async def busy():
    loop = asyncio.get_running_loop()
    for n in range(ROUNDS):
        equal(await asyncio.gather(*(answer(i) for i in range(10))), [[i, i + 1] for i in range(10)])
        assert asyncio.current_task().get_loop() is loop
        equal(len(asyncio.all_tasks()), 1)
        task = loop.create_task(fails(n))
        with raises(KeyError):
            await task
        waiting = loop.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        waiting.cancel("enough")
        with raises(asyncio.CancelledError):
            await waiting
    return loop


def test_each_thread_has_its_loop():
    loops = together(lambda: asyncio.run(busy()), repeat=4)
    equal(len(set(map(id, loops))), 4)


def test_names_of_tasks_are_unique():
    async def names():
        tasks = [asyncio.create_task(answer(i)) for i in range(300)]
        await asyncio.gather(*tasks)
        return [task.get_name() for task in tasks]

    results = together(lambda: asyncio.run(names()), repeat=3)
    equal(len(set(name for result in results for name in result)), 900)


class Running:
    """A loop in a thread of its own."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        return self.loop

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def test_coroutines_from_other_threads():
    with Running() as loop:
        def ask():
            return [asyncio.run_coroutine_threadsafe(answer(n), loop).result(60) for n in range(ROUNDS)]

        for result in together(ask, repeat=3):
            equal(result, [[n, n + 1] for n in range(ROUNDS)])


def test_calls_from_other_threads():
    calls = []
    with Running() as loop:
        def ask():
            for n in range(200):
                loop.call_soon_threadsafe(calls.append, n)

        together(ask, repeat=3)
    equal(sorted(calls), sorted(list(range(200)) * 3))


def test_all_tasks_of_a_loop_that_runs():
    started, stop = threading.Event(), threading.Event()

    async def churn():
        started.set()
        while not stop.is_set():
            await asyncio.gather(*(answer(i) for i in range(5)))

    with Running() as loop:
        end = asyncio.run_coroutine_threadsafe(churn(), loop)
        started.wait()

        def look():
            seen = 0
            for _ in range(ROUNDS):
                tasks = asyncio.all_tasks(loop)
                seen += len(tasks)
                for task in tasks:
                    assert task.get_loop() is loop
                    assert task.get_name()
                    task.done()
                task = asyncio.current_task(loop)
                assert task is None or task.get_loop() is loop
            return seen

        try:
            assert min(together(look, repeat=2)) >= ROUNDS
        finally:
            stop.set()
            end.result(60)


def test_tasks_that_wait_for_something_local():
    """What the loop itself does not lead to is seen as well, also while its thread is blocked."""
    seen = []

    async def main():
        loop = asyncio.get_running_loop()
        event = asyncio.Event()
        waiting = [loop.create_task(event.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        other = threading.Thread(target=lambda: seen.extend([asyncio.all_tasks(loop), asyncio.current_task(loop)]))
        other.start()
        other.join()
        equal(seen, [{asyncio.current_task(), *waiting}, asyncio.current_task()])
        event.set()
        await asyncio.gather(*waiting)

    asyncio.run(main())


def test_tasks_of_other_loops_are_not_seen():
    ready, done = threading.Event(), threading.Event()
    others = []

    async def hold():
        tasks = [asyncio.create_task(answer(n)) for n in range(3)]
        ready.set()
        await asyncio.get_running_loop().run_in_executor(None, done.wait)
        await asyncio.gather(*tasks)

    def look():
        ready.wait()

        async def main():
            return asyncio.all_tasks() - {asyncio.current_task()}

        others.append(asyncio.run(main()))
        done.set()

    together(lambda: asyncio.run(hold()), look)
    equal(others, [set()])


def test_a_loop_that_moves_to_another_thread():
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(answer(n)) for n in range(5)]
    results = []
    runner = threading.Thread(target=lambda: results.extend(loop.run_until_complete(asyncio.gather(*tasks))))
    runner.start()
    runner.join()
    equal(results, [[n, n + 1] for n in range(5)])
    equal(asyncio.all_tasks(loop), set())
    loop.close()


def test_tasks_outlive_their_thread():
    kept = []

    def work():
        loop = asyncio.new_event_loop()

        async def start():
            kept.append(loop)
            kept.append(loop.create_task(answer(1)))

        loop.run_until_complete(start())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    loop, task = kept
    equal(asyncio.all_tasks(loop), {task})
    equal(loop.run_until_complete(task), [1, 2])
    loop.close()


def test_one_future_of_many_threads():
    """Not what it is meant for; but one sets the result, and each callback is called once."""
    calls = []

    class Loop(asyncio.AbstractEventLoop):
        def get_debug(self):
            return False

        def call_soon(self, callback, *args, context=None):
            calls.append(callback)

    loop = Loop()
    for n in range(50):
        future = asyncio.Future(loop=loop)
        del calls[:]

        def work():
            for i in range(5):
                future.add_done_callback(i)
            try:
                future.set_result(n)
            except asyncio.InvalidStateError:
                return False
            return True

        won = together(work, repeat=3)
        equal(won.count(True), 1)
        equal(sorted(calls), sorted(list(range(5)) * 3))
        equal(future.result(), n)


def test_tasks_end_while_memory_is_collected():
    stop = threading.Event()

    def collect():
        while not stop.is_set():
            gc.collect()

    async def forget():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        for _ in range(ROUNDS):
            for n in range(5):
                asyncio.create_task(fails(n))
            await asyncio.sleep(0)
            list(asyncio.all_tasks())

    def work():
        try:
            asyncio.run(forget())
        finally:
            stop.set()

    together(work, work, collect)


run(globals())
