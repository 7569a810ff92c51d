import ast
import re
from pathlib import Path

import pytest

from tests.lint.repository import ROOT, python_files

#: No regulation knows these: they are about the PC, not about a dossier.
OF_THE_PC = {"recovery_sheet", "test_page"}
FORMS = [
    path
    for path in python_files("reports")
    if path.parent.name == "forms" and path.stem not in {"__init__", *OF_THE_PC}
]
REGULATION = re.compile(r"Mẫu|Decree|Circular|Decision|Nghị định|Thông tư|Quyết định")
VIETNAMESE = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
LAYERS_WITHOUT_SENTENCES = {"services", "sync", "devices"}


def sentences_in(tree: ast.Module) -> list[tuple[int, str]]:
    """List the Vietnamese texts of four words and more that are not docstrings."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and VIETNAMESE.search(node.value)
        and len(node.value.split()) > 3
    ]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_form_cites_its_regulation(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""

    assert REGULATION.search(docstring)


def test_sentences_for_people_stand_in_the_messages_only() -> None:
    found = []
    for path in python_files("desktop"):
        if path.relative_to(ROOT).parts[1] in LAYERS_WITHOUT_SENTENCES:
            texts = sentences_in(ast.parse(path.read_text(encoding="utf-8")))
            found += [f"{path.relative_to(ROOT)}:{line}: {text}" for line, text in texts]

    assert not found, "\n".join(found)
