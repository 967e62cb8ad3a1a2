# libmpdec, the decimal arithmetic that module _decimal is built on: a static library made from Debian's
# source package mpdecimal, below build/mpdec. ./dev sources this file. What is there already is not
# fetched or built again.
#
# The library of the machine is not used: Debian 12 has none, and that of trixie wants a newer C library.
# One archive serves all configurations: position-independent, optimised, and without sanitizers.

MPDEC_TARGET=$ROOT/build/mpdec

# Unpacks the source to the directory.
unpack_mpdec()
{
    mkdir -p "$1"
    if [ -n "${MPDECIMAL:-}" ]; then
        [ -f "$MPDECIMAL/libmpdec/mpdecimal.h.in" ] ||
            die "MPDECIMAL=$MPDECIMAL does not hold the source of mpdecimal 4"
        cp -r "$MPDECIMAL/." "$1"
        return 0
    fi
    say "Fetching the source of libmpdec"
    trixie_source "$1/archive" mpdecimal && tar -xf "$1"/archive/*.orig.tar.* -C "$1" --strip-components=1 ||
        die "cannot fetch the source package mpdecimal of Debian's suite trixie: give the directory of
the unpacked source of mpdecimal 4 as MPDECIMAL=directory"
}

fetch_mpdec()
{
    [ ! -f "$MPDEC_TARGET/libmpdec.a" ] || return 0
    source=$ROOT/build/fetch/mpdecimal
    rm -rf "$source" "$MPDEC_TARGET.new"
    unpack_mpdec "$source"
    say "Building libmpdec"
    (
        cd "$source"
        ./configure --disable-cxx --disable-shared --disable-doc CC="${CC:-gcc}" \
            CFLAGS='-O2 -g -fPIC -fvisibility=hidden'
        make -C libmpdec libmpdec.a
    ) >"$ROOT/build/mpdec.log" 2>&1 || {
        tail -n 20 "$ROOT/build/mpdec.log" >&2
        die "cannot build libmpdec: see build/mpdec.log"
    }
    mkdir -p "$MPDEC_TARGET.new"
    cp "$source/libmpdec/libmpdec.a" "$source/libmpdec/mpdecimal.h" "$MPDEC_TARGET.new"
    rm -rf "$MPDEC_TARGET" "$source"
    mv "$MPDEC_TARGET.new" "$MPDEC_TARGET"
}
