"""Draws the Mandelbrot set with threads, in plain Python, and writes a PNG file.

    weft examples/mandelbrot.py --output mandelbrot.png

It draws the picture with 1, 2, ... up to N threads, compares the pictures, and prints a table of
times. The rows are shared out by a ThreadPoolExecutor; every thread writes its rows into one list.
"""

import math
import struct
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import scaling

# A spiral in the valley between the cardioid and the great disc.
CENTRE = (-0.7453, 0.1127)
HEIGHT_OF_VIEW = 0.0075


def iterations(x, y, limit):
    """How many steps z -> z*z + c takes from 0 to leave the disc of radius 16, for
    c = x + yi, as a smooth number; `limit` if it does not leave in so many steps."""
    real = imaginary = real2 = imaginary2 = 0.0
    for step in range(limit):
        imaginary = 2.0 * real * imaginary + y
        real = real2 - imaginary2 + x
        real2 = real * real
        imaginary2 = imaginary * imaginary
        if real2 + imaginary2 > 256.0:
            return step + 1.0 - math.log2(0.5 * math.log2(real2 + imaginary2))
    return float(limit)


def colour(steps, limit):
    """Black inside; outside a slow turn through the colours, dark at first."""
    if steps >= limit:
        return 0, 0, 0
    turn = 0.35 * math.sqrt(max(steps, 0.0))
    return tuple(int(127.5 + 127.5 * math.sin(turn + phase)) for phase in (-1.6, -1.0, -0.3))


def draw_row(width, height, row, limit):
    scale = HEIGHT_OF_VIEW / height
    left = CENTRE[0] - scale * (width - 1) / 2.0
    y = CENTRE[1] + scale * ((height - 1) / 2.0 - row)
    pixels = bytearray()
    for column in range(width):
        pixels += bytes(colour(iterations(left + scale * column, y, limit), limit))
    return bytes(pixels)


def draw(width, height, limit, threads):
    """The picture: a list of rows, each of 3 bytes a pixel."""
    rows = [None] * height
    progress = scaling.Progress(f"mandelbrot, {threads} threads", height)

    def job(row):
        rows[row] = draw_row(width, height, row, limit)
        progress.step()

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(job, row) for row in range(height)]:
            done.result()
    progress.finish()
    return rows


def write_png(path, width, rows):
    def chunk(kind, data):
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    lines = b"".join(b"\0" + row for row in rows)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(lines, 9)))
        file.write(chunk(b"IEND", b""))


def check_arithmetic():
    """Points whose fate is known."""
    assert iterations(0.0, 0.0, 100) == 100.0      # a fixed point
    assert iterations(-1.0, 0.0, 100) == 100.0     # a cycle of two
    assert iterations(-2.0, 0.0, 1000) == 1000.0   # the tip of the needle
    assert iterations(0.26, 0.0, 1000) < 50.0      # just outside the cusp
    assert iterations(0.3, 0.5, 500) == iterations(0.3, -0.5, 500)


def main():
    parser = scaling.parser("Draws the Mandelbrot set on every core.")
    parser.add_argument("--width", type=int, default=800)
    parser.add_argument("--height", type=int, default=600)
    parser.add_argument("--limit", type=int, default=2500, help="steps for each point")
    parser.add_argument("--output", default="mandelbrot.png", metavar="FILE")
    options = parser.parse_args()
    if min(options.width, options.height, options.limit, options.threads) < 1:
        parser.error("the sizes and the number of threads must be positive")
    check_arithmetic()
    picture, times = scaling.measure(
        lambda threads: draw(options.width, options.height, options.limit, threads),
        options.threads)
    try:
        write_png(options.output, options.width, picture)
    except OSError as error:
        sys.exit(f"cannot write the picture: {error}")
    black = sum(row[at:at + 3] == b"\0\0\0" for row in picture for at in range(0, len(row), 3))
    print(f"{options.output}: {options.width} x {options.height} points, "
          f"{black} of them in the set, checksum {zlib.crc32(b''.join(picture)):08x}")
    scaling.print_table(times)


if __name__ == "__main__":
    main()
