# The pure-Python standard library of CPython 3.13, its test suite and the Unicode tables, all
# below build/. ./dev sources this file. What is there already is not fetched again.

STDLIB_TARGET=$ROOT/build/stdlib/lib/python3.13
TESTSUITE_TARGET=$ROOT/build/testsuite
UNICODE_TARGET=$ROOT/build/unicode

NO_SOURCE='Run ./dev on Debian 12 or newer with its package sources reachable, or give the directory
of a CPython 3.13 standard library (the one that holds os.py) as STDLIB=directory.'

is_stdlib()
{
    for file in os.py argparse.py asyncio/__init__.py json/__init__.py unittest/case.py; do
        [ -f "$1/$file" ] || return 1
    done
    # 3.13 has _colorize and no more crypt; 3.14 has string.templatelib.
    [ -f "$1/_colorize.py" ] && [ ! -e "$1/crypt.py" ] && [ ! -e "$1/string/templatelib.py" ]
}

# copy_stdlib from: only Python files and data; CPython's extension modules and caches are of no
# use here, and its tests live elsewhere.
copy_stdlib()
{
    rm -rf "$STDLIB_TARGET.new"
    mkdir -p "$STDLIB_TARGET.new"
    (cd "$1" && tar -cf - --exclude=__pycache__ --exclude=lib-dynload --exclude=config-3.13\* \
        --exclude=./test --exclude='_sysconfigdata_*' --exclude=site-packages --exclude=dist-packages .) |
        tar -C "$STDLIB_TARGET.new" -xf -
    # Debian's links into /etc and between packages would dangle.
    find "$STDLIB_TARGET.new" -xtype l -delete
    rm -rf "$STDLIB_TARGET"
    mv "$STDLIB_TARGET.new" "$STDLIB_TARGET"
}

# Debian's own directories for packages lack the letter for "no lock" that its directories of the
# library have (sys.abiflags): a virtual environment would not see what is installed into it.
name_package_directories()
{
    if grep -q '"python%d\.%d" % sys\.version_info' "$STDLIB_TARGET/site.py"; then
        sed -i 's/"python%d\.%d" % sys\.version_info\[:2\],/"python%d.%d%s" % (*sys.version_info[:2], abi_thread),/' \
            "$STDLIB_TARGET/site.py"
    fi
    if grep -q 'lib/python{py_version_short}/dist' "$STDLIB_TARGET/sysconfig/__init__.py"; then
        sed -i 's,lib/python{py_version_short}/dist-,lib/python{py_version_short}{abi_thread}/dist-,' \
            "$STDLIB_TARGET/sysconfig/__init__.py"
    fi
}

fetch_stdlib()
{
    copy_stdlib_once
    name_package_directories
    fetch_ensurepip
}

# ensurepip with the wheel of pip, which Debian has in packages of their own. Without them a virtual
# environment has no pip, and venv says so. What could not be had is not asked for again.
fetch_ensurepip()
{
    bundled=$STDLIB_TARGET/ensurepip/_bundled
    missing=$ROOT/build/stdlib/no-ensurepip
    [ ! -e "$bundled" ] && [ ! -e "$missing" ] || return 0
    from=/usr
    if [ ! -f "$STDLIB_TARGET/ensurepip/__main__.py" ]; then
        [ -z "${STDLIB:-}" ] || return 0
        from=$ROOT/build/fetch/ensurepip/usr
        rm -rf "$ROOT/build/fetch/ensurepip"
        say "Fetching ensurepip"
        trixie_unpack "$ROOT/build/fetch/ensurepip" python3.13-venv python3-pip-whl || :
    fi
    if ls "$from"/share/python-wheels/pip-*.whl >/dev/null 2>&1; then
        [ "$from" = /usr ] || cp -r "$from/lib/python3.13/ensurepip" "$STDLIB_TARGET"
        mkdir -p "$bundled"
        cp "$from"/share/python-wheels/pip-*.whl "$bundled"
    else
        say "No ensurepip: virtual environments are made without pip"
        touch "$missing"
    fi
    rm -rf "$ROOT/build/fetch/ensurepip"
}

