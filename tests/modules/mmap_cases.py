"""mmap: maps of files and of memory, their limits, and buffers of them."""

import io
import mmap
import os
import struct
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


def test_nothing_is_read_into_a_read_only_map():
    wanted = "readinto() argument must be read-write bytes-like object, not mmap.mmap"
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 4096)
        file.seek(0)
        m = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        fails(TypeError, wanted, io.BytesIO(b"zz").readinto, m)
        fails(TypeError, wanted, file.readinto, m)
        fails(TypeError, wanted, io.BufferedReader(io.BytesIO(b"z" * 9000)).readinto, m)
        fails(TypeError, "argument must be read-write bytes-like object, not mmap.mmap",
              struct.pack_into, "i", m, 0, 1)
        fails(BufferError, "Object is not writable.", os.readv, file.fileno(), [m])
        equal((bytes(memoryview(m)[:2]), memoryview(m).readonly), (b"xx", True))
        private = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
        equal((io.BytesIO(b"zz").readinto(private), private[:3]), (2, b"zzx"))


def test_nothing_is_found_at_the_end():
    m = mmap.mmap(-1, 4096)
    equal([m.find(b"", 9000), m.find(b"", 4096), m.rfind(b"", 9000), m.find(b"", 5, 2),
           m.find(b"\0", 9000)], [4096, 4096, 4096, -1, -1])


def test_an_iterator_that_has_ended_does_not_look_at_the_map():
    m = mmap.mmap(-1, 4096)
    ended, begun = iter(m), iter(m)
    equal((len(list(ended)), next(begun)), (4096, b"\0"))
    m.close()
    equal(list(ended), [])
    fails(ValueError, "mmap closed or invalid", next, begun)


run(globals())
