"""The modules that must import, one test for each."""

from testing import run

NAMES = """abc argparse ast asyncio base64 bisect collections collections.abc concurrent.futures
contextlib contextvars copy csv dataclasses datetime decimal difflib dis enum errno fnmatch fractions
functools gc getopt getpass gettext glob graphlib gzip hashlib heapq hmac html importlib
importlib.metadata importlib.resources inspect io ipaddress itertools json keyword linecache locale
logging math mimetypes numbers operator os os.path pathlib pickle pkgutil platform pprint
queue random re reprlib secrets select selectors shelve shlex shutil signal site socket
stat statistics string struct subprocess symtable sys sysconfig tempfile textwrap threading
time timeit token tokenize traceback types typing unicodedata unittest unittest.mock urllib.parse uuid
warnings weakref zipfile zlib""".split()


def make_test(name):
    def test():
        module = __import__(name, fromlist=["x"])
        assert module.__name__ in (name, "posixpath"), module.__name__
    return test


run({"test_" + name: make_test(name) for name in NAMES})
