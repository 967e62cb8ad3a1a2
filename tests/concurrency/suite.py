"""CPython's own test suite with every test in several threads at once: none may crash or hang.

    python3 tests/concurrency/suite.py [--threads N] [--build NAME] [--jobs N] [--log FILE] [test_name...]

Each test runs as N copies, each an object of its own in a thread of its own, let off together; what
is set up for a class or a module is set up once. Many tests fail so, as they change what is the
process's (the directory, filters, handlers, names of files): that is no finding. A finding is a file whose
process ends with a signal, a report of a sanitizer, a test of which a copy does not end, and a
SystemError. The exceptions of copies whose test passes alone are counted in the log, to be read.
Without names: the files that the conformance runs have, tests/conformance/files.
"""

import argparse
import collections
import concurrent.futures
import doctest
import faulthandler
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
PATIENCE = 120  # seconds for one test
REPORTS = "ThreadSanitizer", "AddressSanitizer", "runtime error:", "SystemError", "Fatal"
# Files and tests whose copies wait for each other, or for nothing.
LEFT_OUT = {
    # They start whole programs.
    "test_subprocess", "test_multiprocessing_fork", "test_multiprocessing_main_handling", "test_faulthandler", "test_repl",
    "test_pdb", "test_cmd_line", "test_cmd_line_script", "test_file_eintr", "test_script_helper",
    # They change what is the process's: signals, the terminal, the root logger, functions of socket and threading.
    "test_signal", "test_threadsignals", "test_pty", "test_openpty", "test_logging", "test_socket", "test_threading",
    "test_asyncio", "test_support", "test_unittest", "test_resource", "test_poplib",
    # They fork while other copies hold locks.
    "test_concurrent_futures",
    # It doubles its work with each call up to the recursion limit, which the first copy puts back.
    "test.test_exceptions.ExceptionTests.test_recursion_in_except_handler",
    # Their own threads end with a failure, as one copy changes DefaultContext for all.
    "test.test_decimal.CThreadingTest.test_threading", "test.test_decimal.PyThreadingTest.test_threading",
    # They wait for children that other copies have forked (under CPython as well).
    "test.test_mailbox.TestMMDF.test_lock_conflict", "test.test_mailbox.TestMbox.test_lock_conflict"}


# ---- the process of one file


class Events:
    def __init__(self, path):
        self.out = open(path, "a", buffering=1, encoding="utf-8", errors="backslashreplace")

    def write(self, event, test, note=""):
        self.out.write(f"{event}\t{test.id()}\t{' '.join(str(note).split())[:300]}\n")


def run_copies(test, run, threads, events):
    """Runs copies of a test in threads; its exceptions go to the events."""
    copies = [test] + [type(test)(test._testMethodName) for _ in range(threads - 1)]
    results = [unittest.TestResult() for _ in copies]
    start = threading.Barrier(threads)

    def work(copy, result):
        inside.yes = True
        start.wait()
        run(copy, result)

    events.write("start", test)
    team = [threading.Thread(target=work, args=pair, daemon=True) for pair in zip(copies, results)]
    for thread in team:
        thread.start()
    end = time.monotonic() + PATIENCE * (4 if "san" in sys.executable else 1)
    for thread in team:
        thread.join(max(0, end - time.monotonic()))
        if thread.is_alive():
            events.write("hang", test)
            faulthandler.dump_traceback(2)  # sys.stderr may be a test's
            os._exit(5)
    for result in results:
        for _, text in result.errors + result.failures:
            events.write("fail", test, text.strip().rpartition("\n")[2])
    events.write("end", test)


inside = threading.local()


