"""Routes of the quarterly report to the Speaker × every role, written by hand.

Of the fourth quarter of 2025 the test city's report is issued: the Chief Privacy Officer was told of nothing in it. The
first quarter of 2024 waits for its own.
"""

from tests.support.matrix import OFFICE, Change, Page

#: Who reads what is reported of the whole city.
_CITY = (*OFFICE, "auditor")

GETS: dict[str, Page] = {
    "quarterly.index": Page("/quarterly", _CITY),
    "quarterly.show": Page("/quarterly/2025-q4", _CITY),
    "quarterly.download": Page("/quarterly/2025-q4/report.csv", _CITY),
    "quarterly.preview": Page("/quarterly/2024-q1/issue", OFFICE),
}
LIGHT: dict[str, Change] = {
    # There is nothing to record.
    "quarterly.include": Change("/quarterly/2025-q4/included", OFFICE, status=409),
}
WEIGHTY: dict[str, Change] = {
    # They were shown something else.
    "quarterly.issue": Change("/quarterly/2024-q1/issue", OFFICE, status=409, data={"shown": "0" * 64}),
}
