# The oracle: Debian's CPython 3.13 with its test suite and every library it uses, below
# build/peers/, whatever the machine runs. ./dev sources this file.

PEERS=$ROOT/build/peers
PEERS_PYTHON=$PEERS/bin/python3.13

# Its own loader and libraries are written into the program itself, so that it runs without a
# wrapper and sys.executable can be run too. DT_RPATH, unlike DT_RUNPATH, also holds for the
# libraries of extension modules. Some versions of patchelf lay out a broken program when they
# change both at once, others when one after the other: the first way that runs is kept.
patch_peers()
{
    loader=$PEERS/lib64/ld-linux-x86-64.so.2
    libraries=$PEERS/lib/x86_64-linux-gnu
    original=$PEERS_PYTHON.original
    mv "$PEERS_PYTHON" "$original"
    for way in together rpath_first pages; do
        cp "$original" "$PEERS_PYTHON"
        case $way in
        together)
            patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$PEERS_PYTHON"
            ;;
        rpath_first)
            patchelf --force-rpath --set-rpath "$libraries" "$PEERS_PYTHON"
            patchelf --set-interpreter "$loader" "$PEERS_PYTHON"
            ;;
        pages)
            patchelf --page-size 65536 --set-interpreter "$loader" --force-rpath \
                --set-rpath "$libraries" "$PEERS_PYTHON"
            ;;
        esac
        if sh -c 'ulimit -c 0; "$0" -c pass; exit $?' "$PEERS_PYTHON" >/dev/null 2>&1; then
            rm "$original"
            return 0
        fi
    done
    die "patchelf cannot make the unpacked CPython run"
}

fetch_peers()
{
    # Absolute paths are inside: a copy of the checkout is made anew.
    if [ "$(cat "$PEERS/location" 2>/dev/null)" = "$PEERS" ]; then
        return 0
    fi
    say "Unpacking CPython 3.13"
    unpacked=$ROOT/build/fetch/peers
    rm -rf "$unpacked" "$PEERS"
    trixie_unpack_closure "$unpacked" python3.13 libpython3.13-testsuite ||
        die "cannot fetch python3.13 of Debian's suite trixie"
    # The packages' usr/ becomes build/peers/, lib/ and bin/ of it a Python prefix.
    mkdir -p "$ROOT/build"
    mv "$unpacked/usr" "$PEERS"
    rm -rf "$unpacked"
    patch_peers
    # Debian's links into /etc.
    find "$PEERS/lib/python3.13" -xtype l -delete
    ln -sf python3.13 "$PEERS/bin/python3"
    "$PEERS_PYTHON" -c 'import ssl, sqlite3, ctypes, curses, readline, bz2, lzma, zlib, hashlib, test.support
import subprocess, sys
version = subprocess.run([sys.executable, "-V"], check=True, capture_output=True, text=True).stdout
assert version.startswith("Python 3.13."), version' ||
        die "the unpacked CPython does not run"
    echo "$PEERS" >"$PEERS/location"
}

FREE_THREADED=$ROOT/build/peers-free-threaded

# CPython 3.13 without its lock, which Debian does not build: made from its source package, in
# build/peers-free-threaded/bin/python3.13t. Without a profile, for which the build would run CPython's tests for
# a quarter of an hour: FREE_THREADED_OPTIONS="--enable-optimizations --with-lto" asks for that.
fetch_free_threaded()
{
    if [ "$(cat "$FREE_THREADED/location" 2>/dev/null)" = "$FREE_THREADED ${FREE_THREADED_OPTIONS:-}" ]; then
        return 0
    fi
    source=$ROOT/build/fetch/python3.13
    rm -rf "$source" "$FREE_THREADED"
    mkdir -p "$source"
    say "Fetching the source of CPython 3.13"
    trixie_source "$source/archive" python3.13 &&
        tar -xf "$source"/archive/*.orig.tar.?z -C "$source" --strip-components=1 ||
        die "cannot fetch the source package python3.13 of Debian's suite trixie"
    say "Building CPython 3.13 without its lock"
    (
        cd "$source"
        # shellcheck disable=SC2086
        ./configure --disable-gil --disable-test-modules --without-ensurepip --prefix="$FREE_THREADED" \
            ${FREE_THREADED_OPTIONS:-}
        make ${jobs:--j2}
        make install
    ) >"$ROOT/build/peers-free-threaded.log" 2>&1 || {
        tail -n 20 "$ROOT/build/peers-free-threaded.log" >&2
        die "cannot build CPython: see build/peers-free-threaded.log"
    }
    "$FREE_THREADED/bin/python3.13t" -c 'import sys; sys.exit(sys._is_gil_enabled())' || die "it has its lock"
    rm -rf "$source"
    echo "$FREE_THREADED ${FREE_THREADED_OPTIONS:-}" >"$FREE_THREADED/location"
}
