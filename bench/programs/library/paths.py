"""pathlib: pure paths joined, split and matched; a tree of files made, walked, read and removed."""

import shutil
import tempfile
from pathlib import Path, PurePosixPath

CASES = {20: 24531, 500: 626431}


def main(size):
    total = 0
    base = PurePosixPath("/usr/share")
    for i in range(size * 12):
        path = base / f"package{i}" / "docs" / f"page{i % 10}.tar.gz"
        total += len(path.name) + len(path.stem) + len(path.suffixes) + len(path.parts)
        total += len(str(path.relative_to(base))) + path.match("*.gz") + (path.parent < path)
        total += len(str(path.with_suffix(".zip"))) + path.is_relative_to("/usr")
    top = Path(tempfile.mkdtemp())
    try:
        for i in range(size):
            directory = top / f"d{i % 20}"
            directory.mkdir(exist_ok=True)
            (directory / f"file{i}.txt").write_text(f"line {i}\n" * 3)
        files = sorted(top.rglob("*.txt"))
        total += len(files) + sum(len(path.read_text()) for path in files)
        total += sum(path.stat().st_size for path in top.glob("*/file1*.txt"))
        total += sum(path.is_dir() for path in top.iterdir())
    finally:
        shutil.rmtree(top)
    return total
