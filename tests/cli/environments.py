"""Virtual environments: links to the program or copies of it, and what sysconfig says of them."""

import os
import subprocess
import sys
import sysconfig
import tempfile
import venv

from testing import equal, run

SHOW = ("import sys, sysconfig\n"
        "print(sys.executable, sys.prefix, sys.base_prefix, sys.path[-1], sysconfig.get_path('purelib'), sep='\\n')")


def shown(command, **options):
    done = subprocess.run([*command, "-c", SHOW], check=True, capture_output=True, text=True, timeout=60, **options)
    return done.stdout.splitlines()


def expected_of(directory, name):
    version = "python%d.%d%s" % (*sys.version_info[:2], sys.abiflags)
    packages = os.path.join(directory, "lib", version, "site-packages")
    return [os.path.join(directory, "bin", name), directory, sys.base_prefix, packages, packages]


def made(directory, symlinks):
    place = os.path.join(os.path.realpath(directory), "environment")
    venv.EnvBuilder(symlinks=symlinks, with_pip=False).create(place)
    return place


def check_environment(symlinks):
    with tempfile.TemporaryDirectory() as directory:
        place = made(directory, symlinks)
        expected = expected_of(place, "python")
        equal(shown([os.path.join(place, "bin", "python")]), expected)
        equal(shown(["./python"], cwd=os.path.join(place, "bin")), expected)
        path = os.pathsep.join([os.path.join(place, "bin"), os.environ["PATH"]])
        equal(shown(["env", "PATH=" + path, "python"]), expected)


def test_environment_of_links():
    check_environment(symlinks=True)


def test_environment_of_copies():
    check_environment(symlinks=False)


def test_packages_of_the_environment_are_imported():
    with tempfile.TemporaryDirectory() as directory:
        place = made(directory, True)
        with open(os.path.join(expected_of(place, "python")[3], "its_own.py"), "w") as file:
            file.write("print('imported')")
        done = subprocess.run([os.path.join(place, "bin", "python"), "-m", "its_own"], capture_output=True, text=True)
        equal((done.stdout, done.stderr), ("imported\n", ""))


def test_sysconfig_and_sys_agree():
    no_lock = sysconfig.get_config_var("Py_GIL_DISABLED")
    equal("t" in sys.abiflags, bool(no_lock))
    equal("free-threading build" in sys.version, bool(no_lock))
    equal(sysconfig.get_config_var("ABIFLAGS"), sys.abiflags)
    for option, locked in (("-Xgil=1", True), ("-Xgil=0", False)) if no_lock else ():
        code = "import sys, sysconfig; print(sys._is_gil_enabled(), sysconfig.get_config_var('Py_GIL_DISABLED'))"
        done = subprocess.run([sys.executable, option, "-c", code], capture_output=True, text=True)
        equal(done.stdout, f"{locked} 1\n")
    equal(sysconfig.get_config_var("EXT_SUFFIX").endswith(".so"), True)


run(globals())
