# Debian's pure-Python packages for ./dev packages, below build/packages/: debs/NAME is one unpacked
# package, source/NAME the source of one. ./dev sources this file.

PACKAGES=$ROOT/build/packages

packages_tool()
{
    "$PEERS_PYTHON" "$ROOT/tools/packages" "$@"
}

# Adds the suites that packages come from to what build/apt knows.
packages_setup()
{
    trixie_setup || die "cannot fetch packages of Debian's suite trixie"
    ! grep -q ' bookworm main$' "$APT_DIR/sources.list" || return 0
    trixie_source_lists || die "no lists of packages: $(tail -n 1 "$APT_DIR/update.log")"
    echo "deb $mirror bookworm main" >>"$APT_DIR/sources.list"
    private_apt -q update >"$APT_DIR/update.log" 2>&1 || die "no lists of packages: $(tail -n 1 "$APT_DIR/update.log")"
}

# fetch_deb name+name...: all below debs/ and the first name. What is compiled is taken out: the packages
# have fallbacks in Python, and CPython is to run the same code as Weft.
fetch_deb()
{
    place=${1%%+*}
    place=$PACKAGES/debs/${place%/*}
    [ ! -d "$place" ] || return 0
    packages_setup
    rm -rf "$place.new"
    # shellcheck disable=SC2046 # a list of words
    trixie_unpack "$place.new" $(echo "$1" | tr + ' ') || die "cannot fetch $1"
    find "$place.new" -name '*.so' -delete
    # Debian's Docutils, Sphinx and Babel name the place of their data by its path.
    { grep -rlE --include='*.py' "['\"]/usr/share/(docutils|sphinx|python-babel-localedata)" "$place.new" || :; } |
        xargs -r sed -i "s#/usr/share/\(docutils\|sphinx\|python-babel-localedata\)#$place/usr/share/\1#"
    find "$place.new" -type l -lname '/usr/*' | while read -r link; do
        ln -sfn "$place$(readlink "$link")" "$link"
    done
    mv "$place.new" "$place"
}

# fetch_source name: some mirrors do not have all sources. Then the package's tests are not run.
fetch_source()
{
    place=$PACKAGES/source/$1
    [ ! -d "$place" ] || return 0
    packages_setup
    archives=$PACKAGES/archives/$1
    mkdir -p "$archives" "$place.new"
    (cd "$archives" && private_apt -q source --download-only "$1" >"$APT_DIR/source.log" 2>&1) || :
    archive=$(find "$archives" -name '*.orig.tar.*' ! -name '*.asc' | head -n 1)
    if [ -z "$archive" ]; then
        say "No source of $1: its tests are not run"
        rmdir "$place.new"
        return 0
    fi
    tar -xf "$archive" -C "$place.new" --strip-components=1
    mv "$place.new" "$place"
}

dev_packages()
{
    mkdir -p "$PACKAGES/debs" "$PACKAGES/source"
    packages_tool --needs "$@" >"$PACKAGES/needs" || exit 2
    while read -r kind name; do
        "fetch_$kind" "$name"
    done <"$PACKAGES/needs"
    packages_tool "$@"
}
