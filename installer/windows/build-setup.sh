#!/usr/bin/env bash
# Packs a Windows program folder into Setup.exe on Linux, where makensis is installed; for checks of the script and for
# folders that were built elsewhere:   build-setup.sh TREE STARTERS OUT [-DPER_USER]
# STARTERS is a folder with motcua.exe and motcua.com.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tree=$(readlink -f "$1") starters=$(readlink -f "$2") out=$(readlink -f "$3")
shift 3
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$here/../../desktop/__init__.py")
kind=""
[[ " $* " != *PER_USER* ]] || kind=-user
LC_ALL=C.UTF-8 makensis -V2 -INPUTCHARSET UTF8 "-DVERSION=$version" -DFLOOR=0.1.0 "-DTREE=$tree" "-DSTARTERS=$starters" \
    "-DLICENCES=$here/../licences" "-DLICENCE=$here/../licences/THIRD-PARTY.md" "$@" \
    "-DOUT=$out" "$here/setup.nsi"
ls -l "$out/MotCua-$version$kind-setup.exe"
