"""The sheets of the register's workbook: which columns each has, and what its records are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.model.agreements import OnwardDisclosure, ServiceClass, Unscannable
from catalog.model.parties import PARTY_TEXT, PartyKind
from catalog.model.register import (
    CLASSIFICATION_TEXT,
    GROUND_TEXT,
    METHOD_TEXT,
    PROTOCOL_TEXT,
    RETENTION_TEXT,
    VOLUMES,
    Classification,
    CollectionMethod,
    Ground,
    ProtocolType,
    RetentionBasis,
    Verb,
)
from catalog.model.revisions import RecordKind
from catalog.services.interchange_cells import CODES, DAY, FLAG, LINES, Column, many, one, one_line, text, word

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

AGENCIES, PARTIES, PURPOSES, PROTOCOLS, AGREEMENTS = "Agencies", "Parties", "Purposes", "Protocols", "Agreements"
CONTRACTS, PROGRAMMES, MEMBERS, TEMPLATES = "Contracts", "Programs", "Members", "Templates"
ACTIVITIES, SYSTEMS, DATASETS = "Activities", "Systems", "the datasets found by scans"
#: The columns that say which record a row is of, and how often that had been changed when the workbook was taken.
NUMBER, REVISION = "Number", "Revision"

_ITS_AGENCY = "it stays of its agency: record another one there"
_ITS_TEMPLATE = "a flow is made from a template, or brought to it, on the page of the template"
_VERB = word(Verb)
_CLASSIFICATION = word(Classification, CLASSIFICATION_TEXT)
_GROUND = word(Ground, GROUND_TEXT)


@dataclass(frozen=True, slots=True)
class SheetOf:
    """A sheet: ``kind`` is that of its records where they keep a history of their own; ``called`` which cells make the
    name that other sheets call them by, the first of each group that says something; ``numbered`` whether its rows say
    which record they are of.
    """

    name: str
    kind: RecordKind | None
    called: tuple[tuple[str, ...], ...]
    columns: tuple[Column, ...]
    numbered: bool = True

    @property
    def headings(self) -> tuple[str, ...]:
        """All its headings, in order."""
        return (*((NUMBER,) if self.numbered else ()), REVISION, *(column.heading for column in self.columns))

    def name_of(self, texts: Mapping[str, str]) -> str:
        """What the record of a row is called."""
        parts = (next((texts[one] for one in group if texts.get(one)), "") for group in self.called)
        return one_line("/".join(filter(None, parts)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a sheet has it: ``joined`` are the fields that are links to others, ``revision`` says which state
    of it this is.
    """

    key: Any  # a number, an agency's id, or a pair of numbers
    record: "DataclassInstance"
    joined: Mapping[str, tuple[object, ...]]
    revision: str = ""

    def value(self, name: str) -> object:
        """What one of its columns holds."""
        return self.joined[name] if name in self.joined else getattr(self.record, name)


