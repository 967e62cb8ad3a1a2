"""mmap: maps of files and of memory, their limits, and buffers of them."""

import mmap
import tempfile

from testing import equal, fails, run


def test_a_map_of_a_file_reads_and_writes_it():
    with tempfile.TemporaryFile() as file:
        file.write(b"hello, world\n" * 10)
        file.flush()
        with mmap.mmap(file.fileno(), 0) as m:
            equal((len(m), m[:5], m.find(b"world"), m.readline()),
                  (130, b"hello", 7, b"hello, world\n"))
            m[:5] = b"HELLO"
            m.flush()
        file.seek(0)
        equal(file.read(12), b"HELLO, world")


def test_a_map_of_memory_can_be_resized_while_nobody_has_a_buffer_of_it():
    m = mmap.mmap(-1, 4096)
    view = memoryview(m)
    fails(BufferError, "mmap can't resize with extant buffers exported.", m.resize, 8192)
    fails(BufferError, "cannot close exported pointers exist", m.close)
    view.release()
    m.resize(8192)
    equal(len(m), 8192)
    fails(OSError, "[Errno 9] Bad file descriptor", m.size)
    m.close()
    fails(ValueError, "mmap closed or invalid", m.__getitem__, 0)


def test_wrong_values():
    m = mmap.mmap(-1, 4096, access=mmap.ACCESS_READ)
    fails(TypeError, "mmap can't modify a readonly memory map.", m.__setitem__, 0, 1)
    m = mmap.mmap(-1, 4096)
    fails(IndexError, "mmap index out of range", m.__setitem__, 4096, b"x")
    fails(TypeError, "mmap item value must be an int", m.__setitem__, 0, b"x")
    fails(ValueError, "mmap item value must be in range(0, 256)", m.__setitem__, 0, 256)
    fails(ValueError, "mmap invalid access parameter.", mmap.mmap, -1, 4096, access=9)


run(globals())
