"""The queue of approvals: what waits for whoever looks, for others, for a review, or for nothing."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from catalog.model.actors import ROLE_TITLES, Actor, Role
from catalog.model.approval_views import WAITS_TEXT, ApprovalLine, ApprovalsPage, Decided, Waits
from catalog.model.designations import DESIGNATION_TEXT, Designation, DesignationState, Signature
from catalog.model.parties import PartyKind
from catalog.model.procedure import YES, Question
from catalog.model.register import CLASSIFICATION_TEXT, Classification
from catalog.model.views import ActivityView
from catalog.services import access, approval_facts, filtering, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen, Dimension
from catalog.services.records import Records
from catalog.store import designations, law
from catalog.store.engine import Connection

S = DesignationState
_PER_PAGE = 50
_SOON = timedelta(days=90)
#: How far back it is told what was decided against what one has asked for, and which decisions these are.
_LATELY = timedelta(days=30)
_AGAINST = frozenset({S.DENIED, S.RETURNED, S.SUSPENDED, S.DECLINED})
#: Where an approval waits for somebody to act on it, beside those up for review.
_ASKING = frozenset(
    {
        S.DRAFT,
        S.RETURNED,
        S.SUBMITTED,
        S.PENDING_COUNTERPART,
        S.PENDING_REVIEW,
        S.DECLINED,
        S.REFERRED_TO_CPO,
    }
)
_DIMENSIONS: Mapping[str, Dimension[ApprovalLine]] = {
    "waits": Dimension("Waits", lambda one: [(waits.value, WAITS_TEXT[waits]) for waits in _kinds(one)]),
    "agency": Dimension("Agency", lambda one: [(one.view.agency.id, one.view.agency.name)]),
    "state": Dimension("State", lambda one: [(one.designation.state.value, DESIGNATION_TEXT[one.designation.state])]),
    "classification": Dimension(
        "Class",
        lambda one: [(one.designation.classification.value, CLASSIFICATION_TEXT[one.designation.classification])],
    ),
    "programme": Dimension(
        "Program", lambda one: [(one.view.programme.code, one.view.programme.title)] if one.view.programme else []
    ),
}
FACETS = tuple(_DIMENSIONS)


def queue(
    actor: Actor,
    catalog: Catalog,
    chosen: Chosen | None = None,
    text: str = "",
    *,
    page: int = 1,
    per_page: int = _PER_PAGE,
) -> ApprovalsPage:
    """The approvals this actor may see that pass the filters, those that wait for them first, longest waiting first.

    Parameters:
        text: words that all have to stand in a flow's title, agency, party, number or program.
    """
    access.require(actor, Action.READ_FLOWS)
    now = catalog.clock.now()
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        since, authors = designations.since(connection), designations.authors(connection)
        recent = lately(connection, actor, known, now)
    every = [
        _line(actor, view, one, since.get(one.id), authors.get(one.id, (None, "")), now)
        for view in known.views()
        for one in view.designations
        if approval_facts.sees(actor, one, view.agency.id, view.party.agency_id if view.party else None)
    ]
    spoken = [one for one in every if _says(one, text)]
    found = sorted(filtering.passing(spoken, _DIMENSIONS, chosen or {}), key=_order)
    shown, page, pages = filtering.page_of(found, page, per_page)
    return ApprovalsPage(
        lines=tuple(shown),
        total=len(found),
        known=len(every),
        for_me=sum(one.waits is Waits.FOR_ME for one in every),
        page=page,
        pages=pages,
        lately=recent,
        facets=filtering.facets(spoken, _DIMENSIONS, chosen or {}),
    )


def for_me(connection: Connection, actor: Actor, known: Records, today: date) -> tuple[tuple[int, str], ...]:
    """Those of these records' approvals that wait for this actor: their numbers, each with the title of its flow."""
    authors = designations.authors(connection)
    return tuple(
        (one.id, activity.title)
        for key, activity in known.activities.items()
        for one in known.designations.get(key, ())
        if (one.state in _ASKING or _is_due(one, today))
        and _waits_for(actor, known.view(key), one, authors.get(one.id, (None, "")), today)[0]
    )


def lately(connection: Connection, actor: Actor, known: Records, now: datetime) -> tuple[Decided, ...]:
    """What others decided in the last days against what this actor drafted, submitted or signed; the latest first."""
    authors, since = designations.authors(connection), designations.since(connection)
    signed = {one.designation_id for one in law.where(connection, Signature, person_id=actor.person_id)}
    found = [
        Decided(one.id, activity.title, one.state, since[one.id].date())
        for key, activity in known.activities.items()
        for one in known.designations.get(key, ())
        if one.state in _AGAINST and one.id in since and since[one.id] >= now - _LATELY
        if actor.person_id in {one.submitted_by, authors.get(one.id, (None, ""))[0]} or one.id in signed
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.id), reverse=True)) if actor.person_id else ()


