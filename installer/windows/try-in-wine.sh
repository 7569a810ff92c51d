#!/usr/bin/env bash
# Tries the program with Windows' own Python and libraries in Wine, as root on Linux:   try-in-wine.sh ROOT
# ROOT is a Debian 13 root (debootstrap --variant=minbase trixie ROOT): its Wine 10 runs what Debian 12's cannot. Python's
# Windows files come from a wheel that carries them, the libraries from requirements.txt as Windows wheels; nothing is
# built by PyInstaller, and Wine is not Windows: this shows our code on Windows' paths, locks and calls, not more.
# Then Setup.exe is packed from that folder, installed silently, tried, and removed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(readlink -f "$here/../..") root=$(readlink -f "$1") python=${PYTHON:-$(readlink -f "$here/../..")/.venv/bin/python}
tree=$root/opt/motcua-tree
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$source/desktop/__init__.py")
# Wine's user is who runs it in the root, as here.
user=$(id -un)
installed="C:\\users\\$user\\AppData\\Local\\Programs\\MotCua"
programs=$root/opt/wine/drive_c/users/$user/AppData/Local/Programs/MotCua

step() { # what, command...
    local what=$1 started code
    shift
    started=$(date +%s.%N)
    # Not as the condition of the if: there `set -e` does not hold, and a step would be as good as its last line.
    set +e
    (set -e; "$@") >"$root/tmp/step.log" 2>&1
    code=$?
    set -e
    if [ "$code" = 0 ]; then
        printf '%7.1f s  %s\n' "$(echo "$(date +%s.%N) - $started" | bc)" "$what"
    else
        printf '  FAILED  %s\n' "$what"
        tail -n 15 "$root/tmp/step.log" | sed 's/^/           /'
        exit 1
    fi
}

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
in_wine() { inside env WINEPREFIX=/opt/wine WINEDEBUG=-all "WINEDLLOVERRIDES=mscoree,mshtml=" timeout 600 wine "$@"; }

prepare() {
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    inside apt-get -q update
    inside apt-get -q -y --no-install-recommends install wine wine64 gcc-mingw-w64-x86-64-posix
    in_wine wineboot -i || true # a 32-bit helper that is not there
}

fetch() {
    rm -rf "$root/opt/runtime" "$tree"
    mkdir -p "$root/opt/runtime" "$tree/DLLs"
    "$python" -m pip download -q --no-deps panda3d==1.10.16 --platform win_amd64 --only-binary=:all: --python-version 3.11 -d "$root/opt/runtime"
    "$python" -m uv pip install -q --python-platform x86_64-pc-windows-msvc --python-version 3.11 --only-binary :all: --no-deps \
        --require-hashes --target "$tree/site" -r "$source/requirements.txt"
}

assemble() {
    (cd "$root/opt/runtime" && "$python" -m zipfile -e panda3d*.whl unpacked)
    local file
    for file in "$root"/opt/runtime/unpacked/deploy_libs/*; do
        case ${file##*/} in
        # Its name differs by case only from the one Qt brings; and what nothing here loads.
        VCRUNTIME* | api-ms* | t[ck]l86t.dll | t*86t.dll | _tkinter.pyd | winsound.pyd | _msi.pyd) ;;
        python311.dll) cp "$file" "$tree" ;;
        *) cp "$file" "$tree/DLLs" ;;
        esac
    done
    cp "$tree"/site/PySide6/{msvcp140,vcruntime140}*.dll "$tree"
    cp -r "$("$python" -c 'import sysconfig; print(sysconfig.get_paths()["stdlib"])')" "$tree/Lib"
    rm -rf "$tree"/Lib/{site-packages,test,idlelib,tkinter,lib-dynload,ensurepip}
    mkdir "$tree/src"
    git -C "$source" archive HEAD desktop reports resources | tar -x -C "$tree/src"
    printf 'Lib\nDLLs\nsite\nsrc\n.\n' >"$tree/python311._pth"
    cp "$here/launcher.c" "$tree"
    inside bash -euc '
        cd /opt/motcua-tree
        { echo "LIBRARY python3.dll"; echo EXPORTS; x86_64-w64-mingw32-objdump -p python311.dll |
            sed -n "s/^\s*\[\s*[0-9]*\]\s\(+base\[\s*[0-9]*\]\s*[0-9a-f]*\s*\)\{0,1\}\(_\{0,1\}Py[A-Za-z0-9_]*\)$/\2/p" |
            sort -u | sed "s/.*/& = python311.&/"; } >python3.def
        echo "int __stdcall DllMain(void *a, unsigned b, void *c) { return 1; }" >python3.c
        x86_64-w64-mingw32-gcc -shared -o python3.dll python3.c python3.def
        x86_64-w64-mingw32-gcc -municode -O1 -o motcua-cli.exe launcher.c python311.dll
        x86_64-w64-mingw32-gcc -municode -mwindows -O1 -o motcua.exe launcher.c python311.dll 2>/dev/null || cp motcua-cli.exe motcua.exe
        rm python3.def python3.c launcher.c'
}

