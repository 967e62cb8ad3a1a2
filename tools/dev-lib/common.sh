# Helpers of ./dev, which sources this file.

say()
{
    printf '== %s\n' "$*"
}

die()
{
    printf './dev: %s\n' "$*" >&2
    exit 1
}

# Runs a command as root. Fails without a word if that is not possible.
as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        return 1
    fi
}

can_install()
{
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null
}