def child(name, path, done, threads):
    """Runs the tests of one file, but for those in `done`."""
    from test import support
    support.use_resources = []
    support.verbose = False
    if "tsan" in sys.executable:  # it gives up at 65,536 C frames
        threading.stack_size(1 << 20)
    events = Events(path)

    def in_copies(run_alone):
        def run(self, result=None):
            if getattr(inside, "yes", False):  # a test that runs tests
                return run_alone(self, result)
            if self.id() in done or self.id() in LEFT_OUT:
                return result
            # Made of other things than its method's name: no copies.
            if isinstance(self, (doctest.DocTestCase, unittest.loader._FailedTest)):
                return run_alone(self, result)
            run_copies(self, run_alone, threads, events)
            return result

        return run

    for case in unittest.TestCase, unittest.IsolatedAsyncioTestCase:
        case.run = in_copies(case.run)
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName(f"test.{name}")
    except unittest.SkipTest:
        return
    try:
        suite.run(unittest.TestResult())
    except BaseException:
        os.write(2, traceback.format_exc().encode("utf-8", "replace"))  # sys.stderr may be a test's
        os._exit(4)
    os._exit(0)


# ---- all files


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file]


def run_file(options, name):
    """Runs one file, again behind each test that does not end. Returns findings and what failed."""
    findings = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        path = os.path.join(directory, "events")
        open(path, "w").close()
        stand_ins = os.path.join(ROOT, "tests", "conformance", "stand_ins")
        search = os.path.join(ROOT, "build", "testsuite"), stand_ins, os.path.join(stand_ins, name)
        environment = dict(os.environ, PYTHONPATH=":".join(search), LC_ALL="C.UTF-8",
                           TMPDIR=directory, ASAN_OPTIONS="detect_leaks=0", TSAN_OPTIONS="die_after_fork=0",
                           PYTHONDONTWRITEBYTECODE="1")
        for _ in range(10):
            with tempfile.TemporaryFile() as output:
                process = subprocess.Popen(
                    [options.program, os.path.abspath(__file__), "--child", name, path, str(options.threads)], cwd=directory,
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment,
                    start_new_session=True)
                try:
                    code = process.wait(options.timeout)
                except subprocess.TimeoutExpired:
                    code = "no end"
                try:
                    os.killpg(process.pid, 9)
                except ProcessLookupError:
                    pass
                process.wait()
                output.seek(0)
                text = output.read().decode("utf-8", "replace")
            started = [line[1] for line in lines_of(path) if line[0] == "start"]
            reports = [word for word in REPORTS if word in text]
            if code != 0 or reports:
                findings.append(f"{name}: exit {code}, {reports}, last {started[-1:]}\n{text[-options.shown:]}")
            if code == 0 or not started:
                break
        events = lines_of(path)
    findings += [f"{name}: SystemError in {line[1]}: {line[2]}" for line in events
                 if line[0] == "fail" and "SystemError" in line[2]]
    failed = collections.Counter((line[1], line[2]) for line in events if line[0] == "fail")
    return name, findings, failed, sum(line[0] == "end" for line in events)


def main():
    if sys.argv[1:2] == ["--child"]:
        name, path, threads = sys.argv[2:5]
        return child(name, path, {line[1] for line in lines_of(path) if line[0] == "start"}, int(threads))
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=3)
    parser.add_argument("--build", default="release")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--timeout", type=int, default=900, help="seconds for one file")
    parser.add_argument("--shown", type=int, default=3000, help="characters of a finding's output")
    parser.add_argument("--log", default=os.devnull, help="gets the exceptions of copies")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    options.program = os.path.join(ROOT, "build", options.build, "weft")
    names = options.names
    if not names:
        with open(os.path.join(ROOT, "tests", "conformance", "files"), encoding="utf-8") as file:
            names = [name for line in file for name in line.partition("#")[0].split() if name not in LEFT_OUT]
    found = ran = 0
    with open(options.log, "w", encoding="utf-8") as log, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name, findings, failed, count in pool.map(lambda name: run_file(options, name), names):
            ran += count
            found += len(findings)
            print(f"{name:32} {count:5} tests {len(failed):5} failures {len(findings):3} findings", flush=True)
            for finding in findings:
                print(f"FINDING {finding}\n", flush=True)
            for (test, error), times in failed.items():
                log.write(f"{name}\t{test}\t{times}\t{error}\n")
            log.flush()
    print(f"{ran} tests in {options.threads} threads each, {found} findings")
    print(f"{ran} passed, {found} failed")
    return found != 0


if __name__ == "__main__":
    sys.exit(main())
