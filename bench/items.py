"""What is measured: the programs of bench/programs by group, and starts of the interpreter."""

import json
import os

from timing import ROOT, Run

GROUPS = ("calls", "numbers", "objects", "containers", "text", "control", "library", "collector")
STARTUP = "startup"
PROGRAMS = os.path.join(ROOT, "bench", "programs")
RUNNER = os.path.join(ROOT, "bench", "run_program.py")
IMPORT_ALL = os.path.join(ROOT, "bench", "import_all.py")
MODULES = os.path.join(ROOT, "build", "bench", "modules.txt")


class Item:
    """One thing to measure. `name` is GROUP/NAME, `repeat` how many runs make one round."""

    repeat = 1

    def __init__(self, name):
        self.name = name
        self.group = name.partition("/")[0]

    def measure(self, contestant):
        """Runs the item once: (wall seconds, CPU seconds, MB). Failed where it fails."""
        raise NotImplementedError


class Program(Item):
    """A program of bench/programs. It times itself, so that neither the start nor the end of the process nor its
    imports count; the memory is that of the process."""

    def measure(self, contestant):
        run = Run([*contestant.command, RUNNER, *contestant.options, self.name])
        seconds = json.loads(run.output)
        return seconds["wall"], seconds["cpu"], run.memory


class Start(Item):
    """A whole process that starts, imports and ends."""

    def __init__(self, title, arguments, repeat):
        super().__init__(f"{STARTUP}/{title}")
        self.arguments = arguments
        self.repeat = repeat

    def measure(self, contestant):
        run = Run([*contestant.command, *self.arguments])
        return run.wall, run.cpu, run.memory


def starts():
    imports = "import json, re, asyncio, unittest"
    return [Start("-c pass", ["-c", "pass"], 6), Start(imports, ["-c", imports], 3),
            Start("the whole library imported", ["-W", "ignore", IMPORT_ALL, MODULES], 1)]


def programs():
    for group in GROUPS:
        for file in sorted(os.listdir(os.path.join(PROGRAMS, group))):
            if file.endswith(".py"):
                yield Program(f"{group}/{file[:-3]}")


def selected(only):
    """The items whose group or name is among `only`; all if that is empty. ValueError for what names none."""
    items = [*starts(), *programs()]
    for word in only:
        if not any(word in (item.group, item.name) for item in items):
            raise ValueError(f"no group or program {word!r}")
    return [item for item in items if not only or item.group in only or item.name in only]


def find_modules(contestants):
    """Writes to MODULES the names of the modules that all contestants can import; their caches are warm then."""
    common = None
    for contestant in contestants:
        run = Run([*contestant.command, "-W", "ignore", IMPORT_ALL, "--list"])
        names = set(run.output.split())
        common = names if common is None else common & names
    os.makedirs(os.path.dirname(MODULES), exist_ok=True)
    with open(MODULES, "w", encoding="utf-8") as file:
        file.write("\n".join(sorted(common)) + "\n")
    return len(common)
