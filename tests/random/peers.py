"""The two interpreters that random programs run under."""

import os
import re
import select
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ORACLE = os.path.join(ROOT, 'build/peers/bin/python3.13')
ADDRESS = re.compile(r'\bat 0x[0-9a-f]+')
LIBRARY = re.compile(r'/[^" ]*?/(?:peers|stdlib)/lib/python3.13/')
TIME_OUT = 124


def environment():
    kept = {k: v for k, v in os.environ.items() if not k.startswith('PYTHON')}
    return kept | {'PYTHONPATH': HERE, 'PYTHONHASHSEED': '0', 'PYTHONDONTWRITEBYTECODE': '1',
                   'LC_ALL': 'C.UTF-8', 'PYTHON_COLORS': '0'}


class Result:
    """What became of a program: exit code, standard output, standard error."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @classmethod
    def neutral(cls, code, *texts):
        """Without what differs between two runs, or two places of the standard library."""
        return cls(code, *(LIBRARY.sub('', ADDRESS.sub('at 0x1', text)) for text in texts))

    def __eq__(self, other):
        return (self.code, self.out, self.err) == (other.code, other.out, other.err)

    def lines(self):
        return f'exit code {self.code}\n{self.out}---- stderr\n{self.err}'.splitlines()


class Died(Exception):
    """The interpreter itself ended, or hung: the exit code (negative: a signal), its last words."""


class TooLong(Exception):
    pass


class Server:
    """One interpreter that runs many programs. One that takes too long is killed with the interpreter."""

    def __init__(self, program, seconds):
        self.program, self.seconds, self.process = program, seconds, None

    def start(self):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [self.program, os.path.join(HERE, 'server.py')], bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env=environment())

    def send(self, source):
        if self.process is None:
            self.start()
        data = source.encode()
        try:
            self.process.stdin.write(b'%d\n%s' % (len(data), data))
        except BrokenPipeError:
            pass  # receive() finds out why

    def read(self, length, until_line=False):
        data = b''
        while len(data) < length and not (until_line and data.endswith(b'\n')):
            if not select.select([self.process.stdout], [], [], self.seconds)[0]:
                self.stop()
                raise TooLong
            part = self.process.stdout.read(1 if until_line else length - len(data))
            if not part:
                self.die()
            data += part
        return data

    def die(self):
        code = self.process.wait()
        self.process = None
        self.errors.seek(0)
        raise Died(f'{self.program} ended with {code}\n{self.errors.read()[-2000:].decode(errors="replace")}')

    def receive(self):
        try:
            length = int(self.read(20, until_line=True))
            answer = self.read(length)
        except TooLong:
            return Result(TIME_OUT, '', '')
        code, out, err = answer.decode().split('\n\0\n')
        return Result.neutral(int(code), out, err)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None


def run_alone(program, source, seconds):
    """The program in a process of its own."""
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, 'program.py'), 'w') as file:
            file.write(source)
        try:
            done = subprocess.run([program, '-W', 'always', '-W', 'ignore:coroutine', 'program.py'], capture_output=True, cwd=directory,
                                  stdin=subprocess.DEVNULL, timeout=seconds, env=environment())
        except subprocess.TimeoutExpired:
            return Result(TIME_OUT, '', '')
    # The full path of the program is in its own traceback.
    parts = [part.decode(errors='backslashreplace').replace(directory + '/', '') for part in (done.stdout, done.stderr)]
    return Result.neutral(done.returncode, *parts)
