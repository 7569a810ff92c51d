"""Run histories of the exchange with the city, or show that each rule is needed.

``python -m tests.simulation 0:20000`` runs the histories of these seeds on all cores;
``python -m tests.simulation --ablate 100`` runs so many histories with each rule switched off and prints the table of
docs/sync-simulation.md.
"""

import sys
import time
from collections import Counter
from multiprocessing import Pool

from tests.support.sync.ablations import ABLATIONS, switched_off
from tests.support.sync.simulation import PLANS, history

_AT_ONCE = 50


def crashed(seed: int, plan: str = "") -> list[str]:
    """Return what did not hold in one history; an exception holds nothing."""
    try:
        return history(seed, plan=PLANS.get(plan))
    except Exception as error:  # noqa: BLE001 - any exception is a finding here
        return [f"crash: {type(error).__name__}: {error}"]


def run(first: int, last: int) -> int:
    """Run the histories of some seeds; return how many failed."""
    started, failed = time.monotonic(), 0
    with Pool() as pool:
        for seed, found in enumerate(pool.imap(crashed, range(first, last), _AT_ONCE), first):
            if found:
                failed += 1
                sys.stdout.write(f"seed {seed} ({list(PLANS)[seed % len(PLANS)]}): {'; '.join(found[:3])}\n")
    seconds = time.monotonic() - started
    sys.stdout.write(f"{last - first} histories, {failed} failed, {seconds:.0f} s\n")
    return failed


def ablate(name: str, count: int) -> tuple[int, Counter[str]]:
    """Run histories without a rule; return how many there were and how they failed."""
    ablation, found, runs = ABLATIONS[name], Counter[str](), 0
    for plan in ablation.plans:
        for seed in range(count // len(ablation.plans)):
            runs += 1
            with switched_off(ablation):
                first = next(iter(crashed(seed, plan)), "")
            if first:
                found[first.split(":")[0]] += 1
    return runs, found


def table(count: int) -> int:
    """Print how histories fail without each rule; return how many rules nobody missed."""
    missed = 0
    sys.stdout.write("| rule | switched off | histories | failed | how |\n|---|---|---|---|---|\n")
    with Pool() as pool:
        answers = pool.starmap(ablate, [(name, count) for name in ABLATIONS], 1)
    for ablation, (runs, found) in zip(ABLATIONS.values(), answers, strict=True):
        how = ", ".join(f"{kind} {n}" for kind, n in found.most_common())
        missed += not found
        sys.stdout.write(f"| {ablation.source} | {ablation.rule} | {runs} | {found.total()} | {how} |\n")
    return missed


def main() -> int:
    """Run what the arguments say; return the exit code."""
    match sys.argv[1:]:
        case ["--ablate", count]:
            return min(table(int(count)), 1)
        case [span] if ":" in span:
            first, _, last = span.partition(":")
            return min(run(int(first), int(last)), 1)
        case [count]:
            return min(run(0, int(count)), 1)
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