def _line(
    actor: Actor,
    view: ActivityView,
    one: Designation,
    since: datetime | None,
    author: tuple[str | None, str],
    now: datetime,
) -> ApprovalLine:
    today = now.date()
    for_me, whom = _waits_for(actor, view, one, author, today)
    if _is_due(one, today) and one.review_due_on is not None and one.review_due_on <= today:
        since = datetime.combine(one.review_due_on, time(), now.tzinfo)
    days = [day for day in (one.review_due_on, one.expires_on) if day is not None]
    return ApprovalLine(
        designation=one,
        view=view,
        waits=_waits(one, today, for_me=for_me, whom=whom),
        waits_for=whom,
        since=since,
        days=(now - since).days if since else None,
        due_on=min(days, default=None),
    )


def _waits(one: Designation, today: date, *, for_me: bool, whom: str) -> Waits:
    if for_me:
        return Waits.FOR_ME
    if _is_due(one, today):
        return Waits.REVIEW_DUE
    if one.state is S.EXPIRED:
        return Waits.EXPIRED
    if whom:
        return Waits.FOR_OTHERS
    ends = one.state is S.ACTIVE and one.expires_on is not None and one.expires_on <= today + _SOON
    return Waits.ENDS_SOON if ends else Waits.NOTHING


def _is_due(one: Designation, today: date) -> bool:
    """Whether its review is due: it was called for, or its day has come, also where no watch has noted that yet."""
    has_come = one.review_due_on is not None and one.review_due_on <= today
    return one.state is S.REVIEW_DUE or (one.state is S.ACTIVE and has_come)


def _kinds(one: ApprovalLine) -> tuple[Waits, ...]:
    """What it is found under: what is due for review is so too where it waits for whoever looks."""
    due = one.waits is Waits.FOR_ME and one.designation.state in {S.REVIEW_DUE, S.ACTIVE}
    return (Waits.FOR_ME, Waits.REVIEW_DUE) if due else (one.waits,)


def _waits_for(
    actor: Actor, view: ActivityView, one: Designation, author: tuple[str | None, str], today: date
) -> tuple[bool, str]:
    """Whether it waits for this actor, and for whom in words."""
    if one.state in {S.DRAFT, S.RETURNED}:
        return author[0] == actor.person_id, author[1]
    if one.state is S.PENDING_COUNTERPART and view.party and view.party.agency_id:
        return access.is_officer_of(actor, view.party.agency_id), f"The privacy officer of {view.party.name}"
    due = _is_due(one, today)
    if one.second_reviewer and (due or one.state is S.PENDING_REVIEW):
        reviews = access.is_second_reviewer(actor, one.second_reviewer, view.agency.id)
        return reviews, ROLE_TITLES[one.second_reviewer]
    found = due and one.classification is Classification.CPO_BEST_INTEREST
    if one.state is S.REFERRED_TO_CPO or found:
        return access.is_chief(actor), ROLE_TITLES[Role.CPO]
    if due or one.state in {S.SUBMITTED, S.DECLINED}:
        return _decides(actor, view, one), f"The privacy officer of {view.agency.name}"
    return False, ""


def _decides(actor: Actor, view: ActivityView, one: Designation) -> bool:
    """Whether the actor is the officer it waits for, or the records access officer for a request for records: not who
    submitted it, unless they said that they are the only one.
    """
    own = one.state is S.SUBMITTED and one.submitted_by == actor.person_id
    if own and one.answers.get(Question.SINGLE_OFFICER.value) != YES:
        return False
    on_request = view.party is not None and view.party.kind is PartyKind.FOIL_REQUESTER
    foil = on_request and one.classification is Classification.CASE_BY_CASE and one.state is not S.DECLINED
    return access.is_officer_of(actor, view.agency.id) or (
        foil and access.may(actor, Action.APPROVE_FOIL, view.agency.id)
    )


def _order(one: ApprovalLine) -> tuple[int, float, int]:
    order = (Waits.FOR_ME, Waits.REVIEW_DUE, Waits.FOR_OTHERS, Waits.ENDS_SOON, Waits.EXPIRED, Waits.NOTHING)
    return order.index(one.waits), one.since.timestamp() if one.since else 0.0, one.designation.id


def _says(one: ApprovalLine, text: str) -> bool:
    view = one.view
    words = (
        view.activity.title,
        view.activity.reference,
        view.agency.name,
        view.agency.acronym,
        view.party.name if view.party else "",
        view.programme.title if view.programme else "",
    )
    said = " ".join(words).casefold()
    return all(word in said for word in text.casefold().split())
