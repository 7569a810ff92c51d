#!/usr/bin/env bash
# Proves the desktop package in a bare Debian root without a network, and prints how long each step took:
#   installer/prove-deb.sh ROOT OLD.deb NEW.deb [RELEASE UPDATE_TOML]      as root; ROOT as debootstrap left it
# First the root gets the libraries the package asks for, by the network (an office PC has them from its desktop); then
# the network is cut. The package is installed silently, with a provisioning file beside it; a user without rights
# receives a dossier and gets its receipt as a PDF; the package is upgraded, taken back, updated by a signed release and
# removed. What must be refused is tried too.
set -euo pipefail
root=$1 old=$2 new=$3 release=${4:-} settings=${5:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

step() { # what, command...
    local what=$1 started ended
    shift
    started=$(date +%s.%N)
    if "$@" >"$root/tmp/step.log" 2>&1; then
        ended=$(date +%s.%N)
        printf '%7.1f s  %s\n' "$(echo "$ended - $started" | bc)" "$what"
    else
        printf '  FAILED  %s\n' "$what"
        tail -n 15 "$root/tmp/step.log" | sed 's/^/           /'
        # What comes after would only say the same.
        exit 1
    fi
}

inside() { unshare --net chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
as_clerk() { inside runuser -l lan -c "$*"; }
must_fail() { ! "$@"; }
refused() { # by these words, command...
    local words=$1
    shift
    if "$@" >"$root/tmp/refusal" 2>&1; then return 1; fi
    cat "$root/tmp/refusal"
    grep -q "$words" "$root/tmp/refusal"
}

prepare() {
    cp "$old" "$root/var/tmp/old.deb"
    cp "$new" "$root/var/tmp/new.deb"
    [ -z "$release" ] || cp "$release" "$root/srv/$(basename "$release")"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q update
    # Everything but the package itself: its libraries.
    chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install \
        $(dpkg-deb -f "$new" Depends | tr ',' '\n' | sed 's/(.*)//; s/|.*//') poppler-utils
    chroot "$root" useradd --create-home --shell /bin/bash lan 2>/dev/null || true
}

provision() {
    mkdir -p "$root/etc/xdg/motcua"
    cp "$here/../resources/units/sample.toml" "$root/etc/xdg/motcua/unit.toml"
    [ -z "$settings" ] || cp "$settings" "$root/etc/xdg/motcua/update.toml"
}

set_up() {
    as_clerk "motcua init --unit /etc/xdg/motcua/unit.toml > first.json"
    as_clerk "sed -n 's/.*\"lan\": \"\([^\"]*\)\".*/lan:\1/p' first.json > code && chmod 600 code first.json && test -s code"
    as_clerk "echo 'cửa sông chiều gió' > new && motcua --password-file code password --new-password-file new"
    as_clerk "sed 's/^/lan:/' new > pass && chmod 600 new pass"
}

receive() { # n
    local line='{"id": 1, "do": "dossier.receive", "as": "lan", "with": {"procedure": "1.001193", "applicant": {"name": "Nguyễn Thị Ở '$1'", "id_number": "07909001000'$1'"}, "components": [{"code": "TP01", "originals": 1}, {"code": "TP02", "originals": 1}, {"code": "TP03", "originals": 1}]}}'
    printf '%s\n' "$line" >"$root/tmp/receive.jsonl"
    chmod 644 "$root/tmp/receive.jsonl"
    as_clerk "mkdir -p papers && motcua --password-file pass do --out papers /tmp/receive.jsonl" | tee "$root/tmp/answer.json"
    grep -q '"ok": true' "$root/tmp/answer.json"
}

receipt() { # n
    as_clerk "ls -t papers/*.pdf | head -1 | xargs -I{} pdftotext {} - | grep -q 'Nguyễn Thị Ở $1'"
}

clean() { # events at least
    as_clerk "motcua --password-file pass verify --json" | tee "$root/tmp/verify.json"
    grep -q '"ok": true' "$root/tmp/verify.json"
}

dossiers() { # n
    printf '{"id": 1, "do": "dossier.search", "as": "lan", "with": {"q": "000"}}\n' >"$root/tmp/search.jsonl"
    chmod 644 "$root/tmp/search.jsonl"
    [ "$(as_clerk 'motcua --password-file pass do /tmp/search.jsonl' | grep -o '"code":' | wc -l)" = "$1" ]
}

is_version() { [ "$(as_clerk 'motcua --version')" = "$1" ]; }

trap 'umount "$root/dev" "$root/proc" 2>/dev/null || true' EXIT
mount --bind /dev "$root/dev"
mount --bind /proc "$root/proc"
first=$(dpkg-deb -f "$old" Version) second=$(dpkg-deb -f "$new" Version)

step "libraries (with the network, not counted)" prepare
begun=$(date +%s)
step "there is no network any more" must_fail inside apt-get -q update -o Acquire::Retries=0 -o APT::Update::Error-Mode=any
step "install $first silently" inside apt-get -q -y --no-install-recommends install /var/tmp/old.deb
step "lay the provisioning file down" provision
step "self-test of the installed program, as the user" as_clerk "motcua update self-test"
step "set the ward up from the file, as the user" set_up
step "receive a dossier, as the user" receive 1
step "its receipt is a PDF with the name on it" receipt 1
printf '%7d s  from the package to the first receipt\n' $(($(date +%s) - begun))
step "verify" clean
step "the user cannot change the program" refused "denied" as_clerk "touch /opt/motcua/current"
step "manual page, menu entry, icon, licences" inside sh -c "zcat /usr/share/man/man1/motcua.1.gz | grep -q 'SH COMMANDS' && test -s /usr/share/applications/motcua.desktop -a -s /usr/share/icons/hicolor/scalable/apps/motcua.svg -a -s /usr/share/doc/motcua/copyright"
step "upgrade to $second" inside apt-get -q -y --no-install-recommends install /var/tmp/new.deb
step "receive with $second: the data is taken over" receive 2
step "the receipt" receipt 2
step "it is $second" is_version "$second"
step "verify" clean
step "the old file is kept" inside sh -c "ls /home/lan/.local/share/motcua/backups/truoc-nang-cap-*.db"
step "go back to $first (as root)" inside motcua update back
step "receive with $first: no act is lost" receive 3
step "it is $first" is_version "$first"
step "verify" clean
step "three dossiers" dossiers 3
if [ -n "$release" ]; then
    file=/srv/$(basename "$release")
    step "a user cannot install a release" refused "quyền quản trị" as_clerk "motcua update apply $file"
    step "a release that was altered is refused" refused "đã bị sửa" inside sh -c "cp $file /var/tmp/x; printf x | dd of=/var/tmp/x bs=1 seek=1000000 conv=notrunc; motcua update apply /var/tmp/x"
    step "a release cut short is refused" refused "thiếu phần cuối" inside sh -c "head -c 1000000 $file > /var/tmp/x; motcua update apply /var/tmp/x"
    step "still $first" is_version "$first"
    step "update by the signed release" inside motcua update apply "$file"
    step "receive: the data is taken over again" receive 4
    step "it is $second" is_version "$second"
    step "verify" clean
    step "the same release again is refused" refused "không mới hơn" inside motcua update apply "$file"
fi
step "remove the package" inside apt-get -q -y remove motcua
step "nothing of the program is left" must_fail inside sh -c "test -e /opt/motcua -o -e /usr/bin/motcua"
step "the data is still there" inside test -s /home/lan/.local/share/motcua/motcua.db
step "purge" inside apt-get -q -y purge motcua
