"""The first three agencies of the demo city hold what their answer key says; the whole city is the same everywhere."""

import csv
import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

import catalog.demo
from catalog.demo import health
from catalog.demo.city import build
from catalog.demo.people import residents
from catalog.demo.plans import agency_plans
from catalog.taxonomy.loader import load

DEMO = Path(catalog.demo.__file__).parent
HEADERLESS = "exports/bednight_feed.csv"
COLUMNS = {
    "CLNT_MSTR": 30,
    "SHLTR_STAY": 14,
    "CASE_NOTE": 8,
    "CLNT_ATTR": 5,
    "FACILITY": 10,
    "V_ACTIVE_CLIENT": 9,
    "outreach/by_name_list.xlsx#List": 26,
    "outreach/by_name_list.xlsx#Code book": 4,
    "outreach/canvass_2026-05.csv": 14,
    "outreach/canvass_2026-06.csv": 14,
    HEADERLESS: 9,
    "PATIENT": 32,
    "ENCTR": 15,
    "APPT": 11,
    "V_CLINIC_VOLUME": 4,
    "immunization/registry_extract.tsv": 17,
    "hr/staff_roster.xlsx#Roster": 22,
    "SVC_REQ": 33,
    "AGT_LOGIN": 9,
    "towing/abandoned_vehicles.csv": 14,
}
UNREADABLE = {"hr/roster_backup.xlsx", "feeds/referrals_2026-07.csv"}

Rows = list[tuple[object, ...]]


#: The sources that are written out; the others are planned, and proved in test_plans.
WRITTEN = ("dso/casework.db", "dch/clinics.db", "osr/requests.db", "dso/share", "dch/share", "osr/share")


