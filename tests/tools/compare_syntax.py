"""Compares Weft's parser with the one that runs this script (CPython 3.13, the oracle).

    python3.13 compare_syntax.py TOOL files DIRECTORY...   every .py file: equal dumps of the trees
    python3.13 compare_syntax.py TOOL errors FILE...       every snippet: equal errors
    python3.13 compare_syntax.py TOOL tokens DIRECTORY...  every .py file: equal tokens
    python3.13 compare_syntax.py - record FILE             what the unit test of errors expects

TOOL is the binary of syntax_dump.c. An error is compared by type, message and positions. The
snippets of a Python test file are the examples of its doctests and its string constants. Those of
any other file are as in tests/unit/syntax_errors.txt: lines of a mode, a tab and the escaped text,
to which `record` adds what CPython says of them. Exits with 1 if anything differs."""

import _tokenize
import ast
import io
import os
import re
import subprocess
import sys
import textwrap
import tokenize
import warnings


class Tool:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def parse(self, source, mode='exec', flags='-'):
        self.process.stdin.write(b'%s %s %d\n' % (mode.encode(), flags.encode(), len(source)))
        self.process.stdin.write(source)
        self.process.stdin.flush()
        length = int(self.process.stdout.readline())
        return self.process.stdout.read(length)


def dump(node):
    """ast.dump(node, include_attributes=True, show_empty=True) with ascii() for strings, faster."""
    parts = []
    write = parts.append

    def visit(node):
        if isinstance(node, ast.AST):
            cls = type(node)
            write(cls.__name__)
            write('(')
            first = True
            for name in cls._fields:
                value = getattr(node, name)
                if value is None and getattr(cls, name, ...) is None:
                    continue
                write(f'{name}=' if first else f', {name}=')
                first = False
                if name in ('value', 'kind') and cls in (ast.Constant, ast.MatchSingleton):
                    write(ascii(value))
                else:
                    visit(value)
            for name in cls._attributes:
                write(f'{name}={getattr(node, name)}' if first
                      else f', {name}={getattr(node, name)}')
                first = False
            write(')')
        elif isinstance(node, list):
            write('[')
            for i, item in enumerate(node):
                if i:
                    write(', ')
                visit(item)
            write(']')
        else:
            write(ascii(node))

    sys.setrecursionlimit(100000)
    visit(node)
    return ''.join(parts)


