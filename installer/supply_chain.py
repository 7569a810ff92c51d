"""Say what is packed: gather the licence of each locked package, and write the SBOM (CycloneDX 1.6).

    python installer/supply_chain.py licences     fills installer/licences/packages
    python installer/supply_chain.py sbom FILE    writes the bill of materials of requirements.txt

Both read ``requirements.txt`` and what is installed here; nothing is asked of any network. A package of another system
(Windows) is not installed here: its licence was put in by hand and stays.
"""

import importlib.metadata
import json
import re
import sys
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.txt"
FOLDER = ROOT / "installer" / "licences" / "packages"
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)(?:\s*;\s*([^\\\n]+?))?\s*\\?$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LICENCE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)
_NAMESPACE = uuid.UUID("6ba7b812-9dad-11d1-80b4-00c04fd430c8")


@dataclass(frozen=True, slots=True)
class Package:
    """Name a locked package.

    Attributes:
        marker: On which machines it is installed, "" for all.
        hashes: SHA-256 of its files as the lock has them.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def url(self) -> str:
        """Return its package URL."""
        return f"pkg:pypi/{self.name.lower()}@{self.version}"


def locked(lock: Path = LOCK) -> tuple[Package, ...]:
    """Return the packages of a lock, by name."""
    text = lock.read_text("utf-8")
    pins = list(_PIN.finditer(text))
    ends = [*(pin.start() for pin in pins[1:]), len(text)]
    return tuple(
        Package(pin[1], pin[2], (pin[3] or "").strip(), tuple(_HASH.findall(text[pin.start() : end])))
        for pin, end in zip(pins, ends, strict=True)
    )


def licence_name(package: Package) -> str:
    """Return the licence as the package itself names it, "" when it is not installed here or does not say."""
    try:
        told = importlib.metadata.metadata(package.name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    said = told.get("License-Expression") or (told.get("License") or "").strip().splitlines()[:1]
    if said:
        return said if isinstance(said, str) else said[0]
    classifiers = [each for each in told.get_all("Classifier") or [] if each.startswith("License :: ")]
    return classifiers[0].rpartition(" :: ")[2] if classifiers else ""


def gather(folder: Path = FOLDER) -> list[str]:
    """Write the licence texts of what is installed here; return the packages whose text is still missing."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{package.name.lower()}.txt" for package in locked()}
    for old in folder.glob("*.txt"):
        if old.name not in wanted:
            old.unlink()
    missing = []
    for package in locked():
        target, text = folder / f"{package.name.lower()}.txt", _text_of(package)
        if text:
            target.write_text(text, "utf-8")
        elif not target.exists():
            missing.append(package.name)
    return missing


def bill(lock: Path = LOCK) -> dict[str, object]:
    """Return the bill of materials: the same for the same lock, so that two builds can be compared."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = locked(lock)
    of = "\n".join(package.url for package in packages)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, of)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": project["name"], "version": project["version"]},
            "tools": {"components": [{"type": "application", "name": "installer/supply_chain.py"}]},
        },
        "components": [_component(package) for package in packages],
    }


def _component(package: Package) -> dict[str, object]:
    licence = licence_name(package)
    return {
        "type": "library",
        "bom-ref": package.url,
        "name": package.name,
        "version": package.version,
        "purl": package.url,
        **({"licenses": [{"license": {"name": licence}}]} if licence else {}),
        # The lock takes any of these files; which one is installed depends on the machine.
        "properties": [
            *({"name": "motcua:lock:sha256", "value": digest} for digest in package.hashes),
            *([{"name": "motcua:lock:marker", "value": package.marker}] if package.marker else []),
        ],
    }


def _text_of(package: Package) -> str:
    try:
        files = importlib.metadata.distribution(package.name).files or []
    except importlib.metadata.PackageNotFoundError:
        return ""
    chosen = [each for each in files if ".dist-info" in str(each) and _is_licence(str(each))]
    texts = [Path(str(each.locate())).read_text("utf-8", "replace").strip() for each in sorted(chosen, key=str)]
    body = "\n\n".join(dict.fromkeys(texts))
    return f"{package.name} {package.version}\n{licence_name(package)}\n\n{body}\n" if body else ""


def _is_licence(path: str) -> bool:
    return bool(_LICENCE.search(path.rpartition(".dist-info/")[2])) and not path.endswith((".py", ".pyc", ".json"))


def main(arguments: list[str]) -> int:
    """Do what is asked; return the exit code."""
    match arguments:
        case ["licences"]:
            missing = gather()
            for name in missing:
                print(
                    f"{name}: no licence text here; put it into {FOLDER.relative_to(ROOT)}/{name.lower()}.txt by hand"
                )
            return 1 if missing else 0
        case ["sbom", target]:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            Path(target).write_text(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n", "utf-8")
            return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
