"""Programs whose threads call random methods of shared objects: none may crash, hang or leave an object
broken.

    python3 tests/concurrency/fuzz.py [--seconds S | --count N] [--seed N] [--build NAME] [--jobs N]
                                      [--only WORD,...]

Each program is program.py with a seed, in a process of its own. A program that ends with a signal,
with an exit code other than 0, without an end, or after a report of a sanitizer is a finding: its seed
and the end of what it printed are shown, and how often it fails with fewer kinds of actions (see
shrink()). The exit code is 1 if there was any.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from actions import KINDS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LIMITS = {"tsan": 240, "asan": 240, "debug": 120}  # seconds for one program
LIMIT = 60
SHRINKING_RUNS = 6


def start(options, seed, only):
    directory = tempfile.TemporaryDirectory()
    output = tempfile.TemporaryFile()
    command = [options.program, os.path.join(HERE, "program.py"), str(seed), *only]
    environment = dict(os.environ, ASAN_OPTIONS="detect_leaks=0", TSAN_OPTIONS="die_after_fork=0",
                       PYTHONDONTWRITEBYTECODE="1")
    process = subprocess.Popen(command, cwd=directory.name, stdin=subprocess.DEVNULL, stdout=output,
                               stderr=subprocess.STDOUT, env=environment, start_new_session=True)
    return process, seed, output, directory, time.monotonic()


def end_of(output):
    output.seek(0)
    return output.read().decode("utf-8", "replace")


def kill_group(process):
    """The program, and what it has forked."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def show_where(process, output):
    """Adds to the output where all threads of the program, and of what it has forked, are: in Python
    (program.py does it on SIGUSR2), and in C where there is a gdb."""
    members = [each for each in os.listdir("/proc") if each.isdecimal()
               and group_of(int(each)) == process.pid]
    if shutil.which("gdb"):
        for each in members:
            subprocess.run(["gdb", "-batch", "-p", each, "-ex", "thread apply all bt 30"],
                           stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL)
    os.killpg(process.pid, signal.SIGUSR2)


def group_of(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def verdict(running, limit):
    """None while it runs; then "" or what is wrong with it."""
    process, _, output, directory, begun = running
    wrong = ""
    if process.poll() is None:
        if time.monotonic() - begun < limit:
            return None
        show_where(process, output)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            pass
        wrong = f"no end within {limit} seconds"
    elif process.returncode < 0:
        wrong = f"signal {signal.Signals(-process.returncode).name}"
    elif process.returncode:
        wrong = f"exit code {process.returncode}"
    kill_group(process)
    process.wait()
    text = end_of(output)
    for sanitizer in ("ThreadSanitizer", "AddressSanitizer", "runtime error:"):
        if sanitizer in text:
            wrong = f"{sanitizer}: {text[text.index(sanitizer):].splitlines()[0]}"
    directory.cleanup()
    return wrong and f"{wrong}\n{text[:1500]}\n[...]\n{text[-30000:] if len(text) > 31500 else text[1500:]}"


def run(options, seed, only):
    running = start(options, seed, only)
    while (wrong := verdict(running, options.limit)) is None:
        time.sleep(0.05)
    return wrong


def shrink(options, seed):
    """Leaves out one kind of action after the other, as long as some of a few runs still fail."""
    only = options.only or list(KINDS)
    for kind in list(only):
        fewer = [each for each in only if each != kind]
        if fewer and any(run(options, seed, fewer) for _ in range(SHRINKING_RUNS)):
            only = fewer
    return only


def main():
    parser = argparse.ArgumentParser(description="Runs random programs with threads.")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--build", default="release")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--tolerate", type=float, default=0,
                        help="share of programs that may fail: shown, and counted as skipped")
    options = parser.parse_args()
    options.program = (os.path.join(ROOT, "build/peers/bin/python3.13") if options.build == "oracle"
                       else os.path.join(ROOT, "build", options.build, "weft"))
    options.limit = LIMITS.get(options.build, LIMIT)
    print(f"seed {options.seed}", flush=True)
    deadline = time.monotonic() + options.seconds
    running, done, failed, seed = [], 0, 0, options.seed
    while True:
        more = (seed - options.seed < options.count if options.count
                else time.monotonic() < deadline)
        if more and len(running) < options.jobs:
            running.append(start(options, seed, options.only))
            seed += 1
        elif not running:
            break
        for each in running[:]:
            wrong = verdict(each, options.limit)
            if wrong is None:
                continue
            running.remove(each)
            done += 1
            if wrong:
                failed += 1
                print(f"FAILED with seed {each[1]}: {wrong}", flush=True)
                if options.shrink:
                    print("enough to fail:", ",".join(shrink(options, each[1])), flush=True)
        time.sleep(0.02)
    tolerated = failed if failed <= options.tolerate * done else 0
    print(f"{done - failed} passed, {failed - tolerated} failed, {tolerated} skipped")
    return 1 if failed > tolerated else 0


if __name__ == "__main__":
    sys.exit(main())