def oracle(source, mode='exec', flags=0):
    """Returns what the tool should answer."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        try:
            answer = dump(compile(source, '<string>', mode, flags | ast.PyCF_ONLY_AST))
        except SyntaxError as error:
            place = ''
            if error.lineno is not None:
                place = f'{error.lineno} {error.offset} {error.end_lineno} {error.end_offset}'
            answer = f'error\0{type(error).__name__}\0{error.msg}\0{place}'
        except (MemoryError, ValueError, OverflowError) as error:
            answer = f'error\0{type(error).__name__}\0{error}\0'
    for warning in caught:
        if warning.category is SyntaxWarning:
            answer += f'\0warning {warning.lineno} {warning.message}'
    return answer


def read_texts(directories):
    """Returns the texts of all Python files below the directories."""
    paths = []
    for directory in directories:
        for root, dirs, files in os.walk(directory):
            dirs[:] = [d for d in dirs if d not in ('__pycache__', 'lib2to3')]
            paths += [os.path.join(root, name) for name in files if name.endswith('.py')]
    paths.sort()
    texts = {}
    for path in paths:
        try:
            with open(path, 'rb') as file:
                encoding, _ = tokenize.detect_encoding(file.readline)
                file.seek(0)
                texts[path] = file.read().decode(encoding)
        except (SyntaxError, UnicodeError):
            pass
    return texts


def compare_files(tool_path, directories):
    tool = Tool(tool_path)
    texts = read_texts(directories)
    differ = 0
    for path, text in texts.items():
        want = oracle(text)
        got = tool.parse(text.encode()).decode()
        if got.startswith('error\0'):
            got = strip_text(got)
        if want != got:
            differ += 1
            at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
            print(f'{path}: differs at {at}:\n    want {want[max(at - 150, 0):at + 150]!r}\n'
                  f'    got  {got[max(at - 150, 0):at + 150]!r}')
    print(f'{len(texts)} files, {differ} differ')
    return differ


def oracle_tokens(text, extra):
    answer = []
    try:
        for kind, string, start, end, line in _tokenize.TokenizerIter(
                io.StringIO(text, newline='').readline, extra_tokens=extra):
            string, line = string.encode(), line.encode()
            answer.append(b'%d %d %d %d %d %d %d\n' % (kind, *start, *end, len(string), len(line))
                          + string + line)
    except SyntaxError as error:
        place = ''
        if error.lineno is not None:
            end = [-1 if place is None else place for place in (error.end_lineno, error.end_offset)]
            place = '%d %d %d %d' % (error.lineno, error.offset, *end)
        answer.append(f'error\0{type(error).__name__}\0{error.msg}\0{place}\0{error.text or ""}'
                      .encode())
    return b''.join(answer)


def compare_tokens(tool_path, directories):
    tool = Tool(tool_path)
    texts = read_texts(directories)
    differ = 0
    for path, text in texts.items():
        for extra in True, False:
            want = oracle_tokens(text, extra)
            got = tool.parse(text.encode(), 'tokens', 'x' if extra else '-')
            if want != got:
                differ += 1
                at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b),
                          min(len(want), len(got)))
                print(f'{path}: differs at {at}:\n    want {want[max(at - 100, 0):at + 100]!r}\n'
                      f'    got  {got[max(at - 100, 0):at + 100]!r}')
    print(f'{len(texts)} files, {differ} differ')
    return differ


def strip_text(answer):
    """Removes the source line from an answer about an error."""
    parts = answer.split('\0')
    return '\0'.join(parts[:4] + parts[5:])


def snippets(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if path.endswith('.py'):
        for example in re.findall(r'^ *>>> .*\n(?: *\.\.\. ?.*\n)*', text, re.M):
            source = re.sub(r'^ *(>>>|\.\.\.) ?', '', example, flags=re.M)
            yield 'single', source
            yield 'exec', source
        for literal in strings_of(text):
            for mode in 'exec', 'eval', 'single':
                yield mode, literal
                yield mode, textwrap.dedent(literal)
        return
    for line in text.splitlines():
        if line and not line.startswith('#'):
            mode, source = line.split('\t')[:2]
            yield mode, source.encode('latin-1').decode('unicode_escape')


def record(_, paths):
    """Writes what CPython says of each snippet behind it."""
    for path in paths:
        with open(path, encoding='ascii') as file:
            head = [line for line in file if line.startswith('#')]
        lines = []
        for mode, source in dict.fromkeys(snippets(path)):
            warnings.simplefilter('ignore')
            answer = oracle(source, mode).split('\0')
            answer = answer[1:4] if answer[0] == 'error' else ['ok', '', '']
            fields = [mode, source, *answer]
            lines.append('\t'.join(field.encode('unicode_escape').decode() for field in fields) + '\n')
        with open(path, 'w', encoding='ascii') as file:
            file.writelines(head + lines)


def strings_of(text):
    """The string constants of a test file: much of what it compiles."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def compare_errors(tool_path, paths, verbose=True):
    cases = dict.fromkeys(case for path in paths for case in snippets(path))
    tool = Tool(tool_path)
    differ = errors = 0
    for mode, text in cases:
        try:
            source = text.encode()
        except UnicodeError:
            continue
        if b'\0' in source:
            continue
        want = oracle(text, mode)
        got = tool.parse(source, mode).decode()
        if got.startswith('error\0'):
            got = strip_text(got)
        errors += want.startswith('error\0')
        if want != got:
            differ += 1
            if not (want.startswith('error') and got.startswith('error')):
                at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), 0)
                if not want.startswith('error'):
                    want = want[max(at - 60, 0):at + 60]
                if not got.startswith('error'):
                    got = got[max(at - 60, 0):at + 60]
            print(f'{mode}: {text!r}\n    want {want!r}\n    got  {got!r}')
    print(f'{len(cases)} snippets, {errors} of them wrong, {differ} differ')
    return differ


if __name__ == '__main__':
    tool, what, *paths = sys.argv[1:]
    compare = {'files': compare_files, 'errors': compare_errors, 'tokens': compare_tokens, 'record': record}[what]
    sys.exit(bool(compare(tool, paths)))
