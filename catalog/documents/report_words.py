"""The words of a printed report that no record says: titles of its parts, and what its codes mean.

They are the law's order in plain words. The questions of the city's form are of an edition and can be renewed; a report
that was signed has to read the same for ever, so its titles stand here.
"""

from collections.abc import Mapping

from catalog.model.report_answers import Origin, Since
from catalog.model.report_entries import WITHHOLD_TEXT, WithholdReason
from catalog.model.report_form import Element

TITLES: Mapping[Element, str] = {
    Element.TYPES: "Types of identifying information collected, retained and disclosed",
    Element.WHY_COLLECT: "Why collecting and retaining furthers the purpose or mission of the agency",
    Element.RETENTION: "How long identifying information is retained, and why",
    Element.CLASSIFIED: "Collections and disclosures, and how they are classified",
    Element.CPO_APPROVED: "Collections and disclosures approved by the Chief Privacy Officer",
    Element.REQUEST_POLICY: "Policies on requests for disclosure",
    Element.PROPOSAL_POLICY: "Policies on proposals for disclosure",
    Element.EXIGENT_POLICY: "Policies on classifying disclosures as exigent or as routine",
    Element.DIVISIONS: "Divisions and categories of employees that make disclosures",
    Element.ACCESS: "Access by employees, contractors and subcontractors",
    Element.MINIMISING: "Alternatives that minimize collection, retention and disclosure",
    Element.AGREEMENTS: "Agreements on anticipated and potential future use",
    Element.ENTITIES: "Who asks for disclosure, the reasons, and how it furthers the purpose or mission",
    Element.IMPACT_LAW: "Impact of the law on the agency's practice",
    Element.IMPACT_POLICY: "Impact of policies, guidance and recommendations on the agency's practice",
    Element.CONTRACTORS: "Contractors and subcontractors",
}
ORIGIN_WORDS: Mapping[str, str] = {
    Origin.RECORDS: "From the agency's records",
    Origin.CARRIED: "Carried over from the last report",
    Origin.WRITTEN: "In the agency's own words",
    Origin.NONE: "Not answered",
}
SINCE_WORDS: Mapping[str, str] = {
    Since.NO_LAST: "No last report",
    Since.SAME: "Unchanged",
    Since.NEW: "New",
    Since.CHANGED: "Changed",
    Since.GONE: "No longer there",
}


def withheld_words(reason: str) -> str:
    """Why the public is not told."""
    return WITHHOLD_TEXT[WithholdReason(reason)]
