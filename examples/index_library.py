"""Indexes the standard library: which identifier stands where, in every file of it.

    weft examples/index_library.py --output index.json

A pool of threads tokenizes the files and puts what it finds into one shared dictionary. That is
done with 1, 2, ... up to N threads; each index must equal the first. It is written as JSON and
read back, and a table of times printed.
"""

import json
import keyword
import os
import sys
import tokenize
from concurrent.futures import ThreadPoolExecutor

import scaling


def library_files(root):
    """The Python files below a directory, relative to it, large ones first: then no thread is
    left alone with a large file at the end. Tests, caches and installed packages are no part of
    the library."""
    left_out = {"__pycache__", "test", "tests", "idle_test", "site-packages", "dist-packages",
                "lib2to3"}
    found = []
    for directory, below, names in os.walk(root):
        below[:] = [name for name in below if name not in left_out]
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(directory, name)
                found.append((-os.path.getsize(path), os.path.relpath(path, root)))
    return [path for _, path in sorted(found)]


def identifiers(path):
    """A dictionary of the lines on which each identifier stands in a file."""
    lines = {}
    with open(path, "rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                lines.setdefault(token.string, []).append(token.start[0])
    return lines


def build_index(root, files, threads, rounds):
    """{identifier: {file: [line, ...]}}, built anew in each round. Two threads that meet a new
    identifier agree on one inner dictionary, because setdefault() is atomic."""
    progress = scaling.Progress(f"index, {threads} threads", len(files) * rounds)

    def job(index, path):
        for name, lines in identifiers(os.path.join(root, path)).items():
            index.setdefault(name, {})[path] = lines
        progress.step()

    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds):
            index = {}
            for done in [pool.submit(job, index, path) for path in files]:
                done.result()
    progress.finish()
    return index


def check(index, root, files):
    """Things known without an index."""
    assert len({path for places in index.values() for path in places}) <= len(files)
    with open(os.path.join(root, "keyword.py"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.startswith("iskeyword ="):
                assert number in index["iskeyword"]["keyword.py"]
    assert "keyword.py" not in index["ThreadPoolExecutor"]
    assert not any(keyword.iskeyword(name) for name in index)


def main():
    parser = scaling.parser("Indexes the identifiers of the standard library on every core.")
    parser.add_argument("--library", default=os.path.dirname(os.__file__), metavar="DIR",
                        help="what to index (default: this Python's own library)")
    parser.add_argument("--output", default="index.json", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=20, metavar="N",
                        help="build it N times for each line of the table (default: 20)")
    options = parser.parse_args()
    if min(options.threads, options.rounds) < 1:
        parser.error("the numbers of threads and rounds must be positive")
    files = library_files(options.library)
    if not files:
        sys.exit(f"no Python files below {options.library}")
    index, times = scaling.measure(
        lambda threads: build_index(options.library, files, threads, options.rounds),
        options.threads)
    if options.library == os.path.dirname(os.__file__):
        check(index, options.library, files)
    try:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(json.dumps(index, sort_keys=True))
        with open(options.output, encoding="utf-8") as file:
            if json.load(file) != index:
                sys.exit("the index read back differs from the one written")
    except OSError as error:
        sys.exit(f"cannot write the index: {error}")
    places = sum(len(lines) for found in index.values() for lines in found.values())
    print(f"{options.output}: {len(index)} identifiers at {places} places in {len(files)} files")
    scaling.print_table(times)


if __name__ == "__main__":
    main()