copy_stdlib_once()
{
    if [ -n "${STDLIB:-}" ]; then
        is_stdlib "$STDLIB" || die "STDLIB=$STDLIB does not hold the standard library of CPython 3.13"
        copy_stdlib "$STDLIB"
        return 0
    fi
    ! is_stdlib "$STDLIB_TARGET" || return 0
    mkdir -p "$ROOT/build/stdlib/lib"
    if is_stdlib /usr/lib/python3.13; then
        say "Copying the installed standard library"
        copy_stdlib /usr/lib/python3.13
        return 0
    fi
    say "Fetching the standard library"
    unpacked=$ROOT/build/fetch/stdlib
    rm -rf "$unpacked"
    trixie_unpack "$unpacked" libpython3.13-minimal libpython3.13-stdlib ||
        die "cannot fetch libpython3.13-stdlib of Debian's suite trixie. $NO_SOURCE"
    copy_stdlib "$unpacked/usr/lib/python3.13"
    rm -rf "$unpacked"
    is_stdlib "$STDLIB_TARGET" || die "the packages did not hold a whole standard library"
}

# CPython's tests: the package test, below a directory for the module search path.
fetch_testsuite()
{
    [ ! -f "$TESTSUITE_TARGET/test/test_grammar.py" ] || return 0
    unpacked=$ROOT/build/fetch/testsuite
    rm -rf "$unpacked"
    if [ -f "${STDLIB:-}/test/test_grammar.py" ]; then
        tests=$STDLIB/test
    elif [ -f /usr/lib/python3.13/test/test_grammar.py ]; then
        tests=/usr/lib/python3.13/test
    else
        say "Fetching CPython's tests"
        trixie_unpack "$unpacked" libpython3.13-stdlib libpython3.13-testsuite ||
            die "cannot fetch libpython3.13-testsuite of Debian's suite trixie. $NO_SOURCE"
        tests=$unpacked/usr/lib/python3.13/test
    fi
    rm -rf "$TESTSUITE_TARGET.new"
    mkdir -p "$TESTSUITE_TARGET.new"
    cp -r "$tests" "$TESTSUITE_TARGET.new/test"
    find "$TESTSUITE_TARGET.new" -name __pycache__ -prune -exec rm -rf {} +
    rm -rf "$TESTSUITE_TARGET" "$unpacked"
    mv "$TESTSUITE_TARGET.new" "$TESTSUITE_TARGET"
}

# The Unicode Character Database 15.1, from which the build generates its tables.
fetch_unicode()
{
    [ ! -f "$UNICODE_TARGET/UnicodeData.txt" ] || return 0
    unpacked=$ROOT/build/fetch/unicode
    rm -rf "$unpacked"
    if [ -n "${UNICODE_DATA:-}" ]; then
        data=$UNICODE_DATA
    elif [ -f /usr/share/unicode/UnicodeData.txt ] &&
        grep -q '^# DerivedAge-15\.1\.0' /usr/share/unicode/DerivedAge.txt 2>/dev/null; then
        data=/usr/share/unicode
    else
        say "Fetching the Unicode tables"
        trixie_unpack "$unpacked" unicode-data ||
            die "cannot fetch unicode-data of Debian's suite trixie: give a directory that holds
UnicodeData.txt 15.1 and its companions as UNICODE_DATA=directory"
        data=$unpacked/usr/share/unicode
    fi
    rm -rf "$UNICODE_TARGET.new"
    mkdir -p "$UNICODE_TARGET.new"
    cp -rL "$data/." "$UNICODE_TARGET.new/"
    find "$UNICODE_TARGET.new" -name '*.bz2' -exec bzip2 -d {} +
    rm -rf "$UNICODE_TARGET" "$unpacked"
    mv "$UNICODE_TARGET.new" "$UNICODE_TARGET"
}