use() {
    printf '%s\n' '{"id": 1, "do": "dossier.receive", "as": "lan", "with": {"procedure": "1.001193", "applicant": {"name": "Nguyễn Thị Ở", "id_number": "079090010001"}, "components": [{"code": "TP01", "originals": 1}, {"code": "TP02", "originals": 1}, {"code": "TP03", "originals": 1}]}}' >"$root/opt/receive.jsonl"
    rm -rf "$root/opt/Phường thử"
    in_wine 'Z:\opt\motcua-tree\motcua-cli.exe' --data 'Z:\opt\Phường thử' init --training --sample
    in_wine 'Z:\opt\motcua-tree\motcua-cli.exe' --data 'Z:\opt\Phường thử' do --out 'Z:\opt\Phường thử\giấy' 'Z:\opt\receive.jsonl' | tee "$root/tmp/answer"
    grep -q '"ok": true' "$root/tmp/answer"
    in_wine 'Z:\opt\motcua-tree\motcua-cli.exe' --data 'Z:\opt\Phường thử' verify --json | grep -q '"ok": true'
}

# What Setup.exe answers, tried with a program of two files: it takes seconds, not minutes.
ends_with() { # exit code, command...
    local wanted=$1 code=0
    shift
    "$@" || code=$?
    [ "$code" = "$wanted" ] || { echo "exit code $code, not $wanted: $*"; return 1; }
}

is_absent() { [ ! -e "$1" ]; } # `! test` would not end a step

answers() {
    local small=$root/opt/small data=$root/opt/wine/drive_c/users/$user/AppData/Local/motcua
    local setup="Z:\\opt\\small\\MotCua-$version-user-setup.exe" unit='Z:\opt\small\Phường\unit.toml'
    rm -rf "$small" "$data" && mkdir -p "$small/tree" "$small/Phường"
    printf '%s\n' '#include <stdio.h>' '#include <windows.h>' 'int main(void) {' \
        '    FILE *told = fopen("Z:\\opt\\small\\running", "a"); fputs("x", told); fclose(told);' \
        '    Sleep(120000); return 0; }' >"$small/sleep.c"
    inside x86_64-w64-mingw32-gcc -O1 -o /opt/small/motcua.exe /opt/small/sleep.c
    cp "$small/motcua.exe" "$small/motcua.com"
    cp "$small"/motcua.exe "$small/tree/motcua-cli.exe"
    echo 'code = "x"' >"$small/Phường/unit.toml"
    "$here/build-setup.sh" "$small/tree" "$small" "$small" -DPER_USER
    ends_with 7 in_wine "$setup" /S /NOTEST '/UNIT=Z:\opt\small\none.toml'
    is_absent "$programs/current"
    ends_with 0 in_wine "$setup" /S /NOTEST "/UNIT=$unit"
    grep -q "^$version - " "$programs/current"
    cmp "$small/Phường/unit.toml" "$data/unit.toml"
    # While it runs it is neither removed nor half replaced.
    in_wine "$installed\\motcua.com" &
    in_wine "$installed\\versions\\$version\\motcua-cli.exe" &
    until [ "$(cat "$small/running" 2>/dev/null)" = xx ]; do sleep 1; done
    ends_with 6 in_wine "$installed\\uninstall.exe" /S "_?=$installed"
    ends_with 6 in_wine "$setup" /S /NOTEST
    test -e "$programs/versions/$version/motcua-cli.exe"
    inside env WINEPREFIX=/opt/wine wineserver -k || true
    wait || true
    echo '99.0.0 - 0.1.0' >"$programs/current"
    ends_with 5 in_wine "$setup" /S /NOTEST
    grep -q '^99.0.0' "$programs/current"
    ends_with 0 in_wine "$installed\\uninstall.exe" /S "_?=$installed"
    is_gone
    is_absent "$programs/motcua.com"
    test -e "$data/unit.toml"
    ends_with 0 in_wine "$setup" /S /NOTEST
    ends_with 0 in_wine "$installed\\uninstall.exe" /S /REMOVEDATA "_?=$installed"
    is_absent "$data"
}

pack() {
    mkdir -p "$root/opt/out"
    # No starter of C# without .NET in Wine: their places are taken by two empty files.
    mkdir -p "$root/opt/starters"
    touch "$root"/opt/starters/motcua.{exe,com}
    # Quickly, for a try; a release is packed by lzma.
    "$here/build-setup.sh" "$tree" "$root/opt/starters" "$root/opt/out" -DPER_USER "-XSetCompressor /FINAL zlib"
}

install() { in_wine "Z:\\opt\\out\\MotCua-$version-user-setup.exe" /S; }
is_in_use() { grep -q "^$version - " "$programs/current"; }
remove() { in_wine "$installed\\uninstall.exe" /S "_?=$installed"; }
is_gone() { is_absent "$programs/versions"; }

trap 'inside env WINEPREFIX=/opt/wine wineserver -k 2>/dev/null || true; umount "$root/dev" "$root/proc" 2>/dev/null || true' EXIT
mountpoint -q "$root/dev" || mount --bind /dev "$root/dev"
mountpoint -q "$root/proc" || mount --bind /proc "$root/proc"
step "Wine and a compiler in the root" prepare
step "Windows' Python and the locked libraries" fetch
step "the program's folder" assemble
step "self-test of the program" in_wine 'Z:\opt\motcua-tree\motcua-cli.exe' update self-test --expect "$version"
step "a ward in a folder with Vietnamese letters: set up, receive, verify" use
step "what a set-up answers: file missing, program open, newer version, data kept and removed" answers
step "Setup.exe from that folder (zlib)" pack
step "install silently; the setup lets the program test itself" install
step "it is the version in use" is_in_use
step "the installed program tests itself" in_wine "$installed\\versions\\$version\\motcua-cli.exe" update self-test
step "remove silently" remove
step "nothing of the program is left" is_gone
