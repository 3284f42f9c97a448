"""Collections and disclosures as a report says them: why, how long, how approved, and by whom (§23-1205(a)(1))."""

from collections.abc import Iterator

from catalog.model.days import day_words
from catalog.model.designations import DESIGNATION_TEXT, Designation, DesignationState
from catalog.model.reconciliation import Approval, ended_on
from catalog.model.register import (
    CLASSIFICATION_TEXT,
    GROUND_TEXT,
    RETENTION_TEXT,
    VERB_TEXT,
    Activity,
    Classification,
    Protocol,
    ProtocolType,
    RetentionBasis,
    Verb,
)
from catalog.model.report_drafts_sources import (
    called,
    called_in_words,
    collections,
    going_on,
    identifying,
    key_of,
    named,
    of_activity,
    of_approvals,
    of_party,
    of_protocols,
    once,
    spoken,
)
from catalog.model.report_drafts_words import ended, on_ground, quoted, sentences
from catalog.model.report_facts import ActivityFact, Facts
from catalog.model.report_form import Element
from catalog.model.report_items import Item

NOT_RECORDED = "Not recorded"
_REFUSED = frozenset(
    {DesignationState.SUSPENDED, DesignationState.REVOKED, DesignationState.DENIED, DesignationState.DECLINED}
)
#: How the basis reads after what is kept for it.
_BASES: dict[RetentionBasis, str] = {
    RetentionBasis.REQUIRED_BY_LAW: "because the law requires it",
    RetentionBasis.FURTHERS_PURPOSE: "because it furthers the purpose or mission of the agency",
    RetentionBasis.INTEREST_OF_CITY: (
        "because it is in the interest of the city, and not contrary to the purpose or mission of the agency"
    ),
}


def why_collect(facts: Facts) -> Iterator[Item]:
    """Why each collection serves the purpose or mission, in the words of its record (§23-1205(a)(1)(f))."""
    for fact in collections(facts):
        view = fact.line.view
        yield Item(
            key=f"{Element.WHY_COLLECT}/{key_of(view.activity)}",
            element=Element.WHY_COLLECT,
            label=named(view.activity),
            fields=(
                ("Types of information", _types(fact)),
                ("Authority", "; ".join(one.title for one in view.authorities) or NOT_RECORDED),
            ),
            text=_why(fact),
            sources=once((of_activity(facts, fact), *of_party(facts, fact), *of_protocols(facts, view.authorities))),
            marks=_lacking(
                ("No purpose is recorded", view.activity.purpose.strip()),
                ("No ground is recorded", view.activity.ground),
            ),
        )


def retention(facts: Facts) -> Iterator[Item]:
    """How long what is collected is kept, and on what basis (§§23-1202(e), 23-1205(a)(1)(f)); also of what was
    collected before the period.
    """
    for fact in identifying(facts):
        activity = fact.line.view.activity
        if activity.verb is not Verb.COLLECTION:
            continue
        schedules = [one for one in fact.line.view.handling if one.type is ProtocolType.RETENTION_SCHEDULE]
        basis = activity.retention_basis
        yield Item(
            key=f"{Element.RETENTION}/{key_of(activity)}",
            element=Element.RETENTION,
            label=named(activity),
            fields=(
                ("Kept", activity.retention.strip() or NOT_RECORDED),
                ("Basis", RETENTION_TEXT[basis] if basis else NOT_RECORDED),
                ("Schedule", "; ".join(one.title for one in schedules) or NOT_RECORDED),
            ),
            text=_kept(activity),
            sources=once((of_activity(facts, fact), *of_protocols(facts, schedules))),
            marks=_lacking(
                ("How long it is kept is not recorded", activity.retention.strip() or schedules),
                ("Why it is kept is not recorded", basis),
            ),
        )


def classified(facts: Facts) -> Iterator[Item]:
    """Each collection and disclosure with how it is classified and approved (§23-1205(a)(1)(b))."""
    for fact in going_on(facts):
        view = fact.line.view
        activity = view.activity
        yield Item(
            key=f"{Element.CLASSIFIED}/{key_of(activity)}",
            element=Element.CLASSIFIED,
            label=named(activity),
            fields=(
                ("Collection or disclosure", VERB_TEXT[activity.verb]),
                ("From or to", called(view.party) if view.party else NOT_RECORDED),
                ("Types of information", _types(fact)),
                ("Classification", CLASSIFICATION_TEXT[activity.classification]),
                ("Ground", GROUND_TEXT[activity.ground] if activity.ground else NOT_RECORDED),
                ("Approval", approval(facts, fact)),
                ("Authority", "; ".join(one.title for one in view.authorities) or NOT_RECORDED),
            ),
            text="",
            sources=once(
                (
                    of_activity(facts, fact),
                    *of_party(facts, fact),
                    *of_protocols(facts, view.authorities),
                    *of_approvals(facts, fact),
                )
            ),
            marks=_doubtful(fact),
        )


