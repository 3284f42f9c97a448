"""What a signed report holds, as plain data; how it is made stands in :mod:`catalog.model.report_content`."""

from dataclasses import dataclass
from datetime import date

from catalog.model.report_form import Element
from catalog.model.report_items import SourceKind


@dataclass(frozen=True, slots=True)
class SaidSource:
    """A record behind an item, as it was called when the report was signed."""

    kind: SourceKind
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class SaidItem:
    """One thing the report says. ``origin`` is of :class:`catalog.model.report_answers.Origin`; ``withheld`` a
    :class:`~catalog.model.report_entries.WithholdReason` or "", ``withheld_words`` what the officer said of it: the
    public version says the reason alone.
    """

    key: str
    element: Element
    group: str
    label: str
    fields: tuple[tuple[str, str], ...]
    text: str
    origin: str
    marks: tuple[str, ...]
    explained: str
    withheld: str
    withheld_words: str
    sources: tuple[SaidSource, ...]


@dataclass(frozen=True, slots=True)
class SaidChange:
    """How the report differs from the last one in one item; ``since`` is of
    :class:`catalog.model.report_answers.Since`, ``withheld`` whether the item is withheld or was in the last report:
    the public version says nothing of such a change.
    """

    key: str
    element: Element
    label: str
    since: str
    before: str
    after: str
    explained: str
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report. ``header`` are (name, words) in the order they are printed; ``form`` the edition of the form.

    ``schema`` is 1; what reads a later one has to know it.
    """

    schema: int
    form: str
    agency_id: str
    agency: str
    acronym: str
    period_from: date
    period_to: date
    due_on: date
    last_period_to: date | None
    header: tuple[tuple[str, str], ...]
    items: tuple[SaidItem, ...]
    changes: tuple[SaidChange, ...]


@dataclass(frozen=True, slots=True)
class SaidSignature:
    """Who signed it, in what capacity, and when; printed below the content, and not part of what was signed."""

    signer: str
    capacity: str
    on: date
    recorded_by: str
