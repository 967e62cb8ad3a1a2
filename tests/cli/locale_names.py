"""Names of files, arguments and variables are in the encoding of the locale, unless in UTF-8 mode."""

import os
import shutil
import subprocess
import sys

from testing import equal, run, skip

SHOW = r"""
import os, sys
print(sys.getfilesystemencoding(), ascii(sys.argv[1:]), ascii(os.environ["VALUE"]))
os.mkdir("place"); os.chdir("place")
for name in "caf\xe9", "\u65e5\u672c", "\udce4x", "\u20ac":
    try:
        open(name, "w").close()
    except UnicodeEncodeError as error:
        print(ascii(error))
print(sorted(os.listdir(b".")), ascii(sorted(os.listdir("."))))
"""


def shown(name, *options):
    shutil.rmtree("place", ignore_errors=True)
    done = subprocess.run([sys.executable, *options, "-c", SHOW, b"\xe4", b"\xc6\xfc"], capture_output=True,
                          env={"LOCPATH": os.getcwd(), "LC_ALL": name, "VALUE": b"a\xe4\xc6\xfc"})
    equal(done.stderr, b"")
    return done.stdout.decode().splitlines()


def made(name, language, encoding):
    if not shutil.which("localedef") or not os.path.exists("/usr/share/i18n/locales/" + language):
        skip("no locale can be made")
    subprocess.run(["localedef", "-f", encoding, "-i", language, "./" + name], capture_output=True)
    return name


def test_ascii():
    equal(shown("C", "-X", "utf8=0"), [
        r"ascii ['\udce4', '\udcc6\udcfc'] 'a\udce4\udcc6\udcfc'",
        r"UnicodeEncodeError('ascii', 'caf\xe9', 3, 4, 'ordinal not in range(128)')",
        r"UnicodeEncodeError('ascii', '\u65e5\u672c', 0, 2, 'ordinal not in range(128)')",
        r"UnicodeEncodeError('ascii', '\u20ac', 0, 1, 'ordinal not in range(128)')",
        r"[b'\xe4x'] ['\udce4x']"])


def test_utf8_mode():
    equal(shown("C"), [
        r"utf-8 ['\udce4', '\udcc6\udcfc'] 'a\udce4\udcc6\udcfc'",
        r"[b'caf\xc3\xa9', b'\xe2\x82\xac', b'\xe4x', b'\xe6\x97\xa5\xe6\x9c\xac']"
        r" ['caf\xe9', '\u20ac', '\u65e5\u672c', '\udce4x']"])


def test_latin_1():
    equal(shown(made("de_DE", "de_DE", "ISO-8859-1")), [
        r"iso8859-1 ['\xe4', '\xc6\xfc'] 'a\xe4\xc6\xfc'",
        r"UnicodeEncodeError('latin-1', '\u65e5\u672c', 0, 2, 'ordinal not in range(256)')",
        r"UnicodeEncodeError('latin-1', '\u20ac', 0, 1, 'ordinal not in range(256)')",
        r"[b'caf\xe9', b'\xe4x'] ['caf\xe9', '\xe4x']"])


def test_an_encoding_of_several_bytes():
    equal(shown(made("ja_JP", "ja_JP", "EUC-JP")), [
        r"euc_jp ['\udce4', '\u65e5'] 'a\u7c60\udcfc'",
        r"UnicodeEncodeError('euc_jp', '\u20ac', 0, 1, 'illegal multibyte sequence')",
        r"[b'caf\x8f\xab\xb1', b'\xc6\xfc\xcb\xdc', b'\xe4x'] ['caf\xe9', '\u65e5\u672c', '\udce4x']"])


def test_a_command_in_the_encoding():
    name = made("de_DE", "de_DE", "ISO-8859-1")
    done = subprocess.run([sys.executable, "-c", b"print(ascii('\xe4'))"], capture_output=True,
                          env={"LOCPATH": os.getcwd(), "LC_ALL": name})
    equal((done.stdout, done.stderr), (b"'\\xe4'\n", b""))


run(globals())
