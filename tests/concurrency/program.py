"""One random program: program.py SEED [KIND ...]. See fuzz.py. The kinds are those of actions.py."""

import asyncio
import faulthandler
import os
import random
import resource
import signal
import sys
import threading
import time
import types
import warnings

import actions
import shared

ACTIONS = 400  # of each thread
SECONDS = 4  # though not longer
FILES = {
    "package_one/__init__.py": "from . import inner\nimport package_two\n__all__ = ['inner']",
    "package_one/inner.py": "import package_two\nvalue = [n for n in range(99)]",
    "package_two.py": "import package_one\nclass Some:\n    pass\n",
    "package_circle/__init__.py": "from package_circle import left, right",
    "package_circle/left.py": "from package_circle import right",
    "package_circle/right.py": "import package_circle.left",
}


def write_packages():
    for name, text in FILES.items():
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "w") as file:
            file.write(text)
    sys.path.insert(0, os.getcwd())


def work(world, kinds, broken):
    weights = [actions.WEIGHTS.get(kind, 1) for kind in kinds]
    end = time.monotonic() + SECONDS
    for _ in range(ACTIONS):
        if time.monotonic() > end:
            break
        world.kind = kind = world.chance.choices(kinds, weights)[0]
        try:
            actions.KINDS[kind](world)
        except SystemError as error:
            if "tool" not in str(error):
                broken.append((kind, error))
        except BaseException:
            pass


def check(objects):
    """Objects must still work, whatever happened to them."""
    for name, target in objects:
        for look in (repr, len, hash, dir, actions.first):
            try:
                look(target)
            except SystemError:
                raise
            except (Exception, asyncio.CancelledError):
                pass


def limit_memory():
    """A program that asks for too much gets a MemoryError; sanitizers reserve more than that."""
    if sys.argv[2:3] != ["nolimit"] and "asan" not in sys.executable and "tsan" not in sys.executable:
        resource.setrlimit(resource.RLIMIT_DATA, (6 << 30, 6 << 30))


def main():
    seed, kinds = int(sys.argv[1]), sys.argv[2:] or list(actions.KINDS)
    faulthandler.enable()
    signal.signal(signal.SIGUSR1, lambda *_: None)
    warnings.simplefilter("ignore")
    sys.unraisablehook = threading.excepthook = lambda *_: None
    limit_memory()
    if "tsan" in sys.executable:
        threading.stack_size(1 << 20)  # it gives up at 65,536 C frames
    write_packages()
    chance = random.Random(seed)
    objects = shared.make(chance, chance.choice([1, 2, 4, 25]))  # few: they meet more often
    places = {"classes": [type("First", (shared.Base,), {})], "references": [len], "frames": [sys._getframe()],
              "generators": [shared.generator()], "errors": [ValueError()], "null": open(os.devnull, "w")}
    broken, team, worlds = [], [], []

    def show(*_):
        print(*(f"{world.kind}: {world.doing}" for world in worlds), sep="\n", flush=True)
        faulthandler.dump_traceback(all_threads=True)

    signal.signal(signal.SIGUSR2, show)
    faulthandler.register(signal.SIGUSR2, all_threads=True, chain=True)
    for n in range(chance.choice([2, 2, 3, 4, 6])):
        world = actions.World(random.Random(f"{seed} {n}"), objects, places)
        worlds.append(world)
        team.append(threading.Thread(target=work, args=(world, kinds, broken)))
    for n in range(chance.choice([0, 0, 2])):  # still at it when the program ends
        world = actions.World(random.Random(f"{seed} {n} daemon"), objects, places)
        threading.Thread(target=work, args=(world, kinds, broken), daemon=True).start()
    for thread in team:
        thread.start()
    for thread in team:
        thread.join()
    sys.settrace(None)
    sys.setprofile(None)
    check(objects)
    for kind, error in broken:
        print("SystemError in", kind, repr(error), flush=True)
    sys.stdout.flush()
    if broken:
        os._exit(3)


main()
