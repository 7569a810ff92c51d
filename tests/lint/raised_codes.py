"""Find the codes that the program raises, by reading its syntax trees."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.lint.repository import ROOT, python_files


@dataclass(frozen=True, slots=True)
class Raised:
    """One place that makes an error.

    Attributes:
        code: The stable English identifier.
        fields: Names of the facts given; None when some come by ``**``.
        place: File and line.
    """

    code: str
    fields: frozenset[str] | None
    place: str


def _name(expression: ast.expr) -> str:
    """Take the last part of a dotted name."""
    return expression.id if isinstance(expression, ast.Name) else getattr(expression, "attr", "")


def error_classes(trees: dict[Path, ast.Module]) -> set[str]:
    """Name AppError and every class derived from it, in whatever module."""
    bases = {
        node.name: {_name(base) for base in node.bases}
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"AppError"}
    while more := {name for name, parents in bases.items() if parents & known} - known:
        known |= more
    return known


def _codes(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _codes(argument.body)
        yield from _codes(argument.orelse)


def raised_codes(*folders: str) -> list[Raised]:
    """List every error made with a literal code."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in python_files(*folders)}
    classes = error_classes(trees)
    found = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if _name(node.func) not in classes:
                continue
            names = [keyword.arg for keyword in node.keywords]
            fields = None if None in names else frozenset(name for name in names if name)
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            found += [Raised(code, fields, place) for code in _codes(node.args[0])]
    return found
