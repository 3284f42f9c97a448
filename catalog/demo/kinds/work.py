"""What agencies write while they work: notes, facilities, topics."""

from catalog.demo import notes
from catalog.demo.kinds import kind
from catalog.demo.row import Row

_HOUSES = ("Maple House", "Harbor Haven", "Mary Alder Residence", "Union Hill Annex", "St. Brendan's Hall", "Pier 9")
_BUSINESSES = ("Alder & Sons Plumbing", "Harborside Deli", "Old Mills Hardware", "Saltmarsh Auto Body", "Kim's Laundry")


@kind()
def facility(row: Row, _: tuple[str, ...]) -> str:
    """The name of a house."""
    return row.rng.choice(_HOUSES)


@kind()
def business(row: Row, _: tuple[str, ...]) -> str:
    """The name of a firm."""
    return row.rng.choice(_BUSINESSES)


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE", "SSN")
def case_note(row: Row, _: tuple[str, ...]) -> str:
    """A case worker's note; now and then it names people, phones, Social Security numbers."""
    return notes.case_note(row.rng, row.person)


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE")
def outreach_note(row: Row, _: tuple[str, ...]) -> str:
    """A remark of an outreach worker, now and then about kin."""
    return notes.outreach_note(row.rng, row.person)


@kind("FREE_TEXT_NARRATIVE", "NAME", "PHONE")
def visit_reason(row: Row, _: tuple[str, ...]) -> str:
    """Why a patient comes."""
    return notes.visit_reason(row.rng, row.person)


@kind("FREE_TEXT_NARRATIVE", "NAME", "ADDR_HOME")
def request(row: Row, _: tuple[str, ...]) -> str:
    """What a caller said; one in twelve leaves name and address."""
    return notes.request(row.rng, row.person)
