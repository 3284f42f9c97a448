"""Signing, submitting and verifying a report: by whom, over what, and what is found when somebody changed it."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Connection, text

from catalog import documents
from catalog.errors import Conflict, NotAllowed, NotFound, RequestError, SettingsError, StoreError
from catalog.model.audit import AuditFilter
from catalog.model.cycles import Cycle, CycleType
from catalog.model.frozen_reports import Check, Format, FrozenReport, Rendition, Verification
from catalog.model.report_content import ReportContent, public
from catalog.model.report_form import Task
from catalog.model.report_said import SaidSignature
from catalog.services import (
    audit,
    cycles,
    holdings,
    renditions,
    report_contents,
    report_files,
    report_signing,
    report_states,
)
from catalog.services.catalog import Catalog
from catalog.store import engine, law
from tests.support.builders import CPO, FixedClock
from tests.support.cycle_case import BOTH, DCH, DCH_HEAD, DSO, PEOPLE, Case, E, K, S, a_cycle, a_past
from tests.support.registers import AUDITOR, DEPUTY, HEAD, small
from tests.support.tampering import unsealed

LAW = "impact_law/text"
TODAY = date(2026, 11, 21)
PAPER: dict[str, Any] = {
    "signer": "Ida Okoro", "capacity": "Commissioner", "on": TODAY, "filed": "Cabinet 4",
}  # fmt: skip


@pytest.fixture
def ready(catalog: Catalog) -> Case:
    """A cycle that its officer can sign."""
    small(catalog)
    case = a_cycle(catalog)
    case.make_ready()
    return case


only_lite = pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)


def kept(case: Case, kind: type[Any], **of: object) -> list[Any]:
    with case.catalog.reading() as connection:
        return law.where(connection, kind, **of)


def verify(case: Case, number: int | None = None) -> Verification:
    return report_signing.verify(AUDITOR, case.catalog, case.cycle_id, number)


def test_signing_freezes_what_the_check_page_shows(ready: Case) -> None:
    shown = report_states.content_of(ready.now)
    frozen = ready.sign()
    assert ready.frozen == [frozen]
    assert (frozen.number, frozen.person_id, frozen.person) == (1, "apo-dso", "Officer of dso")
    assert report_contents.decode(frozen.content) == shown
    assert frozen.content_hash == hashlib.sha256(frozen.content.encode()).hexdigest()
    step = ready.steps[-1]
    assert (step.event, step.after, step.number) == (E.SIGNED_BY_OFFICER, S.AGENCY_HEAD_SIGNOFF, 1)
    assert (step.signer, step.capacity, step.signed_on) == (DSO.name, "Agency privacy officer", TODAY)
    assert step.content_hash == frozen.content_hash
    (entry,) = audit.entries(AUDITOR, ready.catalog, AuditFilter(action="sign_report"), 5)
    assert entry.detail == f"number=1 hash={frozen.content_hash}"
    assert (entry.thing, entry.agency_id) == (f"cycle:{ready.cycle_id}", "dso")


@only_lite
def test_the_officer_alone_signs(ready: Case) -> None:
    digest = ready.hash()
    for name, actor in PEOPLE.items():
        if name == "officer":
            continue
        with pytest.raises((NotAllowed, NotFound)):
            ready.sign(actor, content_hash=digest)
    assert (ready.frozen, ready.cycle.state) == ([], S.APO_REVIEW)
    assert ready.sign(content_hash=digest).number == 1


def test_what_moved_since_it_was_shown_is_not_signed(ready: Case) -> None:
    digest = ready.hash()
    ready.say(DEPUTY, LAW, K.WROTE, "Fewer forms.")
    ready.attest(Task.IMPACT)
    with pytest.raises(Conflict, match="something else than you saw"):
        ready.sign(content_hash=digest)
    assert (ready.frozen, ready.cycle.state) == ([], S.APO_REVIEW)


def test_what_lacks_something_is_not_signed_and_it_is_named(ready: Case) -> None:
    ready.say(DEPUTY, LAW, K.WROTE, "Fewer forms.")  # its task has to be attested again
    named = report_signing.blocking(ready.now, TODAY)
    assert named
    with pytest.raises(RequestError, match="it lacks something") as caught:
        ready.sign()
    assert all(one.text.rstrip(".") in str(caught.value) for one in named)
    assert (ready.frozen, ready.cycle.state) == ([], S.APO_REVIEW)
    ready.attest(Task.IMPACT)
    assert ready.sign().number == 1


@only_lite
def test_of_much_that_lacks_the_first_are_named_and_the_rest_counted(catalog: Catalog) -> None:
    small(catalog)
    case = a_cycle(catalog)
    case.move(DSO, E.STARTED)
    case.move(DSO, E.READY)
    found = report_signing.blocking(case.now, TODAY)
    with pytest.raises(RequestError, match=f"and {len(found) - 5} more"):
        case.sign()


def test_signing_twice_is_one_signature(ready: Case) -> None:
    digest = ready.hash()
    ready.sign(content_hash=digest)
    with pytest.raises(Conflict, match="does not follow"):
        ready.sign(content_hash=digest)
    ready.sign_for_agency(content_hash=digest)
    with pytest.raises(Conflict, match="does not follow"):
        ready.sign_for_agency(content_hash=digest)
    assert (len(ready.frozen), [one.event for one in ready.steps].count(E.SIGNED_BY_HEAD)) == (1, 1)


def test_of_many_who_sign_at_once_one_does(ready: Case) -> None:
    digest = ready.hash()

    def work(_: int) -> object:
        try:
            return ready.sign(content_hash=digest)
        except Conflict as error:
            return error

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(work, range(6)))
    assert [one for one in found if isinstance(one, FrozenReport)] == ready.frozen
    assert len(ready.frozen) == 1


def test_the_head_signs_the_same_and_it_is_submitted(ready: Case) -> None:
    frozen = ready.sign()
    after = ready.sign_for_agency(HEAD, capacity="")
    assert after == ready.cycle
    assert (after.state, after.signed_by, after.submitted_on) == (S.SUBMITTED, "Hari Edwin", TODAY)
    assert (after.signed_at, after.content_hash) == (ready.catalog.clock.now(), frozen.content_hash)
    step = ready.steps[-1]
    assert (step.signer, step.capacity, step.signed_on, step.number) == ("Hari Edwin", "Head of agency", TODAY, 1)
    (entry,) = audit.entries(AUDITOR, ready.catalog, AuditFilter(action="sign_for_agency"), 5)
    assert entry.detail == f"number=1 hash={frozen.content_hash}"
    with ready.catalog.reading() as connection:
        told = report_signing.signatures(connection, ready.catalog, frozen)
    assert told == (
        SaidSignature("Officer of dso", "Agency privacy officer", TODAY, ""),
        SaidSignature("Hari Edwin", "Head of agency", TODAY, ""),
    )


def test_what_is_submitted_is_what_pages_know_as_the_last_report(ready: Case) -> None:
    ready.submit()
    ticks = {one.type_code: one for one in kept(ready, CycleType, cycle_id=ready.cycle_id)}
    assert ticks == {
        "NAME": CycleType(ready.cycle_id, "NAME", False, False, True),
        "DOB": CycleType(ready.cycle_id, "DOB", False, False, True),
    }
    last = holdings.agency(DSO, ready.catalog, "dso").report
    assert last is not None
    assert last.cycle == ready.cycle


def test_a_signature_on_paper_is_recorded_by_the_officer_with_where_it_is(ready: Case) -> None:
    frozen = ready.sign()
    cast("FixedClock", ready.catalog.clock).time += timedelta(days=3)
    after = ready.sign_for_agency(DSO, **{**PAPER, "on": date(2026, 11, 22), "signer": "  Ida   Okoro "})
    step = ready.steps[-1]
    assert (step.signer, step.capacity, step.signed_on) == ("Ida Okoro", "Commissioner", date(2026, 11, 22))
    assert (step.filed, step.person) == ("Cabinet 4", DSO.name)
    assert (after.signed_by, after.submitted_on) == ("Ida Okoro", date(2026, 11, 24))
    assert after.signed_at is not None
    assert ready.catalog.day(after.signed_at) == date(2026, 11, 22)
    with ready.catalog.reading() as connection:
        told = report_signing.signatures(connection, ready.catalog, frozen)
    assert told[1] == SaidSignature("Ida Okoro", "Commissioner", date(2026, 11, 22), DSO.name)


@only_lite
def test_a_signature_on_paper_that_lacks_something_or_is_the_officers_own_is_refused(ready: Case) -> None:
    ready.sign()
    for wrong, words in (
        ({"signer": " "}, "who signed it"),
        ({"capacity": ""}, "in what office"),
        ({"on": None}, "on what day"),
        ({"filed": ""}, "where the paper is"),
        ({"signer": DSO.name}, "does not sign it for the agency as well"),
        ({"signer": f" {DSO.name.upper().replace(' ', '   ')} "}, "does not sign it for the agency as well"),
        ({"on": TODAY + timedelta(days=1)}, "not between the officer's signature"),
        ({"on": TODAY - timedelta(days=1)}, "not between the officer's signature"),
        ({"signer": f"{DSO.name}."}, "does not sign it for the agency as well"),
        ({"signer": "Officer-of dso,"}, "does not sign it for the agency as well"),
        ({"signer": "x" * 201}, "more than 200 characters"),
        ({"capacity": "Commis\x00sioner"}, "control character"),
        ({"filed": "Cabinet\x1b 4"}, "control character"),
    ):
        with pytest.raises(RequestError, match=words):
            ready.sign_for_agency(DSO, **{**PAPER, **wrong})
    with pytest.raises(RequestError, match="lacks who signed it"):
        ready.sign_for_agency(DSO)
    assert ready.cycle.state is S.AGENCY_HEAD_SIGNOFF
    assert kept(ready, Rendition) == []


@only_lite
def test_a_signature_on_paper_of_the_same_day_is_not_before_the_officers(ready: Case) -> None:
    """The clock is at 22:00; of a day on paper, noon is known alone."""
    frozen = ready.sign()
    after = ready.sign_for_agency(DSO, **PAPER)
    assert after.signed_at == frozen.at
    assert ready.steps[-1].signed_on == TODAY


@only_lite
def test_an_office_with_what_no_page_can_show_is_not_signed_in(ready: Case) -> None:
    with pytest.raises(RequestError, match="control character"):
        ready.sign(capacity="Offi\x00cer")
    ready.sign()
    with pytest.raises(RequestError, match="control character"):
        ready.sign_for_agency(capacity="Commis\x07sioner")
    assert (len(ready.frozen), ready.cycle.state) == (1, S.AGENCY_HEAD_SIGNOFF)


@only_lite
def test_nobody_else_signs_for_the_agency(ready: Case) -> None:
    ready.sign()
    for name, actor in PEOPLE.items():
        for told in ({}, PAPER):
            if name == "officer" or (name == "head" and not told):
                continue
            with pytest.raises((NotAllowed, NotFound)):
                ready.sign_for_agency(actor, **told)
    assert ready.cycle.state is S.AGENCY_HEAD_SIGNOFF
    with pytest.raises(NotFound):
        ready.sign_for_agency(DCH_HEAD)


@only_lite
def test_who_signed_as_officer_does_not_sign_as_head(ready: Case) -> None:
    ready.sign(BOTH)
    with pytest.raises(NotAllowed, match="signed it as its privacy officer"):
        ready.sign_for_agency(BOTH)
    with pytest.raises(RequestError, match="does not sign it for the agency as well"):
        ready.sign_for_agency(DSO, **{**PAPER, "signer": BOTH.name})
    with pytest.raises(RequestError, match="does not sign it for the agency as well"):
        ready.sign_for_agency(DSO, **{**PAPER, "signer": DSO.name})
    assert ready.sign_for_agency(BOTH, **PAPER).signed_by == "Ida Okoro"


def test_the_head_signs_what_the_officer_signed_and_nothing_else(ready: Case) -> None:
    ready.sign()
    with pytest.raises(Conflict, match="something else than you saw"):
        ready.sign_for_agency(HEAD, content_hash="0" * 64)
    assert ready.cycle.state is S.AGENCY_HEAD_SIGNOFF


def test_what_is_sent_back_is_signed_again_beside_what_was_signed(ready: Case) -> None:
    first = ready.sign()
    ready.sign_for_agency()
    cast("FixedClock", ready.catalog.clock).time += timedelta(days=2)
    ready.move(CPO, E.RETURNED, "Say more.")
    ready.say(DSO, LAW, K.WROTE, "Fewer forms.")
    ready.attest_all()  # it was sent back as a whole
    ready.move(DSO, E.READY)
    second = ready.sign()
    assert ready.cycle.content_hash == first.content_hash  # until it is signed by both
    after = ready.sign_for_agency()
    assert ready.frozen == [first, second]
    assert (second.number, after.content_hash) == (2, second.content_hash)
    assert after.submitted_on == TODAY  # it was in time, and still is
    reading = report_files.read(AUDITOR, ready.catalog, ready.cycle_id)
    assert [(one.key, one.before, one.after) for one in reading.since_number or ()] == [
        (LAW, "We do so.", "Fewer forms.")
    ]
    assert [verify(ready, number).holds for number in (1, 2)] == [True, True]
    assert len(kept(ready, Rendition, frozen_id=first.id)) == len(kept(ready, Rendition, frozen_id=second.id)) == 10
    told = [(one.number, one.event) for one in ready.steps if one.number]
    assert told == [(number, event) for number in (1, 2) for event in (E.SIGNED_BY_OFFICER, E.SIGNED_BY_HEAD)]


def test_what_was_taken_back_and_signed_again_unchanged_has_its_own_signatures(ready: Case) -> None:
    first = ready.sign()
    ready.move(DSO, E.TAKEN_BACK, "I want to look again.")
    ready.move(DSO, E.READY)
    second = ready.sign()
    assert (second.number, second.content_hash) == (2, first.content_hash)
    ready.sign_for_agency()
    with ready.catalog.reading() as connection:
        told = [len(report_signing.signatures(connection, ready.catalog, one)) for one in (first, second)]
    assert told == [1, 2]


@only_lite
def test_what_is_signed_anew_while_it_is_made_into_files_is_not_submitted(
    ready: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready.sign()
    real = renditions.make

    def meanwhile(*told: Any) -> renditions.Made:
        ready.move(DSO, E.TAKEN_BACK, "I want to look again.")
        ready.move(DSO, E.READY)
        ready.sign()
        return real(*told)

    monkeypatch.setattr(renditions, "make", meanwhile)
    with pytest.raises(Conflict, match="moved meanwhile by Officer of dso"):
        ready.sign_for_agency()
    assert (ready.cycle.state, kept(ready, Rendition)) == (S.AGENCY_HEAD_SIGNOFF, [])


# Verifying.


def test_what_nobody_touched_verifies_in_every_format(ready: Case) -> None:
    frozen = ready.sign()
    before = verify(ready)
    assert {one.check for one in before.renditions} == {Check.NOT_SUBMITTED}
    assert before.holds
    ready.sign_for_agency()
    found = verify(ready)
    assert found.holds
    assert (found.frozen, found.content_hash, found.sealed, found.signed) == (frozen, frozen.content_hash, True, True)
    assert {(one.format, one.public, one.check) for one in found.renditions} == {
        (each, is_public, Check.SAME) for each in Format for is_public in (False, True)
    }
    (entry,) = audit.entries(AUDITOR, ready.catalog, AuditFilter(action="sign_report"), 5)
    assert found.logged == entry.sequence


def test_what_is_kept_of_a_rendition_is_of_its_bytes(ready: Case) -> None:
    """Against the writers themselves: whole with what is withheld, the public version without it."""
    ready.withhold(LAW)
    ready.attest(Task.IMPACT)
    frozen = ready.sign()
    ready.sign_for_agency()
    content = report_contents.decode(frozen.content)
    with ready.catalog.reading() as connection:
        told = report_signing.signatures(connection, ready.catalog, frozen)
    rows = {(one.format, one.public): one for one in kept(ready, Rendition, frozen_id=frozen.id)}
    for version, is_public in ((content, False), (public(content), True)):
        data = documents.render(version, told, Format.JSON, public=is_public)
        row = rows[Format.JSON, is_public]
        assert (row.digest, row.size) == (hashlib.sha256(data).hexdigest(), len(data))
        assert row.renderer == documents.RENDERER[Format.JSON]
        assert (b"We do so." in data) or is_public
    assert rows[Format.JSON, True].digest != rows[Format.JSON, False].digest


def test_a_format_that_cannot_be_made_here_is_said_and_not_guessed(
    ready: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = ready.sign()
    real = documents.render

    def without_pdf(content: ReportContent, told: Any, format: Format, *, public: bool) -> bytes:  # noqa: A002  # its name
        if format is Format.PDF:
            raise SettingsError("PDF", "it is not installed", "Install it.")
        return real(content, told, format, public=public)

    monkeypatch.setattr(documents, "render", without_pdf)
    ready.sign_for_agency()
    assert {one.format for one in kept(ready, Rendition)} == set(Format) - {Format.PDF}
    (entry,) = audit.entries(AUDITOR, ready.catalog, AuditFilter(action="sign_for_agency"), 5)
    assert entry.detail == f"number=1 hash={frozen.content_hash} not_made=pdf"
    monkeypatch.undo()
    assert {one.check for one in verify(ready).renditions if one.format is Format.PDF} == {Check.NOT_KEPT}
    assert verify(ready).holds


@pytest.fixture
def submitted(ready: Case) -> Case:
    ready.submit()
    assert verify(ready).holds
    return ready


def checks(case: Case) -> dict[Format, Check]:
    return {one.format: one.check for one in verify(case).renditions if not one.public}


def test_a_changed_letter_of_the_content_is_told(submitted: Case) -> None:
    change(
        submitted, "frozen_reports", "UPDATE frozen_reports SET content = replace(content, 'We do so.', 'We do so!')"
    )
    found = verify(submitted)
    assert (found.sealed, found.holds) == (False, False)
    assert found.content_hash != found.frozen.content_hash
    assert {one.check for one in found.renditions} == {Check.DIFFERENT}


def test_a_changed_content_with_its_hash_made_to_fit_is_told(submitted: Case) -> None:
    """Whoever holds the database makes the hash fit everywhere but in the log, which they cannot."""
    content = submitted.frozen[0].content.replace("We do so.", "We do so!")
    digest = hashlib.sha256(content.encode()).hexdigest()
    told = {"content": content, "digest": digest}
    change(submitted, "frozen_reports", "UPDATE frozen_reports SET content = :content, content_hash = :digest", told)
    change(
        submitted, "cycle_steps", "UPDATE cycle_steps SET content_hash = :digest WHERE number = 1", {"digest": digest}
    )
    found = verify(submitted)
    assert (found.sealed, found.signed, found.logged, found.holds) == (True, False, None, False)


def test_a_forged_entry_of_the_log_vouches_for_nothing(submitted: Case) -> None:
    was = submitted.frozen[0].content_hash
    content = submitted.frozen[0].content.replace("We do so.", "We do so!")
    digest = hashlib.sha256(content.encode()).hexdigest()
    told = {"content": content, "digest": digest}
    change(submitted, "frozen_reports", "UPDATE frozen_reports SET content = :content, content_hash = :digest", told)
    with unsealed(submitted.catalog) as connection:
        statement = "UPDATE audit_events SET detail = replace(detail, :was, :digest) WHERE action = 'sign_report'"
        connection.execute(text(statement), {"was": was, "digest": digest})
    assert verify(submitted).logged is None


def test_an_exchanged_signature_is_told(submitted: Case) -> None:
    change(submitted, "cycle_steps", "UPDATE cycle_steps SET signer = 'Mallory' WHERE event = 'signed_by_head'")
    found = verify(submitted)
    assert not found.holds
    assert checks(submitted)[Format.HTML] is Check.DIFFERENT
    change(submitted, "cycle_steps", "UPDATE cycle_steps SET content_hash = 'x' WHERE event = 'signed_by_head'")
    assert not verify(submitted).signed


def test_a_head_who_never_signed_is_told(ready: Case) -> None:
    """Whoever holds the database adds the head's signature and has it submitted; the log knows of none."""
    frozen = ready.sign()
    values = f"900, {ready.cycle_id}, 'signed_by_head', 'agency_head_signoff', 'submitted', 'head', 'Hari Edwin'"
    told = f"'', 'Hari Edwin', 'Commissioner', '{frozen.content_hash}', '2026-11-21', '', 1"
    statement = f"INSERT INTO cycle_steps VALUES ({values}, '2026-11-22 03:00:00+00:00', {told})"
    change(ready, "cycle_steps", statement)
    change(ready, "frozen_reports", "UPDATE cycles SET state = 'submitted', signed_by = 'Hari Edwin'")
    found = verify(ready)
    assert (found.sealed, found.signed, found.holds) == (True, False, False)
    assert {one.check for one in found.renditions} == {Check.GONE}


