"""Signed reports made up by hand: a small one with something of everything, and one of any size."""

from datetime import date

from catalog.model.report_form import Element
from catalog.model.report_items import SourceKind
from catalog.model.report_said import ReportContent, SaidChange, SaidItem, SaidSignature, SaidSource

SIGNED = (
    SaidSignature("Ada Okafor", "Agency Privacy Officer", date(2026, 7, 20), ""),
    SaidSignature("Luis Prado", "Commissioner", date(2026, 7, 28), "Ada Okafor"),
)


def item(
    element: Element,
    name: str,
    label: str,
    *,
    fields: tuple[tuple[str, str], ...] = (),
    text: str = "",
    group: str = "",
    origin: str = "records",
    marks: tuple[str, ...] = (),
    explained: str = "",
    withheld: str = "",
    withheld_words: str = "",
    sources: tuple[SaidSource, ...] = (),
) -> SaidItem:
    return SaidItem(
        f"{element.value}/{name}",
        element,
        group,
        label,
        fields,
        text,
        origin,
        marks,
        explained,
        withheld,
        withheld_words,
        sources,
    )


def _ticks(collected: str, retained: str, disclosed: str) -> tuple[tuple[str, str], ...]:
    return (("Collected", collected), ("Retained", retained), ("Disclosed", disclosed), ("Datasets", "3"))


ITEMS = (
    item(Element.TYPES, "NAME", "Name", fields=_ticks("yes", "yes", "yes"), group="Contact information"),
    item(
        Element.TYPES,
        "PHONE",
        "Phone number",
        fields=_ticks("yes", "no", "no"),
        group="Contact information",
        marks=("Declared, not found",),
        explained="Callers leave it; it is not kept.",
    ),
    item(
        Element.TYPES,
        "SSN",
        "Social Security number",
        fields=_ticks("yes", "yes", "no"),
        group="Other",
        withheld="investigation",
        withheld_words="Inspector general, case pending.",
    ),
    item(
        Element.WHY_COLLECT,
        "activity:17",
        "Intake of shelter applicants",
        text="People who apply for shelter are asked for it.\nWithout that no bed can be given.\n\nIt is the law.",
        fields=(("Authority", "Social Services Law §62"),),
        sources=(SaidSource(SourceKind.ACTIVITY, "17", "Intake of shelter applicants"),),
    ),
    item(
        Element.CLASSIFIED,
        "activity:17",
        "Intake of shelter applicants",
        fields=(("Verb", "Collection"), ("Classification", "Routine, pre-approved"), ("Types", "Name; Phone number")),
        sources=(SaidSource(SourceKind.PROTOCOL, "3", "Intake protocol"),),
    ),
    item(Element.REQUEST_POLICY, "city_agencies", "Other city agencies", text="In writing, to us.", origin="carried"),
    item(Element.REQUEST_POLICY, "authorities", "Local public authorities", origin="none"),
    item(Element.IMPACT_LAW, "text", "", text="More work, better kept records.", origin="written"),
)
CHANGES = (
    SaidChange("types/PHONE", Element.TYPES, "Phone number", "changed", "Retained: yes", "Retained: no", "No copies."),
    SaidChange("types/EMAIL", Element.TYPES, "E-mail address", "gone", "Collected: yes", "", "Form renewed in 2025."),
)


def report(
    items: tuple[SaidItem, ...] = ITEMS, changes: tuple[SaidChange, ...] = CHANGES, agency: str = "Shelter Services"
) -> ReportContent:
    """A report of a made-up agency; see ``ITEMS``."""
    return ReportContent(
        schema=1,
        form="2026",
        agency_id="shelter",
        agency=agency,
        acronym="SHS",
        period_from=date(2024, 8, 1),
        period_to=date(2026, 7, 31),
        due_on=date(2026, 7, 31),
        last_period_to=date(2024, 7, 31),
        header=(
            ("Agency", agency),
            ("Agency privacy officer", "Ada Okafor, 212-555-0100"),
            ("Reporting period", "2024–2026"),
        ),
        items=items,
        changes=changes,
    )


def large(count: int) -> ReportContent:
    """A report of so many items: of ten, four are lines of a table and six have words of their own."""
    lines = (
        item(
            Element.CLASSIFIED,
            f"activity:{n}",
            f"Collection number {n}",
            fields=ITEMS[4].fields,
            sources=ITEMS[4].sources,
        )
        for n in range(count * 4 // 10)
    )
    said = "The agency collects this to determine eligibility for its services, and keeps it as its schedule says. " * 4
    told = (
        item(
            Element.WHY_COLLECT,
            f"activity:{n}",
            f"Collection number {n}",
            fields=(("Authority", "Social Services Law §62"), ("Types", "Name; Phone number; Date of birth")),
            text=said,
            sources=ITEMS[3].sources,
        )
        for n in range(count - count * 4 // 10)
    )
    return report((*lines, *told))
