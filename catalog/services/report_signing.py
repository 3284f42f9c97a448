"""Signing an agency's report: the officer's signature freezes it, the head's over the same submits it (§23-1205).

What was signed is never changed: a report that is sent back is signed again, under the next number.
"""

import hmac
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model import report_checks
from catalog.model.actors import ROLE_TITLES, Actor, Role
from catalog.model.audit import AuditEvent, mac
from catalog.model.cycles import Cycle, CycleEvent, CycleStep, CycleType, Signed
from catalog.model.frozen_reports import Format, FrozenReport, Rendition, Verification
from catalog.model.report_drafts_types import COLLECTED, DISCLOSED, RETAINED, YES
from catalog.model.report_form import Element
from catalog.model.report_said import ReportContent, SaidSignature
from catalog.model.report_sayings import is_own
from catalog.model.report_views import Gap, ReportNow
from catalog.services import access, cycle_steps, renditions, report_contents, report_states
from catalog.services.catalog import Catalog, Change
from catalog.services.cycle_steps import report_of
from catalog.store import law, reports
from catalog.store.engine import Connection

_LONGEST = 200
#: How many gaps an error names.
_MOST_NAMED = 5


#: What the audit log calls each signature; the head's of an earlier report is entered with it.
_LOGGED = {
    CycleEvent.SIGNED_BY_OFFICER: ("sign_report",),
    CycleEvent.SIGNED_BY_HEAD: ("sign_for_agency", "add_cycle"),
}
#: What is needed of a signature on paper.
_PAPER = {"signer": "who signed it", "capacity": "in what office", "on": "on what day", "filed": "where the paper is"}


def sign(actor: Actor, catalog: Catalog, cycle_id: int, *, content_hash: str, capacity: str = "") -> FrozenReport:
    """Sign a report as the agency's privacy officer, and freeze what it says.

    Parameters:
        content_hash: of the content as the page showed it.
        capacity: in what office; the privacy officer's where it is not said.

    Raises:
        Conflict: when it says something else now, or is not where it is signed.
        NotAllowed: when the actor is not the agency's privacy officer.
        NotFound: when there is no such cycle that they may know of.
        RequestError: when something is lacking before it can be signed, which is named.
    """
    with catalog.reading() as connection:
        agency_id = cycle_steps.known(connection, actor, cycle_id).agency_id
    with catalog.changing(actor, "sign_report", f"cycle:{cycle_id}", agency_id=agency_id) as change:
        change.alone()
        cycle = cycle_steps.known(change.connection, actor, cycle_id)
        step = cycle_steps.follows(actor, cycle, CycleEvent.SIGNED_BY_OFFICER)
        now = report_states.state_of(change.connection, catalog, cycle)
        content = report_states.content_of(now)
        _require_seen(cycle, report_contents.digest(report_contents.encode(content)), content_hash)
        _require_whole(cycle, blocking(now, catalog.day(change.at)))
        frozen = _freeze(change, actor, cycle, content)
        office = _line(cycle, "the office", capacity) or ROLE_TITLES[Role.OFFICER]
        signed = Signed(actor.name, office, content_hash, on=catalog.day(change.at), number=frozen.number)
        after = replace(cycle, state=step.to)
        cycle_steps.take(change, actor, cycle, after, step.event, signed=signed)
        change.compare(cycle, after)
        change.says(f"number={frozen.number} hash={content_hash}")
    return frozen


def sign_for_agency(
    actor: Actor,
    catalog: Catalog,
    cycle_id: int,
    *,
    content_hash: str,
    signer: str = "",
    capacity: str,
    on: date | None = None,
    filed: str = "",
) -> Cycle:
    """Sign what the officer signed as the agency's head, or record the head's signature on paper, and so submit it.

    Parameters:
        content_hash: of what the officer signed, as the page showed it.
        signer: who signed on paper; empty where the head signs here.
        capacity: in what office.
        on: the day of a signature on paper.
        filed: where the paper is.

    Raises:
        Conflict: when another content was signed, or it is not where it is signed for the agency.
        NotAllowed: when the actor is neither the head nor the privacy officer, or signed it as its officer.
        NotFound: when there is no such cycle that they may know of.
        RequestError: when a signature on paper lacks who signed it, when, or where it is, or the officer is named.
    """
    with catalog.reading() as connection:
        cycle = cycle_steps.known(connection, actor, cycle_id)
        cycle_steps.follows(actor, cycle, CycleEvent.SIGNED_BY_HEAD)
        frozen = _last_signed(connection, cycle)
        _require_seen(cycle, frozen.content_hash, content_hash)
        signed = _signed(
            actor, catalog, cycle, frozen, Signed(signer, capacity, content_hash, on, filed, frozen.number)
        )
        before = signatures(connection, catalog, frozen)
    content = report_contents.decode(frozen.content)
    made = renditions.make(frozen, content, (*before, _said(signed, actor.name)))
    with catalog.changing(actor, "sign_for_agency", f"cycle:{cycle_id}", agency_id=cycle.agency_id) as change:
        change.alone()
        now = cycle_steps.known(change.connection, actor, cycle_id)
        step = cycle_steps.follows(actor, now, CycleEvent.SIGNED_BY_HEAD)
        _require_same(change.connection, catalog, now, frozen)
        after = replace(_submitted(change, catalog, now, frozen, signed), state=step.to)
        cycle_steps.take(change, actor, now, after, step.event, signed=signed)
        change.compare(now, after)
        law.relink(change.connection, CycleType, types_of(cycle_id, content), cycle_id=cycle_id)
        law.add_all(change.connection, made.kept)
        change.says(f"number={frozen.number} hash={content_hash}{made.lacking}")
    return after