def test_a_signature_of_another_person_or_time_than_the_logs_is_told(submitted: Case) -> None:
    change(submitted, "cycle_steps", "UPDATE cycle_steps SET person_id = 'eve' WHERE event = 'signed_by_officer'")
    found = verify(submitted)
    assert (found.signed, found.holds) == (False, False)


def test_digests_of_renditions_that_are_gone_are_told(submitted: Case) -> None:
    change(submitted, "report_renditions", "DELETE FROM report_renditions WHERE format = 'pdf'")
    found = verify(submitted)
    assert checks(submitted)[Format.PDF] is Check.GONE
    assert (found.signed, found.holds) == (True, False)


def test_an_exchanged_digest_of_a_rendition_is_told_and_another_version_of_the_writer_is_told_apart(
    submitted: Case,
) -> None:
    digest = "UPDATE report_renditions SET digest = 'x' WHERE format = 'csv'"
    change(submitted, "report_renditions", digest)
    assert checks(submitted)[Format.CSV] is Check.DIFFERENT
    assert not verify(submitted).holds
    change(submitted, "report_renditions", f"{digest}".replace("SET", "SET renderer = 'an older one',"))
    found = verify(submitted)
    assert checks(submitted)[Format.CSV] is Check.OTHER_RENDERER
    assert found.holds
    told = next(one for one in found.renditions if one.format is Format.CSV)
    assert (told.was, told.now) == ("an older one", documents.RENDERER[Format.CSV])


