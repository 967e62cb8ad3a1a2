"""asyncio, contextvars and signal."""

import asyncio
import contextvars
import signal
import os
import subprocess
import sys

from testing import equal, fails, raises, run


def test_run_and_gather():
    async def f(x):
        await asyncio.sleep(0.001)
        return x * 2

    async def main():
        return await asyncio.gather(f(1), f(2), f(3))

    equal(asyncio.run(main()), [2, 4, 6])


def test_tasks_and_cancellation():
    log = []

    async def f():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log.append("cancelled")
            raise

    async def main():
        task = asyncio.create_task(f())
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            log.append("seen")

    asyncio.run(main())
    equal(log, ["cancelled", "seen"])


def test_timeout_and_wait_for():
    async def main():
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(10)
        except TimeoutError:
            first = "timeout"
        try:
            await asyncio.wait_for(asyncio.sleep(10), 0.01)
        except TimeoutError:
            return first, "wait_for"

    equal(asyncio.run(main()), ("timeout", "wait_for"))


def test_task_group():
    async def fail():
        raise ValueError("v")

    async def main():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                group.create_task(asyncio.sleep(10))
        except* ValueError as error:
            seen = [str(e) for e in error.exceptions]
        return seen

    equal(asyncio.run(main()), ["v"])


def test_queue_event_lock():
    async def main():
        q = asyncio.Queue(2)
        got = []

        async def produce():
            for i in range(10):
                await q.put(i)
            await q.put(None)

        async def consume():
            while (item := await q.get()) is not None:
                got.append(item)

        await asyncio.gather(produce(), consume())
        lock = asyncio.Lock()
        async with lock:
            equal(lock.locked(), True)
        return got

    equal(asyncio.run(main()), list(range(10)))


def test_to_thread_and_executor():
    async def main():
        return await asyncio.to_thread(sum, range(100))

    equal(asyncio.run(main()), 4950)


def test_streams():
    async def main():
        async def serve(reader, writer):
            writer.write((await reader.readline()).upper())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        got = await reader.read()
        writer.close()
        server.close()
        return got

    equal(asyncio.run(main()), b"HELLO\n")


def test_subprocess():
    async def main():
        p = await asyncio.create_subprocess_exec("echo", "x", stdout=asyncio.subprocess.PIPE)
        out, _ = await p.communicate()
        return out, p.returncode

    equal(asyncio.run(main()), (b"x\n", 0))


def test_async_generators_are_closed():
    log = []

    async def g():
        try:
            yield 1
            yield 2
        finally:
            log.append("closed")

    async def main():
        async for x in g():
            break

    asyncio.run(main())
    import gc
    gc.collect()
    equal(log, ["closed"])


def test_contextvars():
    v = contextvars.ContextVar("v", default=0)
    c = contextvars.copy_context()

    def f():
        v.set(5)
        return v.get()

    equal((c.run(f), v.get(), c[v]), (5, 0, 5))
    token = v.set(7)
    v.reset(token)
    equal(v.get(), 0)
    fails(LookupError, None, contextvars.ContextVar("x").get)

    async def task():
        v.set(9)
        await asyncio.sleep(0)
        return v.get()

    async def main():
        v.set(1)
        got = await asyncio.create_task(task())
        return got, v.get()

    equal(asyncio.run(main()), (9, 1))


def test_signal_handler():
    seen = []
    old = signal.signal(signal.SIGUSR1, lambda n, f: seen.append(n))
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(1000):
        if seen:
            break
    signal.signal(signal.SIGUSR1, old)
    equal(seen, [signal.SIGUSR1])
    equal(signal.getsignal(signal.SIGINT), signal.default_int_handler)


def test_alarm():
    seen = []
    old = signal.signal(signal.SIGALRM, lambda n, f: seen.append(n))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    import time
    time.sleep(0.1)
    signal.signal(signal.SIGALRM, old)
    equal(len(seen), 1)


def test_a_task_is_destroyed_at_exit():
    program = """
import asyncio
async def wait():
    await asyncio.sleep(10)
async def main():
    asyncio.ensure_future(wait())
    await asyncio.sleep(0)
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    equal(done.stderr.splitlines()[0], "Task was destroyed but it is pending!")


run(globals())
