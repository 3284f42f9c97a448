"""Requests for identifying information and proposals to disclose it unasked (§23-1202(c)(3)): they go to the privacy
officer as soon as practicable, who decides.
"""

from collections import Counter
from dataclasses import replace
from datetime import date

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model.actors import Actor
from catalog.model.parties import Party, PartyKind
from catalog.model.register import Activity, Verb
from catalog.model.request_views import RequestLine, RequestMove, RequestPage, RequestsPage
from catalog.model.requests import REQUEST_MOVES, REQUEST_TEXT, Request, RequestKind, RequestState
from catalog.model.revisions import RecordKind
from catalog.services import access, contents, history, records, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.filtering import page_of
from catalog.services.records import Records
from catalog.store import law

#: What the officer says.
_DECISIONS = frozenset({RequestState.APPROVED, RequestState.DENIED})


def every(
    actor: Actor,
    catalog: Catalog,
    *,
    agency_id: str | None = None,
    kind: RequestKind | None = None,
    state: RequestState | None = None,
    recipient: PartyKind | None = None,
    page: int = 1,
    per_page: int = 50,
) -> RequestsPage:
    """The requests and proposals of the agencies whose flows this actor sees, those received last first; counted by
    kind, kind of recipient and state as the agency's report asks (§23-1205(a)(1)(c), (e)), whatever was chosen.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        seen = [
            one for one in law.every(connection, Request) if _sees(actor, one) and agency_id in {None, one.agency_id}
        ]
    kinds = {one.id: known.parties[one.party_id].kind for one in seen}

    def wanted(one: Request) -> bool:
        return kind in {None, one.kind} and state in {None, one.state} and recipient in {None, kinds[one.id]}

    fitting = sorted(filter(wanted, seen), key=lambda one: (one.received_on, one.id), reverse=True)
    some, number, pages = page_of(fitting, max(page, 1), per_page)
    return RequestsPage(
        lines=tuple(_line(known, one) for one in some),
        total=len(fitting),
        page=number,
        pages=pages,
        by_kind=Counter(one.kind for one in seen),
        by_recipient=Counter(kinds.values()),
        by_state=Counter(one.state for one in seen),
    )


def one(actor: Actor, catalog: Catalog, request_id: int) -> RequestPage:
    """One request, the steps that may follow, and the disclosures that could cover it.

    Raises:
        NotFound: when there is none that the actor may know of.
    """
    request = _known(actor, catalog, request_id)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        party = known.parties[request.party_id]
        covering = known.views(lambda activity: _covers(activity, request))
        linked = request.activity_id if request.activity_id in known.activities else None
        return RequestPage(
            line=_line(known, request),
            activity=known.view(linked) if linked is not None else None,
            moves=tuple(RequestMove(to, _may_move(actor, request, party, to)) for to in REQUEST_MOVES[request.state]),
            candidates=covering,
            expected=history.latest(connection, RecordKind.REQUEST, request.id),
            may_revise=access.may(actor, Action.PROPOSE, request.agency_id),
            may_link=request.state is RequestState.APPROVED and access.may(actor, Action.PROPOSE, request.agency_id),
        )


def add(actor: Actor, catalog: Catalog, request: Request) -> Request:
    """Record a request or a proposal, as it was received. What becomes of it is recorded step by step.

    Raises:
        NotFound: when the actor may not record it for this agency, or the party is not recorded.
        RequestError: when it is said to be decided already, a type is not of the taxonomy, the party is the agency
            itself, no type is named, or a day is not in order or to come.
    """
    access.require(actor, Action.PROPOSE, request.agency_id)
    if request.state is not RequestState.RECEIVED or request.activity_id is not None:
        cause = "it is recorded as it was received"
        raise RequestError(_thing(request), cause, "Record it first, and then what became of it.")
    fresh = replace(request, id=0, decided_on=None, decided_by=None, decision="", passed_on=None)
    detail = request.kind.value
    with catalog.changing(actor, "add_request", f"agency:{request.agency_id}", detail) as change:
        change.alone()
        rules.agency_exists(change.connection, request.agency_id)
        _sound(change, catalog, fresh)
        stored = law.add(change.connection, fresh)
        said = contents.whole(change.connection, stored)
        history.keep(change, actor, RecordKind.REQUEST, stored.id, stored.agency_id, said)
        change.compare(None, stored)
        change.concerns(stored.agency_id)
    return stored


def revise(actor: Actor, catalog: Catalog, request: Request, reason: str, expected: int) -> Request:
    """Correct what is recorded of a request: who asks for what, why and when. Its agency and what became of it stay.

    Raises:
        Conflict: when it was changed since ``expected``, the number of the revision it was corrected from.
        NotFound: when there is none that the actor may keep.
        RequestError: when no reason is given, or it is not sound; see :func:`add`.
    """
    now = _kept_by(actor, catalog, request.id)
    if not reason.strip():
        raise RequestError(_thing(now), "no reason is given for changing it", "Say why.")
    after = replace(
        now,
        kind=request.kind,
        party_id=request.party_id,
        title=request.title,
        reason=request.reason,
        type_codes=request.type_codes,
        received_on=request.received_on,
    )
    if now.activity_id is not None and after.party_id != now.party_id:
        cause = "it is covered by a disclosure to another party"
        raise RequestError(_thing(now), cause, "Record a request of its own for another party.")
    return _keep(actor, catalog, now, after, reason, expected)


def move(
    actor: Actor,
    catalog: Catalog,
    request_id: int,
    to: RequestState,
    *,
    on: date,
    words: str = "",
    activity_id: int | None = None,
    expected: int,
) -> Request:
    """Take the next step: to the officer, their decision, withdrawn, or looked at again.

    Parameters:
        on: the day the step took place.
        words: why, where it is decided or looked at again.
        activity_id: the disclosure that an approved one became or is covered by, where there is one already.

    Raises:
        Conflict: when it was changed since ``expected``, or the step does not follow from where it is.
        NotAllowed: when it is for the agency's privacy officer to decide.
        NotFound: when there is none that the actor may know of, or no such disclosure to this party.
        RequestError: when the words are missing, or the day is not in order.
    """
    now = _known(actor, catalog, request_id)
    with catalog.reading() as connection:
        party = rules.existing(connection, Party, now.party_id, "Party")
    if to not in REQUEST_MOVES[now.state]:
        cause = f"it is “{REQUEST_TEXT[now.state].lower()}” now, and this step does not follow"
        raise Conflict(_thing(now), cause, "Look at it again.")
    if not _may_move(actor, now, party, to):
        who = "its agency's privacy officer" if _is_officers(now, to) else "who keeps its agency's records"
        raise NotAllowed("Your account", f"this step is for {who} to take", "Ask them.")
    if now.state is not RequestState.RECEIVED and to is not RequestState.WITHDRAWN and not words.strip():
        raise RequestError(_thing(now), "no reason is given", "Say why.")
    after = _after(actor, now, to, on, words.strip())
    if to is RequestState.APPROVED:
        after = replace(after, activity_id=activity_id)
    return _keep(actor, catalog, now, after, words, expected, to.value)


def link(actor: Actor, catalog: Catalog, request_id: int, activity_id: int, expected: int) -> Request:
    """Say which disclosure an approved request became or is covered by.

    Raises:
        Conflict: when it was changed since ``expected``, or it is not approved.
        NotFound: when there is none that the actor may keep, or no such disclosure to this party.
    """
    now = _kept_by(actor, catalog, request_id)
    if now.state is not RequestState.APPROVED:
        raise Conflict(_thing(now), "it is not approved", "Only what was approved becomes a disclosure.")
    return _keep(actor, catalog, now, replace(now, activity_id=activity_id), "", expected)


def _after(actor: Actor, now: Request, to: RequestState, on: date, words: str) -> Request:
    after = replace(now, state=to)
    if to in _DECISIONS:
        return replace(after, decided_on=on, decided_by=actor.person_id, decision=words)
    # What is looked at again is undecided; the day it first went to the officer stays.
    after = replace(after, decided_on=None, decided_by=None, decision="", activity_id=None)
    if to is RequestState.WITH_OFFICER and now.state is RequestState.RECEIVED:
        return replace(after, passed_on=on)
    return after if to is not RequestState.RECEIVED else replace(after, passed_on=None)


def _keep(
    actor: Actor, catalog: Catalog, now: Request, after: Request, reason: str, expected: int, detail: str = ""
) -> Request:
    thing = f"request:{now.id}"
    with catalog.changing(actor, "revise_request", thing, detail, agency_id=now.agency_id) as change:
        before = contents.whole(change.connection, now)
        history.open_record(change, RecordKind.REQUEST, now.id, now.agency_id, before, expected)
        _sound(change, catalog, after)
        law.put(change.connection, after)
        said = contents.whole(change.connection, after)
        history.keep(change, actor, RecordKind.REQUEST, now.id, now.agency_id, said, reason)
        change.compare(now, after)
    return after


def _sound(change: Change, catalog: Catalog, request: Request) -> None:
    """Refuse what no request can be: see the errors of :func:`add`."""
    thing = _thing(request)
    rules.types_exist(catalog, request.type_codes)
    if not request.title.strip() or not request.type_codes:
        raise RequestError(thing, "it does not say what is asked for", "Give it a title and the types of information.")
    party = rules.existing(change.connection, Party, request.party_id, "Party")
    if party.agency_id == request.agency_id:
        raise RequestError(thing, "the party is the agency itself", "Name who asks, or who would be told.")
    days = (
        ("the day it was received", request.received_on),
        ("the day it went to the officer", request.passed_on),
        ("the day it was decided", request.decided_on),
    )
    rules.in_order(thing, *days)
    if any(day is not None and day > change.at.date() for _, day in days):
        raise RequestError(thing, "a day is still to come", "Give the day it took place.")
    if request.activity_id is not None:
        activity = rules.own_activity(change.connection, request.activity_id, request.agency_id)
        if not _covers(activity, request):
            raise RequestError(thing, "that is no disclosure to this party", "Choose one, or record it.")


def _covers(activity: Activity, request: Request) -> bool:
    """Whether an activity can be what a request became: its agency's disclosure to the party it is about."""
    return (
        activity.agency_id == request.agency_id
        and activity.verb is Verb.DISCLOSURE
        and activity.party_id == request.party_id
        and activity.withdrawn_on is None
    )


