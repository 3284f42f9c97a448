"""The law's records: activities (collections and disclosures) and the protocols they stand on.

The unit of approval of §23-1202 is the activity, not the dataset.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Verb(StrEnum):
    """The verbs the law regulates; retention is an attribute of datasets."""

    COLLECTION = "collection"
    DISCLOSURE = "disclosure"


VERB_TEXT: dict[Verb, str] = {Verb.COLLECTION: "Collection", Verb.DISCLOSURE: "Disclosure"}


class Classification(StrEnum):
    """How an activity may take place (§§23-1201, 23-1202)."""

    ROUTINE_AGENCY = "routine_agency"
    ROUTINE_INTERAGENCY = "routine_interagency"
    CASE_BY_CASE = "case_by_case"
    CPO_BEST_INTEREST = "cpo_best_interest"
    EXIGENT = "exigent"
    EXEMPT_POLICE = "exempt_police"
    EXEMPT_WELFARE = "exempt_welfare"
    OTHER_LAW = "other_law"
    NOT_IDENTIFYING = "not_identifying"
    UNCLASSIFIED = "unclassified"


CLASSIFICATION_TEXT: dict[Classification, str] = {
    Classification.ROUTINE_AGENCY: "Pre-approved as routine",
    Classification.ROUTINE_INTERAGENCY: "Approved as routine by two or more privacy officers",
    Classification.CASE_BY_CASE: "Approved case by case",
    Classification.CPO_BEST_INTEREST: "Approved by the CPO in the best interests of the city",
    Classification.EXIGENT: "Exigent circumstances",
    Classification.EXEMPT_POLICE: "Exempt: police investigation",
    Classification.EXEMPT_WELFARE: "Exempt: welfare investigation",
    Classification.OTHER_LAW: "Under the body's own law, outside chapter 12",
    Classification.NOT_IDENTIFYING: "Counts only: no identifying information",
    Classification.UNCLASSIFIED: "Not yet classified",
}


class Ground(StrEnum):
    """Why an activity is lawful (§23-1202(b), (c))."""

    FURTHERS_PURPOSE = "furthers_purpose_or_mission"
    REQUIRED_BY_LAW = "required_by_law_or_treaty"
    INDIVIDUAL_AUTHORIZATION = "individual_authorization"
    CPO_FINDING = "cpo_best_interest_finding"


GROUND_TEXT: dict[Ground, str] = {
    Ground.FURTHERS_PURPOSE: "Furthers the purpose or mission of the agency",
    Ground.REQUIRED_BY_LAW: "Required by law or treaty",
    Ground.INDIVIDUAL_AUTHORIZATION: "Authorized in writing by the individual",
    Ground.CPO_FINDING: "In the best interests of the city, as the CPO found",
}


class RetentionBasis(StrEnum):
    """Why information is kept (§23-1202(e))."""

    REQUIRED_BY_LAW = "required_by_law"
    FURTHERS_PURPOSE = "furthers_purpose_or_mission"
    INTEREST_OF_CITY = "interest_of_city"


RETENTION_TEXT: dict[RetentionBasis, str] = {
    RetentionBasis.REQUIRED_BY_LAW: "Required by law",
    RetentionBasis.FURTHERS_PURPOSE: "Furthers the purpose or mission of the agency",
    RetentionBasis.INTEREST_OF_CITY: "In the interest of the city, and not contrary to the agency's purpose or mission",
}


class CollectionMethod(StrEnum):
    """How information comes in."""

    FORM = "form"
    INTERVIEW = "interview"
    SENSOR = "sensor"
    IMPORT = "import"
    OTHER_AGENCY = "other_agency"


METHOD_TEXT: dict[CollectionMethod, str] = {
    CollectionMethod.FORM: "A form",
    CollectionMethod.INTERVIEW: "An interview",
    CollectionMethod.SENSOR: "A camera or sensor",
    CollectionMethod.IMPORT: "A file or a feed",
    CollectionMethod.OTHER_AGENCY: "From another agency",
}

#: How many people an activity is about in a year, in the bands people choose from.
VOLUMES = (
    "counts only",
    "one person",
    "under 10 people",
    "10 to 100 people",
    "100 to 1,000 people",
    "1,000 to 10,000 people",
    "10,000 to 100,000 people",
    "over 100,000 people",
)


class ProtocolClass(StrEnum):
    """What a protocol does: permits (authority) or binds (handling)."""

    AUTHORITY = "authority"
    HANDLING = "handling"


class ProtocolType(StrEnum):
    """The kinds of protocol."""

    STATUTE_OR_TREATY = "statute_or_treaty"
    APO_ROUTINE_DESIGNATION = "apo_routine_designation"
    INTERAGENCY_ROUTINE_AGREEMENT = "interagency_routine_agreement"
    APO_CASE_APPROVAL = "apo_case_approval"
    CPO_BEST_INTEREST = "cpo_best_interest"
    INDIVIDUAL_AUTHORIZATION = "individual_authorization"
    COURT_ORDER_OR_SUBPOENA = "court_order_or_subpoena"
    EXEMPTION_RECORD = "exemption_record"
    CPO_POLICY = "cpo_policy"
    AGENCY_GUIDANCE = "agency_guidance"
    DATA_SHARING_AGREEMENT = "data_sharing_agreement"
    CONTRACT_RIDER = "contract_rider"
    RESEARCH_AGREEMENT = "research_agreement"
    RETENTION_SCHEDULE = "retention_schedule"
    PRIVACY_IMPACT_ASSESSMENT = "privacy_impact_assessment"

    @property
    def protocol_class(self) -> ProtocolClass:
        """Authority or handling; fixed by the type."""
        return ProtocolClass.AUTHORITY if self in _AUTHORITIES else ProtocolClass.HANDLING


PROTOCOL_TEXT: dict[ProtocolType, str] = {
    ProtocolType.STATUTE_OR_TREATY: "Statute or treaty",
    ProtocolType.APO_ROUTINE_DESIGNATION: "Routine designation by a privacy officer",
    ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT: "Routine agreement between privacy officers",
    ProtocolType.APO_CASE_APPROVAL: "Case approval by a privacy officer",
    ProtocolType.CPO_BEST_INTEREST: "CPO’s finding of best interest",
    ProtocolType.INDIVIDUAL_AUTHORIZATION: "Individual’s written authorization",
    ProtocolType.COURT_ORDER_OR_SUBPOENA: "Court order or subpoena",
    ProtocolType.EXEMPTION_RECORD: "Record of an exemption",
    ProtocolType.CPO_POLICY: "CPO policy",
    ProtocolType.AGENCY_GUIDANCE: "Agency guidance",
    ProtocolType.DATA_SHARING_AGREEMENT: "Data sharing agreement",
    ProtocolType.CONTRACT_RIDER: "Contract rider",
    ProtocolType.RESEARCH_AGREEMENT: "Research agreement",
    ProtocolType.RETENTION_SCHEDULE: "Retention schedule",
    ProtocolType.PRIVACY_IMPACT_ASSESSMENT: "Privacy impact assessment",
}
_AUTHORITIES = frozenset(
    {
        ProtocolType.STATUTE_OR_TREATY,
        ProtocolType.APO_ROUTINE_DESIGNATION,
        ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT,
        ProtocolType.APO_CASE_APPROVAL,
        ProtocolType.CPO_BEST_INTEREST,
        ProtocolType.INDIVIDUAL_AUTHORIZATION,
        ProtocolType.COURT_ORDER_OR_SUBPOENA,
        ProtocolType.EXEMPTION_RECORD,
    }
)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A written authority or a handling rule. ``issuer_agency_id`` None means the city or the legislature.

    ``supersedes_id`` is the protocol that this one takes the place of; ``document`` says where its text is filed.
    """

    id: int
    type: ProtocolType
    title: str
    issuer: str
    issuer_agency_id: str | None
    edition: str
    citation: str
    effective_on: date
    review_due_on: date | None
    expires_on: date | None
    supersedes_id: int | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """One collection or disclosure of an agency.

    ``reference`` is the number the agency gives it; ``party_id`` from or to whom; ``mirror_of_id`` the disclosure by
    another agency that this collection is the other side of; ``purpose_id`` the entry of the purpose library its
    purpose was taken from; ``divisions`` and ``employees`` are which divisions and categories of employees do it
    (§23-1205(a)(1)(c)(4)); ``template_id`` what it was made from, with many alike. One recorded by mistake is
    withdrawn: it is in its history alone.
    """

    id: int
    agency_id: str
    verb: Verb
    title: str
    purpose: str
    classification: Classification
    ground: Ground | None
    unit: str
    party_id: int | None
    subject_categories: tuple[str, ...]
    programme_id: int | None
    started_on: date | None
    ended_on: date | None
    reference: str = ""
    frequency: str = ""
    volume: str = ""
    retention: str = ""
    mirror_of_id: int | None = None
    retention_basis: RetentionBasis | None = None
    method: CollectionMethod | None = None
    purpose_id: int | None = None
    divisions: tuple[str, ...] = ()
    employees: tuple[str, ...] = ()
    template_id: int | None = None
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True)
class ActivityType:
    """An identifier type that an activity is said to involve."""

    activity_id: int
    type_code: str


@dataclass(frozen=True, slots=True)
class ActivityDataset:
    """A dataset an activity creates, updates or draws from."""

    activity_id: int
    dataset_id: int


@dataclass(frozen=True, slots=True)
class ActivityProtocol:
    """A protocol an activity stands on."""

    activity_id: int
    protocol_id: int
