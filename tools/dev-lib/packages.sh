# What has to be on the machine, and installing it. ./dev sources this file.
#
# A need is recognised by what it provides, a command, a header, clang's fuzzing library or
# a character set of the C library, so that machines without
# Debian's packages pass too. Nothing is installed, and no network used, when nothing is missing.

# group  kind     what it provides    Debian's package
NEEDS='
build    command  gcc                 gcc
build    command  make                make
build    header   stdio.h             libc6-dev
build    header   gmp.h               libgmp-dev
build    header   zlib.h              zlib1g-dev
build    header   openssl/evp.h       libssl-dev
build    header   bzlib.h             libbz2-dev
build    header   lzma.h              liblzma-dev
build    header   sqlite3.h           libsqlite3-dev
build    header   editline/readline.h libedit-dev
build    header   expat.h             libexpat1-dev
build    header   ffi.h               libffi-dev
build    header   blake2.h            libb2-dev
build    command  bzip2               bzip2
build    charset  EUC-JP              libc-gconv-modules-extra
test     command  clang               clang
test     command  clang-format        clang-format
test     fuzzer   clang               libclang-rt-dev
peers    command  patchelf            patchelf
'

has_need()
{
    case $1 in
    command) command -v "$2" >/dev/null ;;
    fuzzer)
        echo 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n) { return !p && n; }' |
            "$2" -fsanitize=fuzzer -x c - -o /dev/null 2>/dev/null
        ;;
    charset) ! command -v iconv >/dev/null || iconv -f "$2" -t UTF-8 </dev/null 2>/dev/null ;;
    header) echo "#include <$2>" | ${CC:-gcc} -E - >/dev/null 2>&1 ;;
    esac
}

# missing_packages group...: prints the packages whose command or header is not there.
missing_packages()
{
    for group; do
        # All headers at once first: one run of the preprocessor is the usual case.
        headers=$(printf '%s' "$NEEDS" | awk -v g="$group" '$1 == g && $2 == "header" { print "#include <" $3 ">" }')
        if printf '#include <stdio.h>\n%s\n' "$headers" | ${CC:-gcc} -E - >/dev/null 2>&1; then
            wanted='command|fuzzer|charset'
        else
            wanted='command|fuzzer|charset|header'
        fi
        printf '%s' "$NEEDS" | awk -v g="$group" -v w="^($wanted)$" '$1 == g && $2 ~ w' |
            while read -r _ kind what package; do
                has_need "$kind" "$what" || echo "$package"
            done
    done | sort -u
}

# need_packages group...: installs what is missing, or says what is.
need_packages()
{
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    can_install || die "missing packages (Debian's names): $missing
Install them, or run ./dev on Debian 12 or newer as root or with sudo."
    say "Installing $missing"
    install_options='-y --no-install-recommends -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300'
    # shellcheck disable=SC2086 # lists of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install $install_options $missing >/dev/null 2>&1 || {
        as_root apt-get -o Acquire::Retries=5 update || die "apt-get update failed"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install $install_options $missing ||
            die "could not install: $missing"
    }
    still=$(missing_packages "$@" | tr '\n' ' ')
    [ -z "$still" ] || die "still missing after installing them: $still"
}
