"""Runs one program of bench/programs in the interpreter that runs this file, and checks its result.

    run_program.py [--small] [--idle N] GROUP/NAME

A program is a module with a function main(size) and a table CASES, size: expected result. The last case is the
one that is measured, the first, with --small, the one that only shows that the program works. Prints the seconds
of wall clock and of CPU that main() took, as JSON; a wrong result is exit code 1.

--idle N starts a thread and ends it before main() runs, so that the process has met a second thread, and keeps N
more of them waiting all the while.
"""

import sys
import time


def start_threads(idle):
    """One thread that ends, `idle` ones that wait. Returns the event that ends them."""
    import threading
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    end = threading.Event()
    for _ in range(idle):
        threading.Thread(target=end.wait, daemon=True).start()
    time.sleep(0.3)  # what threads do before they rest is not what is measured
    return end


def main(arguments):
    small = "--small" in arguments
    if small:
        arguments.remove("--small")
    idle = None
    if "--idle" in arguments:
        at = arguments.index("--idle")
        idle = int(arguments[at + 1])
        del arguments[at:at + 2]
    name, = arguments
    program = __import__("programs." + name.replace("/", "."), fromlist=["main"])
    cases = list(program.CASES.items())
    size, expected = cases[0 if small else -1]
    end = None if idle is None else start_threads(idle)
    wall, cpu = time.perf_counter(), time.process_time()
    result = program.main(size)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    if end is not None:
        end.set()
    if isinstance(result, tuple):
        result = list(result)
    if result != expected:
        print(f"{name}: main({size}) is {result!r}, not {expected!r}", file=sys.stderr)
        return 1
    print(f'{{"wall": {wall:.6f}, "cpu": {cpu:.6f}}}')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