def test_an_earlier_report_entered_by_hand_is_verified_too(catalog: Catalog) -> None:
    past = Case(catalog, cycles.add_past(DSO, catalog, a_past(), (), {LAW: "More forms."}).id)
    found = verify(past)
    assert found.holds
    assert found.logged is not None
    assert {one.check for one in found.renditions} == {Check.NOT_KEPT}


@only_lite
def test_what_is_not_signed_or_anothers_is_not_there_to_verify(ready: Case) -> None:
    told = set()
    ready_id = ready.cycle_id
    for actor, cycle_id, number in ((AUDITOR, ready_id, None), (DCH, ready_id, None), (AUDITOR, 999, None)):
        with pytest.raises(NotFound) as caught:
            report_signing.verify(actor, ready.catalog, cycle_id, number)
        told.add(str(caught.value))
    assert len(told) == 1
    ready.sign()
    with pytest.raises(NotFound):
        report_signing.verify(AUDITOR, ready.catalog, ready_id, 2)


@pytest.mark.parametrize("table", ["frozen_reports", "report_renditions", "cycle_steps"])
def test_the_database_itself_keeps_what_was_signed(submitted: Case, table: str) -> None:
    column = {"frozen_reports": "content_hash", "report_renditions": "digest", "cycle_steps": "words"}[table]
    for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(StoreError), engine.writing(submitted.catalog.engine) as connection:
            connection.execute(text(statement))
    assert verify(submitted).holds


def change(case: Case, table: str, statement: str, told: dict[str, str] | None = None) -> None:
    """What somebody does who holds the database itself: they take the seal off first."""
    with _unsealed(case.catalog, table) as connection:
        assert connection.execute(text(statement), told or {}).rowcount


@contextmanager
def _unsealed(catalog: Catalog, table: str) -> Iterator[Connection]:
    with catalog.engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        yield connection


def test_the_head_may_send_it_back_and_the_officer_signs_anew(ready: Case) -> None:
    ready.sign()
    ready.move(HEAD, E.RETURNED, "The third answer is wrong.")
    assert (ready.cycle.state, ready.cycle.submitted_on) == (S.RETURNED, None)
    ready.say(DSO, LAW, K.WROTE, "Fewer forms.")
    ready.attest(Task.IMPACT)
    ready.move(DSO, E.READY)
    assert ready.sign().number == 2
    assert replace(ready.cycle, id=0) == replace(ready.cycle, id=0, state=S.AGENCY_HEAD_SIGNOFF)
    assert kept(ready, Cycle, id=ready.cycle_id)[0].content_hash == ""
