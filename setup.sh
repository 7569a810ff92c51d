#!/usr/bin/env bash
# Prepares this checkout: system libraries (Debian, Ubuntu), .venv from the locked requirements, the commands in it.
#   ./setup.sh run     what ./run needs
#   ./setup.sh test    what ./test needs: the tools, and .venv-headless, an environment without Qt
# Does only what is missing: a second call takes well under a second. The output of each step goes to out/setup.log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mode=${1:-run}
log=$PWD/out/setup.log

say() { printf '%s\n' "$*"; }

fail() { # Vietnamese sentence, English gloss
    say "" "✗ $1" "  ($2)" >&2
    exit 1
}

announced=0
announce() { # once, before the first step that takes time
    [ "$announced" = 1 ] && return
    announced=1
    mkdir -p out
    : >"$log"
    say "Chuẩn bị lần đầu hoặc sau khi cập nhật, xin chờ vài phút… (first set-up or after an update: a few minutes)"
}

step() { # "[n/5]", "Vietnamese (English)", command...
    local label="$1 $2" started=$SECONDS pid
    shift 2
    announce
    say "--- $label: $*" >>"$log"
    printf '%s … ' "$label"
    "$@" >>"$log" 2>&1 </dev/null &
    pid=$!
    if [ -t 1 ]; then
        while kill -0 "$pid" 2>/dev/null; do
            printf '\r%s … %d s ' "$label" $((SECONDS - started))
            sleep 1
        done
        printf '\r%s … ' "$label"
    fi
    if ! wait "$pid"; then
        say "" >&2
        tail -n 25 "$log" >&2
        fail "Bước “$label” không thành. Xem $log, sửa rồi chạy lại." "the step failed: read the log, mend, run again"
    fi
    say "$((SECONDS - started)) s"
}

# --- system packages -------------------------------------------------------------------------------------------

# A shared library or a program, and the Debian package that brings it. Qt's libraries are those that its core, its
# widgets and its offscreen, xcb, wayland and printing plugins name and no wheel brings.
libraries_run="
libEGL.so.1:libegl1 libGL.so.1:libgl1 libxkbcommon.so.0:libxkbcommon0
libdbus-1.so.3:libdbus-1-3 libfontconfig.so.1:libfontconfig1 libfreetype.so.6:libfreetype6
libglib-2.0.so.0:libglib2.0-0 libX11-xcb.so.1:libx11-xcb1 libxcb-cursor.so.0:libxcb-cursor0
libxcb-icccm.so.4:libxcb-icccm4 libxcb-image.so.0:libxcb-image0 libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-randr.so.0:libxcb-randr0 libxcb-render-util.so.0:libxcb-render-util0 libxcb-shape.so.0:libxcb-shape0
libxcb-sync.so.1:libxcb-sync1 libxcb-xfixes.so.0:libxcb-xfixes0 libxcb-xkb.so.1:libxcb-xkb1
libxkbcommon-x11.so.0:libxkbcommon-x11-0 libcups.so.2:libcups2 libwayland-egl.so.1:libwayland-egl1
libwayland-cursor.so.0:libwayland-cursor0"
programs_test="git:git qpdf:qpdf strace:strace Xvfb:xvfb gnome-keyring-daemon:gnome-keyring
dbus-run-session:dbus-daemon softhsm2-util:softhsm2 pg_ctlcluster:postgresql"

missing_packages() {
    local known pair missing=""
    known=$(/sbin/ldconfig -p 2>/dev/null || true)
    for pair in $libraries_run; do
        [[ $known == *"${pair%%:*} "* ]] || missing+=" ${pair##*:}"
    done
    if [ "$mode" = test ]; then
        for pair in $programs_test; do
            command -v "${pair%%:*}" >/dev/null || missing+=" ${pair##*:}"
        done
    fi
    [ -n "$(find_python)" ] || missing+=" python3"
    has_venv || missing+=" python3-venv"
    printf '%s' "${missing# }"
}