def verify(actor: Actor, catalog: Catalog, cycle_id: int, number: int | None = None) -> Verification:
    """Whether a signed report is what was signed: its content, its hash in the audit log, its renditions made again.

    Parameters:
        number: which time it was signed; None for the last.

    Raises:
        NotAllowed: when the actor reads no reports.
        NotFound: when there is no such report that they may know of, or it was not signed.
    """
    with catalog.reading() as connection:
        cycle = cycle_steps.known(connection, actor, cycle_id)
        frozen = reports.frozen(connection, cycle.id, number)
        if frozen is None:
            raise access.nothing_here("This report")
        steps = _signing_steps(connection, frozen)
        kept = law.where(connection, Rendition, frozen_id=frozen.id)
        logged = _logged(connection, catalog, frozen)
    is_submitted = any(one.event is CycleEvent.SIGNED_BY_HEAD for one in steps)
    said = tuple(_said_in(catalog, one) for one in steps)
    digest = report_contents.digest(frozen.content)
    return Verification(
        frozen=frozen,
        content_hash=digest,
        sealed=digest == frozen.content_hash,
        logged=next((one.sequence for one in logged if one.action != "sign_for_agency"), None),
        signed=bool(steps) and all(one.content_hash == frozen.content_hash and _vouched(one, logged) for one in steps),
        renditions=renditions.check(frozen, kept, said, is_submitted=is_submitted, not_kept=_not_kept(logged)),
    )


def signatures(connection: Connection, catalog: Catalog, frozen: FrozenReport) -> tuple[SaidSignature, ...]:
    """The signatures under a frozen report, in the order in which they were given."""
    return tuple(_said_in(catalog, one) for one in _signing_steps(connection, frozen))


def types_of(cycle_id: int, content: ReportContent) -> list[CycleType]:
    """What a report ticks of each type that the taxonomy has."""
    told = [(one.key.partition("/")[2], dict(one.fields)) for one in content.items if one.element is Element.TYPES]
    return [
        CycleType(cycle_id, code, *(cells.get(name) == YES for name in (COLLECTED, RETAINED, DISCLOSED)))
        for code, cells in told
        if not is_own(f"{Element.TYPES.value}/{code}") and COLLECTED in cells
    ]


def blocking(now: ReportNow, today: date) -> tuple[Gap, ...]:
    """What is lacking before a report can be signed."""
    found = report_checks.gaps(now.facts, now.answers, now.entries, today=today, last=now.last, sent_back=now.sent_back)
    return tuple(one for one in found if one.blocks)


def _freeze(change: Change, actor: Actor, cycle: Cycle, content: ReportContent) -> FrozenReport:
    """Keep what is signed, under the next number."""
    last = reports.frozen(change.connection, cycle.id)
    text = report_contents.encode(content)
    frozen = FrozenReport(
        0, cycle.id, last.number + 1 if last else 1, text, report_contents.digest(text), actor.person_id, actor.name,
        change.at,
    )  # fmt: skip
    return law.add(change.connection, frozen)


def _signed(actor: Actor, catalog: Catalog, cycle: Cycle, frozen: FrozenReport, said: Signed) -> Signed:
    """The signature for the agency: the head's own, or one on paper that the officer records."""
    told = replace(
        said,
        signer=_line(cycle, "the name", said.signer),
        capacity=_line(cycle, "the office", said.capacity),
        filed=_line(cycle, "where the paper is", said.filed),
    )
    is_own_name = not told.signer or _same(told.signer, actor.name)
    if access.is_head_of(actor, cycle.agency_id) and is_own_name:
        if actor.person_id == frozen.person_id:
            cause = "you signed it as its privacy officer, and the head of the agency is somebody else's office"
            raise NotAllowed(report_of(cycle), cause, "Have the head, or who acts for them, sign it.")
        office = told.capacity or ROLE_TITLES[Role.AGENCY_HEAD]
        return replace(told, signer=actor.name, capacity=office, on=catalog.day(), filed="")
    if not access.is_officer_of(actor, cycle.agency_id):
        cause = "a signature on paper is recorded by the agency's privacy officer alone"
        raise NotAllowed(report_of(cycle), cause, "Ask them to record it.")
    _require_paper(actor, catalog, cycle, frozen, told)
    return told


