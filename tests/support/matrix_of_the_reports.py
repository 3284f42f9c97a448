"""Routes of rounds and of signed reports × every role, written by hand.

``{signed}`` is Social Services' report up to June 30, 2026, entered as it was signed; ``{cycle}`` the one after it.
"""

from tests.support.matrix import OFFICE, Change, Page

#: Who reads the reports of an agency, and who those of the whole city.
READS = (*OFFICE, "officer", "deputy", "head", "auditor")
CITY = (*OFFICE, "auditor")
_ROUND = {"period_from": "2030-07-01", "period_to": "2032-06-30", "due_on": "2032-07-31", "agency": "DSS"}

GETS: dict[str, Page] = {
    "inventory_rounds.index": Page("/inventory/rounds", CITY),
    "inventory_rounds.show": Page("/inventory/rounds/2026-06-30", CITY),
    "inventory_rounds.rollup": Page("/inventory/rounds/2026-06-30/rollup", CITY),
    "inventory_rounds.review": Page("/inventory/{signed}/review-report", OFFICE),
    "report_files.show": Page("/inventory/{signed}/report", READS, foreign=404),
    "report_files.download": Page("/inventory/{signed}/report.json?version=public", READS, foreign=404),
    "report_files.steps": Page("/inventory/{signed}/history", READS, foreign=404),
}
LIGHT: dict[str, Change] = {
    "inventory_rounds.open_round": Change("/inventory/rounds", OFFICE, data=_ROUND),
    "inventory_rounds.redate": Change(
        "/inventory/rounds/2028-06-30/days",
        OFFICE,
        data={"period_from": "2026-07-01", "period_to": "2028-06-30", "due_on": "2028-08-31", "words": "A holiday"},
    ),
    "inventory_rounds.add": Change("/inventory/rounds/2026-06-30/agencies", OFFICE, data={"agency": "DOH"}),
    "inventory_rounds.comment": Change(
        "/inventory/{signed}/comments",
        OFFICE,
        data={"state": "submitted", "comment:types/SSN": "Is it still kept?", "seen:types/SSN": "0"},
    ),
}
