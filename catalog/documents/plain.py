"""A report as data: JSON with all there is, CSV with one row for each thing it says."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from catalog.model.report_said import ReportContent, SaidItem, SaidSignature
from catalog.sheets import cells

_COLUMNS = (
    "agency", "period_from", "period_to", "element", "group", "key", "what", "fields", "text", "origin",
    "notes", "explained", "withheld", "withheld_words", "rests_on",
)  # fmt: skip


def report_json(content: ReportContent, signatures: Sequence[SaidSignature], *, public: bool) -> bytes:
    """Canonical JSON: keys in order, no blanks, so that equal reports are equal files."""
    whole = {
        "version": "public" if public else "full",
        "report": asdict(content),
        "signatures": [_signature(each, public=public) for each in signatures],
    }
    text = json.dumps(whole, default=_word, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode(errors="backslashreplace")  # half a character, which only JSON's own notation can hold


def report_csv(content: ReportContent) -> bytes:
    """One row an item, for spreadsheets: no cell is a formula."""
    rows = (_row(content, item) for item in content.items)
    return "".join(cells.as_csv(_COLUMNS, rows)).encode(errors="backslashreplace")


def _signature(signature: SaidSignature, *, public: bool) -> dict[str, Any]:
    said = asdict(signature)
    if public:
        del said["recorded_by"]
    return said


def _word(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _row(content: ReportContent, item: SaidItem) -> tuple[str, ...]:
    return (
        content.agency,
        content.period_from.isoformat(),
        content.period_to.isoformat(),
        item.element.value,
        item.group,
        item.key,
        item.label,
        "; ".join(f"{name}: {words}" for name, words in item.fields),
        item.text,
        item.origin,
        "; ".join(item.marks),
        item.explained,
        item.withheld,
        item.withheld_words,
        "; ".join(source.label for source in item.sources),
    )