def _require_paper(actor: Actor, catalog: Catalog, cycle: Cycle, frozen: FrozenReport, told: Signed) -> None:
    """Refuse a signature on paper of which something is not said, or that is the officer's own."""
    lacks = [words for name, words in _PAPER.items() if not getattr(told, name)]
    if lacks:
        raise RequestError(report_of(cycle), f"the signature on paper lacks {'; '.join(lacks)}", "Write it down.")
    if _same(told.signer, actor.name) or _same(told.signer, frozen.person):
        cause = "its privacy officer does not sign it for the agency as well"
        raise RequestError(report_of(cycle), cause, "Name who signed for the agency.")
    today, signed_on = catalog.day(), catalog.day(frozen.at)
    if told.on is not None and not signed_on <= told.on <= today:
        cause = f"the day {told.on} is not between the officer's signature ({signed_on}) and today ({today})"
        raise RequestError(report_of(cycle), cause, "Give the day that is on the paper.")


def _submitted(change: Change, catalog: Catalog, now: Cycle, frozen: FrozenReport, signed: Signed) -> Cycle:
    """The cycle as it is once it is signed for the agency. The day it was first submitted stays: a report that was in
    time and is sent back is not late.
    """
    at = change.at
    if signed.filed and signed.on is not None:
        noon = datetime.combine(signed.on, time(12), tzinfo=catalog.settings.zone).astimezone(UTC)
        at = max(noon, frozen.at)  # of one day: nobody signs before the officer
    on = now.submitted_on or catalog.day(change.at)
    return replace(now, signed_by=signed.signer, signed_at=at, submitted_on=on, content_hash=signed.content_hash)


def _last_signed(connection: Connection, cycle: Cycle) -> FrozenReport:
    frozen = reports.frozen(connection, cycle.id)
    if frozen is None:
        raise Conflict(report_of(cycle), "its privacy officer has not signed it", "Wait until they have.")
    return frozen


def _require_same(connection: Connection, catalog: Catalog, now: Cycle, frozen: FrozenReport) -> None:
    """Refuse where it was signed anew meanwhile."""
    if _last_signed(connection, now).id != frozen.id:
        raise cycle_steps.moved(connection, catalog, now)


def _require_seen(cycle: Cycle, content_hash: str, seen: str) -> None:
    if content_hash != seen:
        raise Conflict(report_of(cycle), "it says something else than you saw", "Look at all of it again, then sign.")


def _require_whole(cycle: Cycle, gaps: Sequence[Gap]) -> None:
    """Refuse to sign what lacks something."""
    if not gaps:
        return
    named = "; ".join(one.text.rstrip(".") for one in gaps[:_MOST_NAMED])
    more = f"; and {len(gaps) - _MOST_NAMED} more" if len(gaps) > _MOST_NAMED else ""
    raise RequestError(report_of(cycle), f"it lacks something: {named}{more}", "Mend it, then sign.")


def _signing_steps(connection: Connection, frozen: FrozenReport) -> list[CycleStep]:
    found = law.where(connection, CycleStep, cycle_id=frozen.cycle_id, number=frozen.number)
    return [one for one in found if one.event in cycle_steps.SIGNING]


def _said_in(catalog: Catalog, step: CycleStep) -> SaidSignature:
    on = step.signed_on or catalog.day(step.at)
    return _said(Signed(step.signer, step.capacity, on=on), step.person)


def _said(signed: Signed, recorded_by: str) -> SaidSignature:
    """A signature as it is printed; who signs here records it themselves."""
    assert signed.on is not None  # noqa: S101  # each signature has its day
    by = "" if _same(signed.signer, recorded_by) else recorded_by
    return SaidSignature(signed.signer, signed.capacity, signed.on, by)


def _logged(connection: Connection, catalog: Catalog, frozen: FrozenReport) -> list[AuditEvent]:
    """The entries of the audit log of this having been frozen and signed; a forged one says nothing."""
    said = f"number={frozen.number} hash={frozen.content_hash}"
    actions = {action for some in _LOGGED.values() for action in some}
    found = reports.logged(connection, f"cycle:{frozen.cycle_id}", actions, said)
    key = catalog.audit_key
    return [one for one in found if hmac.compare_digest(one.mac, mac(key, one))]


def _vouched(step: CycleStep, logged: Sequence[AuditEvent]) -> bool:
    """Whether the log has the entry of a signature: of the same kind, by the same person, at the same time."""
    told = {(one.person_id, one.at) for one in logged if one.action in _LOGGED[step.event]}
    return (step.person_id, step.at) in told


def _not_kept(logged: Sequence[AuditEvent]) -> Collection[Format]:
    """The formats of which the log says that nothing was kept; of a report that was entered by hand, all."""
    if any(one.action == "add_cycle" for one in logged):
        return tuple(Format)
    return {each for one in logged if one.action == "sign_for_agency" for each in renditions.not_made(one.detail)}


def _line(cycle: Cycle, what: str, words: str) -> str:
    """Words in one line.

    Raises:
        RequestError: when they are too many, or hold what no page can show.
    """
    told = " ".join(cycle_steps.clean(report_of(cycle), words).split())
    if len(told) > _LONGEST:
        raise RequestError(report_of(cycle), f"{what} has more than {_LONGEST} characters", "Write fewer.")
    return told


def _same(name: str, other: str) -> bool:
    """Whether two names are of the same letters, however they are written."""
    return _letters(name) == _letters(other)


def _letters(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())