def cpo_approved(facts: Facts) -> Iterator[Item]:
    """What the CPO approved in the best interests of the city (§§23-1202(b)(2)(b), (c)(2)(b), 23-1205(a)(1)(b))."""
    for fact in going_on(facts):
        view = fact.line.view
        findings = [one for one in spoken(fact) if one.classification is Classification.CPO_BEST_INTEREST]
        papers = [one for one in view.authorities if one.type is ProtocolType.CPO_BEST_INTEREST]
        if view.activity.classification is not Classification.CPO_BEST_INTEREST:
            continue
        yield Item(
            key=f"{Element.CPO_APPROVED}/{key_of(view.activity)}",
            element=Element.CPO_APPROVED,
            label=named(view.activity),
            fields=(
                ("Collection or disclosure", VERB_TEXT[view.activity.verb]),
                ("From or to", called(view.party) if view.party else NOT_RECORDED),
                ("Determined on", _determined(findings, papers)),
                ("Finding", "; ".join(one.title for one in papers) or NOT_RECORDED),
                ("Approval", approval(facts, fact)),
            ),
            text="",
            sources=once(
                (
                    of_activity(facts, fact),
                    *of_party(facts, fact),
                    *of_protocols(facts, view.authorities),
                    *of_approvals(facts, fact),
                )
            ),
            marks=_lacking(("No finding of the CPO is recorded", findings or papers)),
        )


def approval(facts: Facts, fact: ActivityFact) -> str:
    """How an activity is approved, in words; it tells of the day only where an approval ends."""
    view, given = fact.line.view, spoken(fact)
    if view.approval is Approval.NOT_NEEDED:
        return "None is needed"
    if view.approval is Approval.IN_FORCE:
        return _in_force(given)
    if given and given[0].state in _REFUSED:
        return DESIGNATION_TEXT[given[0].state]
    if view.approval is Approval.NONE:
        return "None on record"
    last = ended_on(view.authorities, (one for one, _ in fact.designations), facts.today)
    return f"Lapsed on {day_words(last)}" if last else "Lapsed"


def _in_force(given: tuple[Designation, ...]) -> str:
    standing = next((one for one in given if one.approved_on), None)
    if standing is None or standing.approved_on is None:
        return "In force"
    ends = f", until {day_words(standing.expires_on)}" if standing.expires_on else ""
    due = f", review due on {day_words(standing.review_due_on)}" if standing.review_due_on else ""
    return f"In force, approved on {day_words(standing.approved_on)}{ends or due}"


def _determined(findings: list[Designation], papers: list[Protocol]) -> str:
    days = [one.approved_on for one in findings if one.approved_on] or [one.effective_on for one in papers]
    return day_words(max(days)) if days else NOT_RECORDED


def _types(fact: ActivityFact) -> str:
    return "; ".join(one.label for one in fact.line.view.types) or NOT_RECORDED


def _why(fact: ActivityFact) -> str:
    view = fact.line.view
    purpose = f"Why: {quoted(view.activity.purpose)}" if view.activity.purpose.strip() else ""
    return sentences(_from(fact), purpose, on_ground("Collecting it", view.activity.ground))


def _from(fact: ActivityFact) -> str:
    party = fact.line.view.party
    return (
        f"The agency collects this information from {called_in_words(party)}."
        if party
        else "The agency collects this information."
    )


def _kept(activity: Activity) -> str:
    said, basis = activity.retention.strip(), activity.retention_basis
    if not said and not basis:
        return ""
    kept = f"How long it is kept: {ended(said)}" if said else ""
    return sentences(kept, f"It is kept {_BASES[basis]}." if basis else "")


def _doubtful(fact: ActivityFact) -> tuple[str, ...]:
    view = fact.line.view
    marks = {Approval.LAPSED: ("Approval lapsed",), Approval.NONE: ("No approval in force",)}.get(view.approval, ())
    lacking = _lacking(
        ("Not yet classified", view.activity.classification is not Classification.UNCLASSIFIED),
        ("No recipient is recorded", view.party or view.activity.verb is Verb.COLLECTION),
    )
    return (*marks, *lacking)


def _lacking(*told: tuple[str, object]) -> tuple[str, ...]:
    """The marks of what a record does not say."""
    return tuple(mark for mark, said in told if not said)
