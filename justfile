# The developers' door: `.venv/bin/just` lists what it can do. Set up first: ./setup.sh test (Windows: setup.ps1 test).

set windows-shell := ["powershell.exe", "-NoLogo", "-NoProfile", "-Command"]

# The program is started hundreds of times by tests and benches: compiled once, as it is where it is installed.
export PYTHONDONTWRITEBYTECODE := ""

bin := if os_family() == "windows" { ".venv/Scripts" } else { ".venv/bin" }
headless := if os_family() == "windows" { ".venv-headless/Scripts" } else { ".venv-headless/bin" }
pytest := bin / "python -m pytest"
compile := bin / "uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'just lock'"

# list the recipes
[private]
default:
    @{{ bin }}/just --list --unsorted

# open the window on the training ward in out/ward, made on first use (without a display: a whole day as a demo)
[unix]
run *args:
    ./run {{ args }}

# open the window on the training ward in out/ward, made on first use
[windows]
run *args:
    ./run.ps1 {{ args }}

# everything that must hold before a change lands, or pytest with the arguments given
[unix]
test *args:
    ./test {{ args }}

# everything that must hold before a change lands, or pytest with the arguments given
[windows]
test *args:
    ./test.ps1 {{ args }}

# style, types, import layers, dependencies: the checks that run no code of ours
check:
    {{ bin }}/ruff check .
    {{ bin }}/ruff format --check .
    {{ bin }}/mypy
    {{ bin }}/lint-imports
    {{ bin }}/deptry .

# format and mend what ruff can mend by itself
fmt:
    {{ bin }}/ruff format .
    {{ bin }}/ruff check --fix-only .

# the whole test suite but the slow and the bench tests
suite *args:
    {{ pytest }} -n 2 -m "not slow and not bench" {{ args }}

# unit tests only
unit *args:
    {{ pytest }} tests/unit {{ args }}

# window tests only, on Qt's offscreen platform
ui *args:
    {{ pytest }} tests/ui {{ args }}

# unit tests in an environment without Qt; domain and protocol under coverage (see perfect)
headless:
    {{ headless }}/python tests/lint/without_qt.py
    {{ headless }}/python tests/lint/perfect.py
    {{ headless }}/python -m pytest -q -n 2 -m "not slow and not bench" tests/unit --ignore tests/unit/domain --ignore tests/unit/protocol

# the modules of tests/lint/full_branch_coverage.txt keep 100 % branch coverage by their own tests (--grow: list new ones)
perfect *args:
    {{ bin }}/python tests/lint/perfect.py {{ args }}

# every printed form with its shortest, usual, longest and second-page data, against the golden files
forms *args:
    {{ pytest }} tests/reports {{ args }}

# rewrite the golden files; look at them before you commit them
golden:
    {{ pytest }} tests/reports --golden

# every page and every printed form as a picture, to be looked at: in out/hinh
pictures *args:
    {{ bin }}/python tests/pictures.py {{ args }}

# the pictures of the manuals (resources/manual) anew, from the running program; look at them before you commit them
manual *args:
    {{ bin }}/python tests/manual.py {{ args }}

# the manuals as PDF, to print: in out/sach
manual-pdf:
    {{ bin }}/python -m desktop manual out/sach

# speed against something measured beside it: prints ratios
bench *args:
    {{ bin }}/python tests/bench/table.py {{ args }}

# so many hours by the clock in the whole window, at a person's pace: fails when memory or anything else that is held grows
soak hours="8":
    {{ bin }}/python tests/bench/soak.py --hours {{ hours }}

# the work of a busy day (600 citizens; 1200 are two days) in the whole window, as fast as it answers: fails as `soak` does
soak-day citizens="600":
    {{ bin }}/python tests/bench/soak.py --dossiers {{ citizens }}

# the long runs: hypothesis with many examples, and every test marked slow
[unix]
sweep *args:
    HYPOTHESIS_PROFILE=sweep MOTCUA_SWEEP=1 {{ pytest }} -n 2 -m "not bench" -o timeout=36000 {{ args }}

# lock the dependencies again, with hashes, from pyproject.toml (`just lock --upgrade`: the newest it allows)
lock *args:
    {{ compile }} {{ args }} --group build -o requirements.txt
    {{ compile }} {{ args }} --group build --group dev -c requirements.txt -o requirements-dev.txt
    {{ compile }} {{ args }} --group build --group unit -c requirements-dev.txt --no-emit-package pyside6-essentials --no-emit-package shiboken6 -o requirements-headless.txt
    {{ replace(compile, "pyproject.toml", "installer/requirements-build.in") }} {{ args }} -o installer/requirements-build.txt

# packages, in out/package: `just package deb`, city-deb, tree, release, key (installer/README.md)
package *args:
    {{ bin }}/python installer/build.py {{ args }}

# bandit over our code (what is left out, ruff's S rules ask for a reason in the line), known holes in the locked packages; without a network it says so and fails
audit:
    {{ bin }}/bandit -q -r desktop reports -ll -s B102,B314,B608
    {{ bin }}/python -m tests.lint.audit

# the bill of materials of requirements.txt (CycloneDX) in out/sbom.json, and the licences of what is packed
sbom:
    {{ bin }}/python installer/supply_chain.py licences
    {{ bin }}/python installer/supply_chain.py sbom out/sbom.json

# so many histories of PCs and city in the simulation (`just simulate 1000000`; a span of seeds: `just simulate 5000:6000`)
simulate histories="20000":
    {{ bin }}/python -m tests.simulation {{ histories }}

# the table of docs/sync-simulation.md: so many histories with each rule of the exchange switched off
ablate histories="100":
    {{ bin }}/python -m tests.simulation --ablate {{ histories }}