find_python() { # the first interpreter that pyproject.toml's requires-python admits
    local name
    for name in "${PYTHON:-python3}" python3.11 python3.12 python3.13; do
        command -v "$name" >/dev/null || continue
        "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue
        command -v "$name"
        return
    done
}

has_venv() {
    local python
    python=$(find_python)
    [ -n "$python" ] && "$python" -c 'import ensurepip, venv' 2>/dev/null
}

as_root() {
    if [ "$(id -u)" = 0 ]; then env DEBIAN_FRONTEND=noninteractive "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

install_packages() { # package...
    as_root apt-get update && as_root apt-get install -y --no-install-recommends "$@"
}

need_system() {
    local missing
    missing=$(missing_packages)
    [ -z "$missing" ] && return
    command -v apt-get >/dev/null ||
        fail "Máy thiếu: $missing. Hãy cài bằng công cụ của hệ điều hành rồi chạy lại." \
            "missing, named as in Debian: install them with your system's tool, then run again"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            fail "Máy thiếu: $missing. Hãy nhờ quản trị chạy: apt-get install $missing" "ask an administrator to install these"
        sudo -n true 2>/dev/null || sudo -v || fail "Cần quyền quản trị để cài: $missing" "administrator rights are needed for these packages"
    fi
    # shellcheck disable=SC2086 # a list of words
    step "[1/5]" "Cài thư viện hệ thống (system libraries)" install_packages $missing
    [ -n "$(find_python)" ] || fail "Cần Python 3.11, 3.12 hoặc 3.13." "Python 3.11, 3.12 or 3.13 is needed"
}

# --- Python environments ---------------------------------------------------------------------------------------

make_venv() { # folder
    "$(find_python)" -m venv "$1"
}

install_locked() { # folder, lock file
    "$1/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --no-compile --only-binary :all: \
        --require-hashes -r "$2"
}

install_project() { # folder
    "$1/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .
}

digest() { # of a lock file, the project's metadata (not its tools' settings), the interpreter and the place
    { cat "$1" && sed '/^\[tool\.ruff\]/,$d' pyproject.toml && readlink -f "$2/bin/python" && pwd; } 2>/dev/null | sha256sum | cut -d' ' -f1
}

ready() { # folder, lock file...: was one of these locks installed here, as it is now?
    local folder=$1 lock
    shift
    [ -x "$folder/bin/motcua" ] || return 1
    for lock in "$@"; do
        [ "$(cat "$folder/.stamp-$lock" 2>/dev/null)" = "$(digest "$lock" "$folder")" ] && return 0
    done
    return 1
}

environment() { # folder, lock file, step of making, step of filling, what
    local folder=$1 lock=$2
    [ -x "$folder/bin/python" ] && "$folder/bin/python" -c 'import pip' 2>/dev/null ||
        step "$3" "Tạo môi trường Python $folder (Python environment)" make_venv "$folder"
    rm -f "$folder"/.stamp-*
    step "$4" "Cài $5" install_locked "$folder" "$lock"
    step "$4" "Cài lệnh motcua vào $folder (the commands)" install_project "$folder"
    digest "$lock" "$folder" >"$folder/.stamp-$lock"
}

case $mode in
run)
    need_system
    ready .venv requirements.txt requirements-dev.txt ||
        environment .venv requirements.txt "[2/5]" "[3/5]" "thư viện Python (libraries)"
    ;;
test)
    need_system
    ready .venv requirements-dev.txt ||
        environment .venv requirements-dev.txt "[2/5]" "[3/5]" "thư viện Python và công cụ (libraries and tools)"
    ready .venv-headless requirements-headless.txt ||
        environment .venv-headless requirements-headless.txt "[4/5]" "[5/5]" "thư viện Python, không có Qt (libraries without Qt)"
    ;;
*) fail "Dùng: ./setup.sh run | test" "usage" ;;
esac
