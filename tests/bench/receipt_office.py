"""Receipt against LibreOffice: the same words in a document that `soffice --convert-to pdf` turns into PDF.

Run by ``python tests/bench/bench_receipt.py``. LibreOffice gets the words only, without lines and codes, and a profile
that is warm: what an office does when it fills a template and converts it. Each conversion is a process of its own.
"""

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

ROUNDS = 5
GOAL = 100
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
)
_TAIL = "</office:text></office:body></office:document>"


def compare(words: list[str], ours: Callable[[], bytes], letters: Callable[[bytes], str]) -> None:
    """Print one line: how many times faster a receipt is than LibreOffice's conversion.

    Args:
        words: The receipt's lines of text.
        ours: Makes one receipt.
        letters: Text of a PDF without white space.
    """
    soffice = shutil.which("soffice")
    if soffice is None:
        print("receipt against LibreOffice: libreoffice-writer-nogui is not installed: not compared")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = folder / "receipt.fodt"
        paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in words)
        source.write_text(_HEAD + paragraphs + _TAIL, encoding="utf-8")
        command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
        command += ["--outdir", str(folder), str(source)]

        def convert() -> None:
            subprocess.run(command, check=True, capture_output=True)

        convert()
        made = letters((folder / "receipt.pdf").read_bytes())
        assert sorted(made) == sorted("".join("".join(words).split())), "the two files say different things"
        ours()
        pairs = [(seconds(ours), seconds(convert)) for _ in range(ROUNDS)]
    ratio = statistics.median(its / mine for mine, its in pairs)
    mine, its = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    verdict = "holds" if ratio >= GOAL else "MISSED"
    name = "receipt, warm, against LibreOffice"
    print(f"{name:44s} {mine:10.2f} {its:10.2f} ms    {ratio:6.0f} x faster, goal >= {GOAL} x  {verdict}")


def seconds(work: Callable[[], object]) -> float:
    """Return the wall seconds of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