SHEETS: tuple[SheetOf, ...] = (
    SheetOf(
        AGENCIES,
        None,
        (("Agency",),),
        (
            Column("Agency", "id", "Its short id; others name it so.", needed=True),
            Column("Acronym", "acronym", "The short name people use."),
            Column("Name", "name", "Its full name.", needed=True),
            Column("Other names", "aliases", "Names of before or in use.", LINES),
            Column("Kind", "kind", "Such as department or office."),
            Column("Mission", "mission", "Its purpose or mission."),
            Column("City agency", "is_city_agency", "Whether chapter 12 counts it as one.", FLAG, needed=True),
            Column("Contact", "contact", "Where questions about privacy go."),
        ),
        numbered=False,
    ),
    SheetOf(
        PARTIES,
        RecordKind.PARTY,
        (("Name",),),
        (
            Column("Name", "name", "The body, or the kind of people.", needed=True),
            Column("Kind", "kind", "What it is under §23-1201.", word(PartyKind, PARTY_TEXT), needed=True),
            Column("Agency", "agency_id", "Where it is an agency of this catalog.", one(AGENCIES)),
        ),
    ),
    SheetOf(
        PURPOSES,
        RecordKind.PURPOSE,
        (("Agency",), ("Title",)),
        (
            Column("Title", "title", "What it is called in the library.", needed=True),
            Column("Text", "text", "The purpose in words.", needed=True),
            Column("Agency", "agency_id", "Whose it is; empty for all.", one(AGENCIES), fixed=_ITS_AGENCY),
            Column("DPV", "dpv", "Its concept in the Data Privacy Vocabulary."),
        ),
    ),
    SheetOf(
        PROTOCOLS,
        RecordKind.PROTOCOL,
        (("Issuing agency",), ("Title",), ("Edition",)),
        (
            Column("Title", "title", "What it is called.", needed=True),
            Column(
                "Type", "type", "What permits, or which rules bind.", word(ProtocolType, PROTOCOL_TEXT), needed=True
            ),
            Column("Issuer", "issuer", "Who issued it."),
            Column(
                "Issuing agency",
                "issuer_agency_id",
                "Empty for the city or the legislature.",
                one(AGENCIES),
                fixed=_ITS_AGENCY,
            ),
            Column("Edition", "edition", "Which edition."),
            Column("Citation", "citation", "Where the law or policy says so."),
            Column("In effect from", "effective_on", "Its first day.", DAY, needed=True),
            Column("Review due", "review_due_on", "When it is to be looked at again.", DAY),
            Column("Expires", "expires_on", "Its last day.", DAY),
            Column("Supersedes", "supersedes_id", "The protocol it takes the place of.", one(PROTOCOLS)),
            Column("Document", "document", "Where its text is filed."),
        ),
    ),
    SheetOf(
        AGREEMENTS,
        None,
        (("Protocol",),),
        (
            Column("Protocol", "protocol_id", "The protocol whose terms these are.", one(PROTOCOLS), needed=True),
            Column("Parties", "party_ids", "Whom it binds, two or more.", many(PARTIES), needed=True),
            Column("Permitted uses", "permitted_uses", "What the information may be used for."),
            Column("Onward disclosure", "onward_disclosure", "To others.", word(OnwardDisclosure), needed=True),
            Column("Security", "security", "How it is to be kept safe."),
            Column("Destruction", "destruction", "When and how it is destroyed."),
        ),
        numbered=False,
    ),
    SheetOf(
        CONTRACTS,
        RecordKind.CONTRACT,
        (("Agency",), ("Contract number",)),
        (
            Column("Agency", "agency_id", "Whose contract it is.", one(AGENCIES), needed=True, fixed=_ITS_AGENCY),
            Column("Contract number", "number", "Its number in the agency.", needed=True),
            Column("Title", "title", "What it is for.", needed=True),
            Column("Party", "party_id", "Who holds information under it.", one(PARTIES), needed=True),
            Column("Service class", "service_class", "See §23-1201.", word(ServiceClass), needed=True),
            Column("Rider", "rider_id", "The protocol attached to it.", one(PROTOCOLS)),
            Column("Begins", "starts_on", "Its first day.", DAY, needed=True),
            Column("Ends", "ends_on", "Its last day.", DAY),
        ),
    ),
    SheetOf(
        PROGRAMMES,
        RecordKind.PROGRAMME,
        (("Code",),),
        (
            Column("Code", "code", "Others name it so.", needed=True),
            Column("Title", "title", "What it is called.", needed=True),
            Column("Description", "description", "What it does."),
            Column("Known as", "known_as", "Other names people look for.", LINES),
            Column("Lead agency", "lead_agency_id", "Who keeps it.", one(AGENCIES), needed=True),
            Column("Began", "started_on", "Its first day.", DAY),
            Column("Ended", "ended_on", "Its last day.", DAY),
        ),
    ),
    SheetOf(
        MEMBERS,
        None,
        (("Program",), ("Party",)),
        (
            Column("Program", "programme_id", "The program.", one(PROGRAMMES), needed=True),
            Column("Party", "party_id", "Who takes part.", one(PARTIES), needed=True),
            Column("Part", "part", "As what."),
        ),
        numbered=False,
    ),
    SheetOf(
        TEMPLATES,
        RecordKind.TEMPLATE,
        (("Code",),),
        (
            Column("Code", "code", "Others name it so.", needed=True),
            Column("Title", "title", "What its flows are called.", needed=True),
            Column("Agency", "agency_id", "Who keeps it; empty for the CPO.", one(AGENCIES), fixed=_ITS_AGENCY),
            Column("Collection or disclosure", "verb", "Which of the two.", _VERB, needed=True),
            Column("Purpose", "purpose", "What for, in words."),
            Column("Classification", "classification", "How it may take place.", _CLASSIFICATION, needed=True),
            Column("Ground", "ground", "Why it is lawful (§23-1202).", _GROUND),
            Column("Party", "party_id", "The end its flows share.", one(PARTIES)),
            Column("Program", "programme_id", "The program it belongs to.", one(PROGRAMMES)),
            Column("Types", "type_codes", "Which identifying information.", CODES),
            Column("About whom", "subject_categories", "Kinds of people.", LINES),
            Column("Frequency", "frequency", "How often."),
            Column("Volume", "volume", "About how many people a year.", text(VOLUMES)),
            Column("Retention", "retention", "How long it is kept."),
            Column("Protocols", "protocol_ids", "What its flows stand on.", many(PROTOCOLS)),
        ),
    ),
    SheetOf(
        ACTIVITIES,
        RecordKind.ACTIVITY,
        (("Agency",), ("Reference", "Title")),
        (
            Column("Agency", "agency_id", "Whose collection or disclosure it is.", one(AGENCIES), needed=True),
            Column("Reference", "reference", "The number the agency gives it."),
            Column("Collection or disclosure", "verb", "Which of the two.", _VERB, needed=True),
            Column("Title", "title", "What it is called.", needed=True),
            Column("Purpose", "purpose", "What for, in words."),
            Column("Library purpose", "purpose_id", "The purpose it was taken from.", one(PURPOSES)),
            Column("Classification", "classification", "How it may take place.", _CLASSIFICATION, needed=True),
            Column("Ground", "ground", "Why it is lawful (§23-1202).", _GROUND),
            Column("Unit", "unit", "Which unit of the agency."),
            Column("Party", "party_id", "From or to whom.", one(PARTIES)),
            Column("Types", "type_codes", "Which identifying information.", CODES),
            Column("About whom", "subject_categories", "Kinds of people.", LINES),
            Column("Datasets", "dataset_ids", "As AGENCY/SOURCE/NAME.", many(DATASETS)),
            Column("Protocols", "protocol_ids", "What it stands on.", many(PROTOCOLS)),
            Column("Other side", "mirror_of_id", "The disclosure by another agency it mirrors.", one(ACTIVITIES)),
            Column("Program", "programme_id", "The program it belongs to.", one(PROGRAMMES)),
            Column("Divisions", "divisions", "Which divisions do it.", LINES),
            Column("Employees", "employees", "Which categories of employees do it.", LINES),
            Column("Method", "method", "How information comes in.", word(CollectionMethod, METHOD_TEXT)),
            Column("Frequency", "frequency", "How often."),
            Column("Volume", "volume", "About how many people a year.", text(VOLUMES)),
            Column("Retention", "retention", "How long it is kept."),
            Column("Retention basis", "retention_basis", "Why (§23-1202(e)).", word(RetentionBasis, RETENTION_TEXT)),
            Column("Began", "started_on", "Its first day.", DAY),
            Column("Ended", "ended_on", "Its last day.", DAY),
            Column("Template", "template_id", "What it was made from.", one(TEMPLATES), fixed=_ITS_TEMPLATE),
        ),
    ),
    SheetOf(
        SYSTEMS,
        RecordKind.DECLARED_SYSTEM,
        (("Agency",), ("Name",)),
        (
            Column("Agency", "agency_id", "Whose system it is.", one(AGENCIES), needed=True, fixed=_ITS_AGENCY),
            Column("Name", "name", "What it is called.", needed=True),
            Column("Description", "description", "What it holds."),
            Column("Owner", "owner_unit", "Which unit answers for it."),
            Column("Why not scanned", "unscannable", "Why nobody can scan it.", word(Unscannable), needed=True),
            Column("Contract", "contract_id", "Under which contract it is held.", one(CONTRACTS)),
            Column("Types", "type_codes", "Which identifying information.", CODES),
            Column("About whom", "subject_categories", "Kinds of people.", LINES),
            Column("Retention", "retention", "How long it is kept."),
            Column("Declared on", "declared_on", "When that was said.", DAY, needed=True),
            Column("Activities", "activity_ids", "What works with it.", many(ACTIVITIES)),
        ),
    ),
)
