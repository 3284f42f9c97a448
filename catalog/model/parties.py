"""Parties: from whom an agency collects, to whom it discloses. The kind decides whether it is a third party."""

from dataclasses import dataclass
from enum import StrEnum


class PartyKind(StrEnum):
    """What a party is to the city, a setting for each body and never inferred from its name (§23-1201)."""

    CITY_AGENCY = "city_agency"
    DEPARTMENT_OF_EDUCATION = "department_of_education"
    LOCAL_AUTHORITY = "local_authority"
    CONTRACTOR = "contractor"
    STATE_AGENCY = "state_agency"
    FEDERAL_AGENCY = "federal_agency"
    OTHER_LOCAL_GOVERNMENT = "other_local_government"
    COURT = "court"
    LAW_ENFORCEMENT_NONLOCAL = "law_enforcement_nonlocal"
    NONPROFIT = "nonprofit"
    VENDOR = "vendor"
    RESEARCHER = "researcher"
    FOIL_REQUESTER = "foil_requester"
    INDIVIDUAL = "individual"
    PUBLIC = "public"
    NOT_RECORDED = "not_recorded"


PARTY_TEXT: dict[PartyKind, str] = {
    PartyKind.CITY_AGENCY: "City agency",
    PartyKind.DEPARTMENT_OF_EDUCATION: "Department of Education",
    PartyKind.LOCAL_AUTHORITY: "Local public benefit corporation or authority",
    PartyKind.CONTRACTOR: "Contractor authorized to hold the information",
    PartyKind.STATE_AGENCY: "State agency",
    PartyKind.FEDERAL_AGENCY: "Federal agency",
    PartyKind.OTHER_LOCAL_GOVERNMENT: "Other local government",
    PartyKind.COURT: "Court",
    PartyKind.LAW_ENFORCEMENT_NONLOCAL: "Law enforcement outside the city",
    PartyKind.NONPROFIT: "Nonprofit organization",
    PartyKind.VENDOR: "Vendor",
    PartyKind.RESEARCHER: "Researcher",
    PartyKind.FOIL_REQUESTER: "Media or records requester",
    PartyKind.INDIVIDUAL: "The individuals themselves",
    PartyKind.PUBLIC: "The public",
    PartyKind.NOT_RECORDED: "Kind not recorded",
}

_NOT_THIRD = frozenset(
    {
        PartyKind.CITY_AGENCY,
        PartyKind.DEPARTMENT_OF_EDUCATION,
        PartyKind.LOCAL_AUTHORITY,
        PartyKind.CONTRACTOR,
        PartyKind.NOT_RECORDED,
    }
)


@dataclass(frozen=True, slots=True)
class Party:
    """A body or kind of people; ``agency_id`` where it is an agency of this catalog."""

    id: int
    name: str
    kind: PartyKind
    agency_id: str | None

    @property
    def is_third_party(self) -> bool:
        """Whether §23-1201 counts it as a third party; one whose kind is not recorded is not called so."""
        return self.kind not in _NOT_THIRD
