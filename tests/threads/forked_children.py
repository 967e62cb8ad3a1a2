"""What a child has of the threads of its parent that did not fork: nothing runs for them any more."""

import os
import subprocess
import sys

from testing import equal, run


def output(source):
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", source], capture_output=True, text=True)
    equal((done.returncode, done.stderr), (0, ""))
    return done.stdout.splitlines()


def test_no_block_of_another_thread_ends_in_the_child():
    """Neither a with statement of the main thread's, nor a generator that it runs."""
    equal(output("""if True:
        import contextlib, gc, os, threading
        parent = os.getpid()
        @contextlib.contextmanager
        def manager(name):
            try:
                yield
            finally:
                os.write(1, b"end of %s in the %s\\n" % (name, b"parent" if os.getpid() == parent else b"child"))
        class Local:
            def __del__(self):
                os.write(1, b"__del__ in the %s\\n" % (b"parent" if os.getpid() == parent else b"child"))
        def generator():
            with manager(b"generator"):
                fork_elsewhere()
                yield
        def fork_elsewhere():
            thread = threading.Thread(target=work)
            thread.start(); thread.join()
        def work():
            pid = os.fork()
            if not pid:
                for _ in range(3):
                    [[] for _ in range(100_000)]
                    gc.collect()
                os._exit(0)
            os.waitpid(pid, 0)
        def main():
            local = Local()
            with manager(b"with"):
                list(generator())
            return local
        main()
        """), ["end of generator in the parent", "end of with in the parent", "__del__ in the parent"])


def test_a_child_of_a_child():
    equal(output("""if True:
        import gc, os, threading
        def held():
            try:
                yield
            finally:
                os.write(1, b"closed\\n")
        def fork(depth):
            it = held(); next(it)
            thread = threading.Thread(target=work, args=(depth,))
            thread.start(); thread.join()
            it.close()
        def work(depth):
            pid = os.fork()
            if not pid:
                gc.collect()
                if depth:
                    fork(depth - 1)
                gc.collect()
                os._exit(0)
            os.waitpid(pid, 0)
        fork(2)
        """), ["closed"] * 3)


def test_what_gone_threads_were_in():
    equal(output("""if True:
        import itertools, os, signal, threading
        waits, inside, over = [True], threading.Semaphore(0), threading.Event()
        def add(a, b):
            if waits[0]:
                inside.release()
                over.wait()
            return a + b
        sums = [itertools.accumulate(range(100), add) for _ in range(20)]
        for each in sums:
            next(each)
        threads = [threading.Thread(target=next, args=(each,)) for each in sums]
        for thread in threads:
            thread.start()
        for thread in threads:
            inside.acquire()
        child = os.fork()
        if not child:
            waits[0] = False
            signal.alarm(20)
            stop = threading.Event()
            for _ in range(60):
                threading.Thread(target=stop.wait, daemon=True).start()
            for each in sums:
                next(each)
            os.write(1, b"went on\\n")
            os._exit(0)
        os.waitpid(child, 0)
        over.set()
        for thread in threads:
            thread.join()
        """), ["went on"])


run(globals())