def _may_move(actor: Actor, request: Request, party: Party, to: RequestState) -> bool:
    """Whether the actor may take a step: what is decided, and thought of again, is the agency's privacy officer's, or
    its FOIL officer's where the party asks under freedom of information (§23-1201).
    """
    if not _is_officers(request, to):
        return access.may(actor, Action.PROPOSE, request.agency_id)
    if party.kind is PartyKind.FOIL_REQUESTER and access.may(actor, Action.APPROVE_FOIL, request.agency_id):
        return True
    return access.is_officer_of(actor, request.agency_id)


def _is_officers(request: Request, to: RequestState) -> bool:
    return to in _DECISIONS or request.state in _DECISIONS


def _sees(actor: Actor, request: Request) -> bool:
    return access.may(actor, Action.READ_FLOWS, request.agency_id)


def _known(actor: Actor, catalog: Catalog, request_id: int) -> Request:
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        found = law.one(connection, Request, request_id)
    if found is None or not _sees(actor, found):
        raise access.nothing_here()
    return found


def _kept_by(actor: Actor, catalog: Catalog, request_id: int) -> Request:
    found = _known(actor, catalog, request_id)
    access.require(actor, Action.PROPOSE, found.agency_id)
    return found


def _line(known: Records, request: Request) -> RequestLine:
    until = request.decided_on or known.today
    return RequestLine(
        request=request,
        agency=known.agencies[request.agency_id],
        party=known.parties[request.party_id],
        types=tuple(known.kinds[code] for code in request.type_codes),
        days_to_officer=(request.passed_on - request.received_on).days if request.passed_on else None,
        days_open=(until - request.received_on).days,
    )


def _thing(request: Request) -> str:
    return f"Request {request.title}"
