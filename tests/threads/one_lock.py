# weft only
# skip tsan: sanitised processes are slow to start
"""-X gil=1: one thread at a time, which change places."""

import os
import subprocess
import sys
import tempfile

from testing import equal, run


def output(program, *options, **environment):
    result = subprocess.run([sys.executable, *options, "-c", program], text=True, timeout=60,
                            env={**os.environ, **environment}, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
    return result.stdout


SHOW = "import sys; print(sys._is_gil_enabled(), sys.flags.gil)"


def test_what_asks_for_it():
    equal(output(SHOW), "False None\n")
    equal(output(SHOW, "-X", "gil=0"), "False 0\n")
    equal(output(SHOW, "-X", "gil=1"), "True 1\n")
    equal(output(SHOW, PYTHON_GIL="1"), "True 1\n")
    equal(output(SHOW, "-X", "gil=0", PYTHON_GIL="1"), "False 0\n")
    equal(output(SHOW, "-E", PYTHON_GIL="1"), "False None\n")
    equal(output(SHOW, "-X", "gil=yes").splitlines()[0],
          'Fatal Python error: config_read_gil: PYTHON_GIL / -X gil must be "0" or "1"')


def test_no_two_threads_run_at_once():
    """Between two calls nobody else gets in, unless the switch interval is over."""
    equal(output("""if True:
        import sys, threading
        sys.setswitchinterval(1000)
        def work(name):
            for i in range(20000):
                seen.append(name)
        seen = []
        team = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for t in team: t.start()
        for t in team: t.join()
        print(sum(a != b for a, b in zip(seen, seen[1:])))
        """, "-X", "gil=1"), "3\n")


def test_threads_take_turns():
    equal(output("""if True:
        import sys, threading
        sys.setswitchinterval(0.0005)
        def work(me):
            global last
            for _ in range(20):  # each thread sees another one at work
                last = me
                while last == me: pass
            done.add(me)
        def others():
            global last
            while not done: last = None
        done, last = set(), None
        team = [threading.Thread(target=work, args=(1,)), threading.Thread(target=others)]
        for t in team: t.start()
        for t in team: t.join()
        print(done)
        """, "-X", "gil=1"), "{1}\n")


def test_blocking_calls_let_others_run():
    equal(output("""if True:
        import os, queue, subprocess, sys, threading, time
        sys.setswitchinterval(1000)
        first, second = queue.Queue(), queue.Queue()
        def answer():
            while (item := first.get()) is not None:
                second.put(item + 1)
        t = threading.Thread(target=answer)
        t.start()
        total = 0
        for i in range(500):
            first.put(i)
            total += second.get()
        first.put(None)
        t.join()
        lock = threading.Lock()
        sleepers = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(8)]
        begun = time.monotonic()
        for t in sleepers: t.start()
        for t in sleepers: t.join()
        print(total, time.monotonic() - begun < 1.2)
        """, "-X", "gil=1"), "125250 True\n")


def test_fork_collection_and_exit_with_threads():
    equal(output("""if True:
        import gc, os, sys, threading, time
        sys.setswitchinterval(0.0005)
        def daemon():
            while True: [i for i in range(50)]
        for _ in range(3): threading.Thread(target=daemon, daemon=True).start()
        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
        for _ in range(3): gc.collect()
        if not (child := os.fork()):
            t = threading.Thread(target=print, args=("child",))
            t.start()
            t.join()
            sys.stdout.flush()
            os._exit(0)
        print(os.waitpid(child, 0)[1])
        """, "-X", "gil=1", "-W", "ignore"), "child\n0\n")


def test_import_and_a_shared_dict():
    with tempfile.TemporaryDirectory() as place:
        with open(os.path.join(place, "shared.py"), "w") as file:
            file.write("values = {}\n")
        equal(output("""if True:
            import sys, threading
            sys.path.insert(0, %r)
            def work(n):
                import shared
                for i in range(2000): shared.values[n, i] = i
            team = [threading.Thread(target=work, args=(n,)) for n in range(4)]
            for t in team: t.start()
            for t in team: t.join()
            print(len(sys.modules["shared"].values))
            """ % place, PYTHON_GIL="1"), "8000\n")


run(globals())
