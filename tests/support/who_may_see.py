"""Who may be shown which canary: the rule of domain.md 6.3, written apart from the policy, column by column."""

from catalog.model.actors import AGENCY_ROLES, Role
from catalog.model.holdings import Disclosure
from tests.support.planting import MUTUAL, OWN, STRANGER, Told

#: What an officer sees of another agency, in flows it takes part in (domain.md 6.3): the flow, who gives and takes,
#: under which authority, in which program; nothing of the data behind it.
COUNTERPART = frozenset(
    {
        "activities.title", "activities.purpose", "activities.unit", "activities.reference", "activities.frequency",
        "activities.volume", "activities.retention", "activities.subject_categories", "activities.divisions",
        "activities.employees",
        "agencies.id", "agencies.name", "agencies.acronym", "parties.name",
        "programmes.code", "programmes.title", "programmes.description", "programmes.known_as",
        "programme_members.part",
        "protocols.title", "protocols.issuer", "protocols.edition", "protocols.citation", "protocols.document",
        "agreements.permitted_uses", "agreements.security", "agreements.destruction",
        "designations.policy_edition", "designations.answers", "designations.exception_reason",
        "designations.content_hash", "designation_steps.person", "designation_steps.reason",
        "designation_steps.content_hash", "signatures.content_hash",
        "signatures.signer", "signatures.capacity", "signatures.statement",
    }
)  # fmt: skip
#: What everybody may be told, on the published pages, of an agency that publishes anything.
OF_AGENCIES = frozenset({f"agencies.{name}" for name in ("id", "name", "acronym", "aliases", "mission", "contact")})
#: What may be told there of a dataset of which only the existence is published.
EXISTENCE = frozenset({"descriptions.title", "descriptions.text", "descriptions.contact"})
#: What may be told besides where it is published what a dataset holds.
FULL = EXISTENCE | frozenset(
    {
        "descriptions.retention", "descriptions.subject_categories", "columns.name",
        "protocols.title", "protocols.citation", "programmes.code", "programmes.title",
    }
)  # fmt: skip
#: What no page, no export and no command ever shows to anybody.
NEVER = frozenset(
    {
        "sessions.token_hash", "local_credentials.password_hash", "local_credentials.code_key",
        "sign_in_attempts.state_hash", "sign_in_attempts.nonce", "sign_in_attempts.verifier",
        "review_acts.token",
    }
)  # fmt: skip
#: Tables that nobody sees in a role of an agency, not even their own agency's part.
OF_THE_CITY = frozenset(
    {
        "audit_events", "exports", "flips", "group_roles", "identities", "local_credentials", "quarterly_reports",
        "recogniser_sets",
        "review_totals", "role_assignments", "sessions", "sign_in_attempts", "trials",
    }
)  # fmt: skip
#: What is everybody's to read, whoever works in the catalog: the rules that bind all, and the parties that all choose
#: from, which say nothing of who deals with whom.
OF_ALL = frozenset({"policy_rules", "parties"})
#: What stewards and records access officers do not see, even of their own agency.
EVENTS = frozenset({"exigent_events", "violations"})
_NOT_EVENTS = frozenset({Role.STEWARD, Role.FOIL_OFFICER})
#: What of a report those see who read it: a steward is shown it as far as they are asked by name, and here nobody is.
OF_REPORTS = frozenset({"division_tasks", "report_entries"})
_NOT_REPORTS = frozenset({Role.STEWARD, Role.FOIL_OFFICER})
#: What an operator needs of every agency: sources and runs, people and their roles, the log; none of what was found.
OPERATORS = frozenset(
    {
        "agencies.id", "agencies.name", "agencies.acronym", "systems.name", "sources.name", "sources.options",
        "datasets.name", "runs.started_by", "schedules.hold_reason", "schedules.set_by", "intents.outcome",
        "people.id", "people.name", "people.email", "group_roles.group_name", "deliveries.problem",
        "recogniser_sets.name", "recogniser_sets.text", "recogniser_sets.digest", "trials.problem",
        "flips.column_name",
        "audit_events.person_id", "audit_events.thing", "audit_events.detail", "audit_events.before",
        "audit_events.after",
        "sessions.id", "sessions.browser", "sessions.groups",
        "group_roles.given_by", "notices.key", "role_assignments.given_by",
        "outcomes.rows_looked_at", "outcomes.columns_with_findings", "outcomes.source_ms", "outcomes.source_bytes",
    }
)  # fmt: skip


_WHOLE = frozenset({Role.CPO, Role.CPO_STAFF, Role.AUDITOR})
#: What the demonstration's own sign-in page shows to everybody; it is there in no other catalog.
_OFFERED = frozenset({"people.id", "people.name", "agencies.name", "agencies.acronym"})
_NOTHING: frozenset[str] = frozenset()
_TOLD_OF = {Disclosure.FULL: FULL, Disclosure.EXISTENCE: EXISTENCE}


def allowed(who: str, endpoint: str, told: Told) -> bool:
    """Whether somebody may be shown a canary on a page."""
    if told.place in NEVER:
        return False
    if endpoint == "sign_in.show" and told.place in _OFFERED:
        return True
    if is_published(told) and endpoint.startswith("published."):
        return any(role is not Role.OPERATOR for role, _ in _held(who))
    return any(_allowed_as(role, agencies, told) for role, agencies in _held(who))


def is_published(told: Told) -> bool:
    """Whether researchers are told, and so everybody may be, on the pages for them."""
    return told.place in OF_AGENCIES or (told.row != MUTUAL and told.place in _TOLD_OF.get(told.level, _NOTHING))


def _held(who: str) -> list[tuple[Role, tuple[str, ...]]]:
    """The roles of somebody, each with the agencies it is held in."""
    if who == "nobody":
        return []
    several = {
        "officer and researcher": [(Role.OFFICER, (OWN,)), (Role.RESEARCHER, ())],
        "steward and operator": [(Role.STEWARD, (OWN,)), (Role.OPERATOR, ())],
        "officer, and steward of C": [(Role.OFFICER, (OWN,)), (Role.STEWARD, (STRANGER,))],
    }
    return several.get(who) or [(Role(who), (OWN,) if Role(who) in AGENCY_ROLES else ())]


def _allowed_as(role: Role, agencies: tuple[str, ...], told: Told) -> bool:
    if role in _WHOLE:
        return True
    if role is Role.RESEARCHER:
        return False
    if role is Role.OPERATOR:
        return told.place in OPERATORS or told.table in {"runs", "schedules"}
    if told.table in OF_ALL or told.place == "agencies.id":  # which agencies there are is no secret
        return True
    if told.table in OF_THE_CITY or (told.table in EVENTS and role in _NOT_EVENTS):
        return False
    if told.table in OF_REPORTS and role in _NOT_REPORTS:
        return False
    return told.agency in agencies or (told.row == MUTUAL and told.place in COUNTERPART)


def sees_one_agency(who: str) -> bool:
    """Whether somebody signed in holds roles in agencies alone."""
    return who != "nobody" and all(role in AGENCY_ROLES for role, _ in _held(who))


def agencies_of(who: str) -> set[str]:
    """The agencies somebody has a role in."""
    return {agency for _, agencies in _held(who) for agency in agencies}
