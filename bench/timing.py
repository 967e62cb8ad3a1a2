"""Runs commands and says what they took. Used by CPython: it is the clock, not a runner."""

import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CPYTHON = os.path.join(ROOT, "build", "peers", "bin", "python3.13")
# CPython without its lock, if ./dev peers --free-threaded has made it.
FREE_THREADED = os.path.join(ROOT, "build", "peers-free-threaded", "bin", "python3.13t")
WEFT = os.environ.get("WEFT", os.path.join(ROOT, "build", "weft"))


class Failed(Exception):
    """A command that ended with another exit code than 0; the message has its error output."""


# PYTHONDONTWRITEBYTECODE and the like would change what is measured.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
# Temporary files are made in memory: on ext4 a file costs the more the more files were removed lately, so that a run
# pays for the runs before it.
if os.access("/dev/shm", os.W_OK):
    ENVIRONMENT["TMPDIR"] = "/dev/shm"


def launcher():
    """The program that runs a command and measures it; built when it is first needed."""
    path = os.path.join("build", "bench", "launch")
    subprocess.run(["make", "-s", "-C", ROOT, path], check=True)
    return os.path.join(ROOT, path)


class Run:
    """One run of a command, given as list of words: seconds of wall clock (`wall`) and of CPU, user and system,
    in all its threads (`cpu`), the most memory it held, in MB, and what it printed. Failed if it fails."""

    launch = None

    def __init__(self, command):
        if Run.launch is None:
            Run.launch = launcher()
        report = f"{Run.launch}.{os.getpid()}.txt"
        run = subprocess.run([Run.launch, report, *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=ENVIRONMENT, encoding="utf-8", errors="replace")
        if run.returncode != 0:
            raise Failed(f"{' '.join(command)[:200]}: exit code {run.returncode}\n{run.stderr[-2000:]}")
        with open(report, encoding="ascii") as file:
            self.wall, user, system, kilobytes = map(float, file.read().split())
        os.unlink(report)
        self.cpu = user + system
        self.memory = kilobytes / 1024
        self.output = run.stdout
