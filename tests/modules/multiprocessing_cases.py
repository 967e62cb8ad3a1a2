"""multiprocessing: processes by each way to start them, and what they share."""

import _multiprocessing
import multiprocessing
import os
import sys
from multiprocessing import shared_memory

from testing import equal, fails, run

METHODS = "fork", "spawn", "forkserver"


def square(x):
    return x * x


def add(counter, lock, times):
    for _ in range(times):
        with lock:
            counter.value += 1


def answer(connection, queue):
    queue.put(connection.recv() * 2)
    connection.close()


def write_shared(name):
    memory = shared_memory.SharedMemory(name)
    memory.buf[:5] = b"child"
    memory.close()


def test_a_pool_maps():
    for method in METHODS:
        with multiprocessing.get_context(method).Pool(2) as pool:
            equal(pool.map(square, range(10)), [x * x for x in range(10)])
            equal(pool.apply_async(square, (12,)).get(30), 144)
            fails(TypeError, "can't multiply sequence by non-int of type 'str'", pool.apply, square, ("x",))


def test_processes_share_a_value_and_a_lock():
    for method in METHODS:
        context = multiprocessing.get_context(method)
        counter, lock = context.Value("i", 0), context.Lock()
        children = [context.Process(target=add, args=(counter, lock, 200)) for _ in range(3)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        equal((counter.value, [child.exitcode for child in children]), (600, [0, 0, 0]))


def test_pipes_and_queues():
    for method in METHODS:
        context = multiprocessing.get_context(method)
        (ours, theirs), queue = context.Pipe(), context.Queue()
        child = context.Process(target=answer, args=(theirs, queue))
        child.start()
        ours.send(21)
        equal(queue.get(timeout=30), 42)
        child.join()


def test_shared_memory():
    memory = shared_memory.SharedMemory(create=True, size=4096)
    try:
        child = multiprocessing.get_context("spawn").Process(target=write_shared, args=(memory.name,))
        child.start()
        child.join()
        equal((bytes(memory.buf[:5]), child.exitcode), (b"child", 0))
    finally:
        memory.close()
        memory.unlink()
    fails(FileNotFoundError, f"[Errno 2] No such file or directory: '/{memory.name}'",
          shared_memory.SharedMemory, memory.name)


def new_semaphore(kind, value, maximum):
    return _multiprocessing.SemLock(kind, value, maximum, f"/weft-test-{os.getpid()}", True)


def test_a_recursive_lock():
    lock = new_semaphore(0, 1, 1)
    equal((lock.kind, lock.maxvalue, lock.name, lock._count(), lock._is_mine()), (0, 1, None, 0, False))
    equal((lock.acquire(), lock.acquire(), lock._count(), lock._is_mine(), lock._is_zero()),
          (True, True, 2, True, True))
    lock.release()
    lock.release()
    fails(AssertionError, "attempt to release recursive lock not owned by thread", lock.release)


def test_a_semaphore():
    semaphore = new_semaphore(1, 1, 1)
    fails(ValueError, "semaphore or lock released too many times", semaphore.release)
    equal((semaphore.acquire(True, 0.01), semaphore.acquire(False), semaphore.acquire(True, 0.01),
           semaphore.acquire(True, -1), semaphore._get_value()), (True, False, False, False, 0))
    fails(TypeError, "must be real number, not str", semaphore.acquire, True, "x")
    fails(ValueError, "unrecognized kind", new_semaphore, 5, 1, 1)
    fails(OSError, "[Errno 22] Invalid argument", new_semaphore, 0, -2, 1)
    fails(FileNotFoundError, "[Errno 2] No such file or directory",
          _multiprocessing.SemLock._rebuild, 1, 1, 1, "/weft-test-none")
    fails(FileNotFoundError, "[Errno 2] No such file or directory",
          _multiprocessing.sem_unlink, "/weft-test-none")
    fails(ValueError, "embedded null character", _multiprocessing.sem_unlink, "a\0b")


if __name__ == "__main__":
    run(globals())
