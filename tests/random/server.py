"""Runs the programs it is sent, each in a namespace of its own, and answers with what they printed.

A request on stdin is a line with a length, and that many bytes of source; the answer on stdout
likewise: the exit code, standard output, and standard error, with lines of NULs between. A program
that takes longer than the first argument in seconds ends with exit code 124.
"""

import builtins
import io
import linecache
import os
import signal
import sys
import traceback
import warnings

import support  # noqa: F401 - so that it is loaded for all programs

NAME = 'program.py'


class TooLong(BaseException):
    pass


def too_long(number, frame):
    raise TooLong


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


def execute(source, seconds):
    linecache.cache[NAME] = (len(source), None, source.splitlines(True), NAME)
    main = type(sys)('__main__')
    main.__file__ = NAME
    main.__builtins__ = builtins
    sys.modules['__main__'] = main
    code = 0
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        exec(compile(source, NAME, 'exec', dont_inherit=True), main.__dict__)
    except TooLong:
        code = 124
    except SystemExit as error:
        code = exit_code(error)
    except BaseException as error:
        code = 1
        show_uncaught(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return code


def run(source, seconds):
    out, err = io.StringIO(), io.StringIO()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = out, err
    warnings.resetwarnings()
    warnings.simplefilter('always')
    warnings.filterwarnings('ignore', 'coroutine')  # '... was never awaited' is a finaliser's word
    try:
        code = execute(source, seconds)
    except TooLong:
        code = 124
    finally:
        sys.stdout, sys.stderr = streams
    return f'{code}\n\0\n{out.getvalue()}\n\0\n{err.getvalue()}'


def main():
    seconds = float(sys.argv[1])
    answers = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    signal.signal(signal.SIGALRM, too_long)
    requests = os.fdopen(os.dup(0), 'rb')
    while line := requests.readline():
        source = requests.read(int(line)).decode()
        answer = run(source, seconds).encode('utf-8', 'backslashreplace')
        answers.write(b'%d\n%s' % (len(answer), answer))
        answers.flush()


main()
