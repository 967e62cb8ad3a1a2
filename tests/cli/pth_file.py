"""A file beside the program that is named as it, with ._pth, says all of sys.path."""

import os
import subprocess
import sys

from testing import equal, run

LIBRARY = [place for place in sys.path[1:] if os.path.isdir(place)]
SHOW = """
import sys
flags = sys.flags
print(sys.path, flags.isolated, flags.ignore_environment, flags.safe_path, flags.no_site, sys.prefix)
"""


def shown(lines, *arguments, link="program"):
    os.makedirs("place", exist_ok=True)
    place = os.path.realpath("place")
    for name, target in ("program", sys.executable), ("link", "program"):
        if not os.path.islink(f"place/{name}"):
            os.symlink(target, f"place/{name}")
    with open("place/program._pth", "w") as file:
        file.write("\n".join([*LIBRARY, *lines]))
    done = subprocess.run([f"place/{link}", *(arguments or ("-c", SHOW))], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": "/from/the/environment"})
    path = [place.replace(os.getcwd(), "HERE") for place in eval(done.stdout.partition("]")[0] + "]")]
    if link == "program":
        equal(path[:len(LIBRARY)], LIBRARY)
        path = path[len(LIBRARY):]
    return path, done.stdout.partition("]")[2].replace(place, "PLACE").strip(), done.stderr


def test_paths():
    lines = ["relative # comment", "  ./a/../b  ", "", "# comment", "/absolute//x/../y", ".", ".."]
    equal(shown(lines), (["HERE/place/relative", "HERE/place/b", "/absolute/y", "HERE/place", "HERE"],
                         "1 1 True 1 PLACE", ""))


def test_the_script_adds_no_directory():
    with open("script.py", "w") as file:
        file.write(SHOW)
    equal(shown([], "script.py")[0], [])


def test_site_is_imported_if_asked_for():
    path, flags, errors = shown(["import site", "x"])
    equal((path[0], flags, errors), ("HERE/place/x", "1 1 True 0 PLACE", ""))


def test_other_imports():
    errors = shown(["import os"])[2]
    equal(errors, "unsupported 'import' line in ._pth file\n")


def test_a_link_with_another_name_has_none():
    assert "/from/the/environment" in shown([], link="link")[0]


run(globals())
