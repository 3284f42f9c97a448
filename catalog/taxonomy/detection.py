"""Reads what is known of detection: notes by hand (``notes.toml``), figures of the benchmark (``measured.toml``).

Every identifier type has its note, and neither file may speak of a type that there is not.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from catalog.model.detection import Detection, DetectionNote, Measurement
from catalog.taxonomy import loader
from catalog.taxonomy.entries import DATA, build, malformed, toml

FOLDER = DATA / "detection"
NOTES, MEASURED = "notes.toml", "measured.toml"


@cache
def load() -> Detection:
    """What this product ships."""
    return read(FOLDER, loader.load().types)


@cache
def well_found() -> frozenset[str]:
    """The types that scans are known to find where they are: only of these does finding none say anything."""
    return frozenset(code for code, tally in load().measurement.whole.items() if tally.is_well_found)


@cache
def measured() -> frozenset[str]:
    """The types of which it is known how often scans find them."""
    return frozenset(code for code, tally in load().measurement.whole.items() if tally.is_enough)


def read(folder: Path, codes: Collection[str]) -> Detection:
    """Read and check the notes and figures in ``folder`` for the types ``codes``.

    Raises:
        SettingsError: naming the file, the code and the field that cannot be used.
    """
    written, notes = _notes(folder / NOTES, codes)
    return Detection(written, notes, _measurement(folder / MEASURED, codes))


def _notes(path: Path, codes: Collection[str]) -> tuple[date, Mapping[str, DetectionNote]]:
    content = toml(path)
    written = content.pop("written", None)
    if not isinstance(written, date):
        raise malformed(path, "head", "written", "it is no date")
    _refuse_unknown(path, content, codes)
    missing = [code for code in codes if code not in content]
    if missing:
        raise malformed(path, missing[0], "found_by", "the type has no note")
    return written, MappingProxyType({code: build(DetectionNote, content[code], path, code) for code in codes})


def _measurement(path: Path, codes: Collection[str]) -> Measurement:
    measurement = build(Measurement, toml(path), path, "head")
    for tallies in (measurement.whole, measurement.part):
        _refuse_unknown(path, tallies, codes)
    return measurement


def _refuse_unknown(path: Path, entries: Mapping[str, Any], codes: Collection[str]) -> None:
    unknown = [code for code in entries if code not in codes]
    if unknown:
        raise malformed(path, unknown[0], "code", "there is no such type")
