"""Runs the programs it is sent, each in a namespace of its own, and answers with what they printed.

A request on stdin is a line with a length, and that many bytes of source; the answer on stdout
likewise: the exit code, standard output, and standard error, with lines of NULs between.
"""

import builtins
import io
import linecache
import os
import sys
import traceback
import warnings

import support  # noqa: F401 - so that it is loaded for all programs

NAME = 'program.py'


def exit_code(error):
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 255
    print(error.code, file=sys.stderr)
    return 1


def show_uncaught(error):
    """As the interpreter does, without this file's own frame."""
    tb = error.__traceback__
    while tb and tb.tb_frame.f_code.co_filename != NAME:
        tb = tb.tb_next
    traceback.print_exception(type(error), error, tb)


def execute(source):
    linecache.cache[NAME] = (len(source), None, source.splitlines(True), NAME)
    main = type(sys)('__main__')
    main.__file__ = NAME
    main.__builtins__ = builtins
    sys.modules['__main__'] = main
    code = 0
    try:
        exec(compile(source, NAME, 'exec', dont_inherit=True), main.__dict__)
    except SystemExit as error:
        code = exit_code(error)
    except BaseException as error:
        code = 1
        show_uncaught(error)
    return code


def run(source):
    out, err = io.StringIO(), io.StringIO()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    warnings.resetwarnings()
    warnings.simplefilter('always')
    warnings.filterwarnings('ignore', 'coroutine')  # '... was never awaited' is a finaliser's word
    try:
        code = execute(source)
    finally:
        sys.stdout, sys.stderr = streams
    return f'{code}\n\0\n{out.getvalue()}\n\0\n{err.getvalue()}'


def main():
    answers = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    requests = os.fdopen(os.dup(0), 'rb')
    while line := requests.readline():
        source = requests.read(int(line)).decode()
        answer = run(source).encode('utf-8', 'backslashreplace')
        answers.write(b'%d\n%s' % (len(answer), answer))
        answers.flush()


main()
