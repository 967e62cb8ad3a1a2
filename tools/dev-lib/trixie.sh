# Packages of Debian 13 (trixie), whatever Debian the machine runs. ./dev sources this file.
#
# apt-get works on a directory of its own, build/apt: the machine's package sources with the suite
# replaced, an empty list of installed packages, its own lists and archives. It installs nothing and
# changes nothing outside build/, so it needs no root; apt checks signatures and checksums.

APT_DIR=$ROOT/build/apt

# Prints the machine's own Debian mirrors, one a line: those that serve a whole Debian release.
debian_mirrors()
{
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v own="$codename" '
            BEGIN { split("stable oldstable testing unstable sid bookworm trixie forky", names, " ")
                    for (i in names) suites[names[i]]; suites[own] }
            $3 == "main" && $2 in suites && !seen[$1]++ { print $1 }'
}

# Writes the configuration: what the machine says on how to fetch (proxies, certificates), but none
# of its hooks.
write_apt_config()
{
    mkdir -p "$APT_DIR/state/lists/partial" "$APT_DIR/cache/archives/partial" "$APT_DIR/empty"
    : >"$APT_DIR/state/status"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e "$keyring" ] || keyring=/usr/share/keyrings/debian-archive-keyring.pgp
    {
        env -u APT_CONFIG apt-config dump | grep -iE '^(acquire::|apt::architecture )' |
            grep -v 'IndexTargets\|Acquire::Changelogs'
        cat <<END
Dir::Etc::parts "$APT_DIR/empty";
Dir::Etc::main "/dev/null";
Dir::Etc::sourcelist "$APT_DIR/sources.list";
Dir::Etc::sourceparts "$APT_DIR/empty";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$APT_DIR/empty";
Dir::State "$APT_DIR/state";
Dir::State::status "$APT_DIR/state/status";
Dir::Cache "$APT_DIR/cache";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
Acquire::Retries "5";
Acquire::Languages "none";
END
        [ ! -e "$keyring" ] || echo "Dir::Etc::trusted \"$keyring\";"
    } >"$APT_DIR/apt.conf"
}

private_apt()
{
    APT_CONFIG=$APT_DIR/apt.conf apt-get "$@"
}

# Makes build/apt ready, once a run of ./dev. False if this machine cannot.
trixie_ready=no
trixie_setup()
{
    [ "$trixie_ready" = no ] || return 0
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && [ -r /etc/os-release ] || return 1
    mirrors=$(debian_mirrors)
    for mirror in $mirrors; do
        write_apt_config
        echo "deb $mirror trixie main" >"$APT_DIR/sources.list"
        if private_apt -q update >"$APT_DIR/update.log" 2>&1 &&
            APT_CONFIG=$APT_DIR/apt.conf apt-cache show libpython3.13-stdlib >/dev/null 2>&1; then
            trixie_ready=yes
            return 0
        fi
        cat "$APT_DIR/update.log" >&2
    done
    return 1
}

# trixie_unpack directory package...: unpacks just these packages below the directory.
trixie_unpack()
{
    target=$1
    shift
    trixie_setup || return 1
    mkdir -p "$target" "$APT_DIR/debs"
    rm -f "$APT_DIR"/debs/*.deb
    (cd "$APT_DIR/debs" && private_apt -q download "$@" >"$APT_DIR/download.log" 2>&1) || {
        cat "$APT_DIR/download.log" >&2
        return 1
    }
    for deb in "$APT_DIR"/debs/*.deb; do
        dpkg-deb -x "$deb" "$target"
    done
    rm -f "$APT_DIR"/debs/*.deb
}

# trixie_unpack_closure directory package...: these packages and all that they depend on.
trixie_unpack_closure()
{
    target=$1
    shift
    trixie_setup || return 1
    mkdir -p "$target"
    rm -f "$APT_DIR"/cache/archives/*.deb
    private_apt -q -y --download-only install "$@" >"$APT_DIR/download.log" 2>&1 || {
        cat "$APT_DIR/download.log" >&2
        return 1
    }
    for deb in "$APT_DIR"/cache/archives/*.deb; do
        dpkg-deb -x "$deb" "$target"
    done
    rm -f "$APT_DIR"/cache/archives/*.deb
}

# trixie_source directory package: the archives of its source package. Some mirrors do not have all sources.
trixie_source()
{
    trixie_setup || return 1
    trixie_source_lists || return 1
    mkdir -p "$1"
    (cd "$1" && private_apt -q source --download-only "$2" >"$APT_DIR/source.log" 2>&1) || {
        cat "$APT_DIR/source.log" >&2
        return 1
    }
}

# Adds trixie's source packages to what build/apt knows.
trixie_source_lists()
{
    ! grep -q '^deb-src' "$APT_DIR/sources.list" || return 0
    mirror=$(sed -n 's/^deb \([^ ]*\) trixie main$/\1/p' "$APT_DIR/sources.list")
    echo "deb-src $mirror trixie main" >>"$APT_DIR/sources.list"
    private_apt -q update >"$APT_DIR/update.log" 2>&1
}
