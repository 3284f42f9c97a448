"""The grade of a column, from what was found in it: for whoever shows findings, so it loads nothing that judges."""

from collections.abc import Sequence

from catalog.model.evidence import Finding, Form
from catalog.model.identifiers import Grade
from catalog.taxonomy.loader import Taxonomy
from scanners.combine import FOUND

NARRATIVE = "FREE_TEXT_NARRATIVE"


def grade(findings: Sequence[Finding], taxonomy: Taxonomy) -> Grade:
    """The grade of a column: the highest among the types found in it."""
    found = [finding for finding in findings if finding.strength >= FOUND]
    if any(_is_direct(finding, taxonomy) for finding in found):
        return Grade.DIRECT
    return Grade.QUASI if found else Grade.NONE


def _is_direct(finding: Finding, taxonomy: Taxonomy) -> bool:
    """Whole direct types; prose counts by what was found in it, not for being prose."""
    if finding.type_code == NARRATIVE or finding.form not in {Form.FULL, Form.FREE_TEXT}:
        return False
    return taxonomy.grade(finding.type_code) is Grade.DIRECT
