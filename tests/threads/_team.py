"""Runs functions in threads at the same time. Uses only _thread, so that it tests little else."""

import _thread
import sys


def together(*functions, repeat=1):
    """Calls every function `repeat` times over, each copy in a thread of its own, all let off at
    once. Returns their results in order; raises the first exception of any."""
    jobs = [function for _ in range(repeat) for function in functions]
    results = [None] * len(jobs)
    errors = []
    start = _thread.allocate_lock()
    done = [_thread.allocate_lock() for _ in jobs]

    def worker(number):
        with start:
            pass
        try:
            results[number] = jobs[number]()
        except BaseException as error:
            errors.append(error)
        finally:
            done[number].release()

    start.acquire()
    for number in range(len(jobs)):
        done[number].acquire()
        _thread.start_new_thread(worker, (number,))
    start.release()
    for lock in done:
        lock.acquire()
    if errors:
        raise errors[0]
    return results


def switch_often():
    """Threads of an interpreter with a global lock meet more often then."""
    if hasattr(sys, "setswitchinterval"):
        sys.setswitchinterval(1e-5)
