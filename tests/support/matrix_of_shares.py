"""Who gets in where what lies in shares is told: likely copies, and what nobody can look into."""

from tests.support.matrix import INSIDERS, OFFICERS, Change, Page

GETS = {
    "copies.index": Page("/copies", INSIDERS),
    "out_of_sight.index": Page("/out-of-sight", INSIDERS),
}
#: It is no likely copy.
LIGHT = {
    "copies.decide": Change(
        "/copies/{clients}/{visits}", OFFICERS, status=404, data={"verdict": "not_a_copy", "reason": "so", "seen": "x"}
    ),
}