def databases(folder: Path) -> Iterator[tuple[str, Rows]]:
    for path in (folder / name for name in WRITTEN if name.endswith(".db")):
        with closing(sqlite3.connect(path)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()
            for (name,) in names:
                found = connection.execute(f'SELECT * FROM "{name}"')
                yield name, [tuple(column[0] for column in found.description), *found.fetchall()]


def shares(folder: Path) -> Iterator[tuple[str, Rows]]:
    for path in sorted(path for name in WRITTEN if name.endswith("share") for path in (folder / name).glob("*/*")):
        name = path.relative_to(path.parents[1]).as_posix()
        if name in UNREADABLE:
            continue
        if path.suffix == ".xlsx":
            book = load_workbook(path, read_only=True)
            yield from ((f"{name}#{sheet.title}", list(sheet.values)) for sheet in book)
            book.close()
        else:
            delimiter = {"registry_extract.tsv": "\t", "abandoned_vehicles.csv": ";"}.get(path.name, ",")
            with path.open(newline="", encoding="cp1252" if path.suffix == ".tsv" else "utf-8") as file:
                yield name, [tuple(row) for row in csv.reader(file, delimiter=delimiter)]


def contents(folder: Path) -> dict[str, Rows]:
    return dict([*databases(folder), *shares(folder)])


def fingerprint(folder: Path) -> dict[str, str]:
    """What every file holds: of a workbook its cells, since it keeps the time of writing too."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and os.access(path, os.R_OK)):
        held = path.read_bytes()
        if path.suffix == ".xlsx" and zipfile.is_zipfile(path):
            book = CalamineWorkbook.from_path(path)
            held = repr([(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]).encode()
        found[str(path.relative_to(folder))] = hashlib.sha256(held).hexdigest()
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("port-meridian")
    build(made)
    return made


@pytest.fixture(scope="module")
def city(folder: Path) -> dict[str, Rows]:
    return contents(folder)


def column(city: dict[str, Rows], dataset: str, name: str) -> list[str]:
    if dataset == HEADERLESS:
        return [str(row[int(name.removeprefix("column ")) - 1]) for row in city[dataset]]
    place = city[dataset][0].index(name)
    return ["" if row[place] is None else str(row[place]) for row in city[dataset][1:]]


def test_twenty_datasets_with_three_hundred_columns(city: dict[str, Rows]) -> None:
    assert {name: len(rows[0]) for name, rows in city.items()} == COLUMNS
    assert len(COLUMNS) == 20
    assert sum(COLUMNS.values()) == 300


def test_the_readme_tells_the_sizes_of_the_planned_agencies() -> None:
    told = re.findall(
        r"^\| ([A-Z]{3}) \|.*\| (\d+) \| (\d+) \| ([\d,]+) \|$", (DEMO / "README.md").read_text("utf-8"), re.MULTILINE
    )
    planned = {
        (
            agency.agency_id.upper(),
            len(agency.sources),
            len(agency.datasets),
            sum(len(plan.columns) for plan in agency.datasets),
        )
        for agency in agency_plans()
    }
    assert {
        (name, int(sources), int(sets), int(columns.replace(",", ""))) for name, sources, sets, columns in told
    } == planned


def test_two_files_cannot_be_read(folder: Path) -> None:
    found = {path.relative_to(path.parents[1]).as_posix(): path for path in folder.glob("*/share/*/*")}
    assert found.keys() >= UNREADABLE
    assert found["feeds/referrals_2026-07.csv"].stat().st_size == 0
    with pytest.raises(Exception, match="zip"):
        load_workbook(found["hr/roster_backup.xlsx"])


def test_the_large_table_is_large(city: dict[str, Rows]) -> None:
    assert len(city["ENCTR"]) == 50_001


def test_the_same_on_every_machine(folder: Path, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from catalog.demo.city import build; build(Path(sys.argv[1]))"
    # Without what would have it measured a second time, which doubles its time.
    here = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    elsewhere = {**here, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=elsewhere, cwd=DEMO.parents[1])
    assert fingerprint(tmp_path) == fingerprint(folder)


def test_another_seed_makes_other_people(city: dict[str, Rows], tmp_path: Path) -> None:
    health.write(tmp_path, 1, residents(1, 1660))
    with closing(sqlite3.connect(tmp_path / "dch" / "clinics.db")) as connection:
        found = connection.execute("SELECT * FROM PATIENT")
        assert tuple(column[0] for column in found.description) == city["PATIENT"][0]
        assert found.fetchall() != city["PATIENT"][1:]


CASES = tomllib.loads((DEMO.parents[1] / "benchmarks" / "city" / "hard_cases.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dataset']}-{case['column']}")
def test_every_answer_is_about_a_column_and_known_types(case: dict[str, object], city: dict[str, Rows]) -> None:
    dataset, name = str(case["dataset"]), str(case["column"])
    assert dataset in city
    assert name == "*" or any(column(city, dataset, name))
    assert set(case["types"]) <= load().types.keys()  # type: ignore[call-overload]  # a list, as TOML has it
    assert case["why"]


SSN = re.compile(r"\b(\d{3})-?(\d{2})-?(\d{4})\b")


def share(texts: list[str], pattern: str) -> float:
    return sum(bool(re.search(pattern, text)) for text in texts) / len(texts)


def test_what_is_planted_is_there(city: dict[str, Rows]) -> None:
    assert 0.015 < share(column(city, "CASE_NOTE", "NOTE_TXT"), r"\d{3}-\d{2}-\d{4}") < 0.05
    assert 0.08 < share(column(city, "PATIENT", "PREF_LANG"), "UNDOC|asylum|green card|visa|TPS") < 0.16
    assert 0 < share(column(city, "PATIENT", "DECD_DT"), r"\d") < 0.03
    assert share(column(city, HEADERLESS, "column 4"), r"^\d{9}$") == 1
    assert share(column(city, "PATIENT", "PT_NM"), r"^[A-Z' -]+, [A-Z' -]+ [A-Z]$") == 1
    assert {"RELIGION", "HEIGHT", "ALT_PHONE", "ALIEN_NO", "KIN"} <= set(column(city, "CLNT_ATTR", "ATTR_NM"))


def test_numbers_are_nobodys(city: dict[str, Rows]) -> None:
    for dataset, name in [("PATIENT", "SSN_TXT"), ("CASE_NOTE", "NOTE_TXT"), (HEADERLESS, "column 4")]:
        found = [match for text in column(city, dataset, name) for match in SSN.finditer(text)]
        assert found
        assert {match[1] for match in found} <= {str(area) for area in range(870, 900)}
    for text in column(city, "SVC_REQ", "CLR_PHN"):
        assert text in {"", "N/A", "UNK"} or re.search(r"555.?01\d\d$", text)
    for text in column(city, "PATIENT", "EML"):
        assert text in {"", "N/A", "UNK"} or re.search(r"@example\.(com|net|org)$", text)


def test_the_city_is_fictional() -> None:
    for path in [*DEMO.rglob("*.py"), *DEMO.rglob("*.toml"), *DEMO.glob("*.md")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.search(r"NYC|New York|Manhattan|Brooklyn|HOME-STAT", line):
                assert re.search("known_as|model[l]?ed on|HOME-STAT or Get Covered NYC", line), f"{path.name}: {line}"
