"""Anchors outside the database: what was cut or restored shows, nothing is changed meanwhile, and a restore is told by
name afterwards.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from catalog.errors import Conflict, CutShort, NotAllowed, RequestError, SettingsError, StoreError
from catalog.model.audit import RESTORED, AuditFilter
from catalog.services import audit, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from tests.support.builders import CPO, OPERATOR, an_agency, officer
from tests.support.tampering import cut, unsealed

ADMIN = local_administrator()


@pytest.fixture
def anchored(catalog: Catalog, tmp_path: Path) -> Catalog:
    """The catalog, with a file of anchors: one of before and one of after the entry that says there are some."""
    settings = catalog.settings.model_copy(update={"anchors": tmp_path / "anchors.jsonl"})
    made = replace(catalog, settings=settings)
    audit.anchor(ADMIN, made)
    return made


def anchor_file(catalog: Catalog) -> Path:
    assert catalog.settings.anchors is not None
    return catalog.settings.anchors


def act(catalog: Catalog, name: str) -> None:
    sources.add_agency(OPERATOR, catalog, an_agency(name, name))


def test_an_anchor_is_the_end_of_the_chain_in_a_file_of_the_owner_alone(anchored: Catalog) -> None:
    act(anchored, "one")
    made = audit.anchor(ADMIN, anchored)
    assert made is not None
    (newest,) = audit.entries(CPO, anchored, AuditFilter(), 1)
    assert (made.sequence, made.mac) == (newest.sequence, newest.mac)
    assert anchor_file(anchored).stat().st_mode & 0o777 == 0o600
    report = audit.verify(CPO, anchored)
    assert (report.broken_at, report.anchors_agreed, report.unanchored) == (None, 3, 0)


def test_an_anchor_does_not_tell_the_key(anchored: Catalog) -> None:
    assert anchored.audit_key.hex() not in anchor_file(anchored).read_text()


def test_without_the_setting_nothing_is_anchored(catalog: Catalog) -> None:
    assert audit.anchor(ADMIN, catalog) is None


def test_a_folder_that_cannot_be_written_is_said(catalog: Catalog, tmp_path: Path) -> None:
    settings = catalog.settings.model_copy(update={"anchors": tmp_path / "not there" / "anchors"})
    with pytest.raises(SettingsError, match="no line can be added"):
        audit.anchor(ADMIN, replace(catalog, settings=settings))


def test_a_tail_that_was_cut_shows_back_to_the_last_anchor(anchored: Catalog) -> None:
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    whole = audit.verify(CPO, anchored).entries
    report = audit.verify(CPO, anchored)
    assert (report.broken_at, report.anchors_disagreed) == (whole + 1, 1)


@pytest.mark.parametrize("left", [0, 3], ids=["shorter", "grown past it again"])
def test_nothing_is_changed_while_the_chain_is_not_what_was_anchored(anchored: Catalog, left: int) -> None:
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    forget = replace(anchored, settings=anchored.settings.model_copy(update={"anchors": None}))
    for number in range(left):
        act(forget, f"later-{number}")
    with pytest.raises(CutShort, match="records the restore"):
        act(anchored, "two")
    assert "two" not in {agency.id for agency in sources.agencies(CPO, anchored)}
    assert audit.standing(CPO, anchored).cut_short


def test_nor_is_it_anchored_which_would_hide_it(anchored: Catalog) -> None:
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    before = anchor_file(anchored).read_bytes()
    with pytest.raises(CutShort):
        audit.anchor(ADMIN, anchored)
    assert anchor_file(anchored).read_bytes() == before


def test_reading_goes_on_and_is_recorded(anchored: Catalog) -> None:
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    audit.read(CPO, anchored, "dataset:1")
    (newest,) = audit.entries(CPO, anchored, AuditFilter(), 1)
    assert (newest.action, newest.thing) == ("read", "dataset:1")
    assert audit.standing(CPO, anchored).cut_short


def test_a_recorded_restore_is_told_by_name_and_work_goes_on(anchored: Catalog) -> None:
    kept = audit.verify(CPO, anchored).entries
    for name in ("one", "two"):
        act(anchored, name)
        lost = audit.anchor(ADMIN, anchored)
    cut(anchored, 2)
    said = audit.restored(CPO, anchored, "the disk died, backup of last night")
    assert lost is not None
    assert (said.agreed, said.anchored, said.mac) == (kept, lost.sequence, lost.mac)
    act(anchored, "three")
    act(anchored, "four")
    audit.anchor(ADMIN, anchored)
    report = audit.verify(CPO, anchored)
    assert (report.broken_at, report.anchors_disagreed) == (None, 0)
    (restore,) = report.restores
    assert (restore.sequence, restore.reason) == (kept + 1, "the disk died, backup of last night")
    assert not audit.standing(CPO, anchored).cut_short


def test_a_recorded_restore_explains_nothing_that_came_before_or_after(anchored: Catalog) -> None:
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    audit.restored(CPO, anchored, "backup")
    act(anchored, "two")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    assert audit.standing(CPO, anchored).cut_short
    assert audit.verify(CPO, anchored).anchors_disagreed == 1


def test_a_forged_record_of_a_restore_explains_nothing(anchored: Catalog) -> None:
    act(anchored, "one")
    last = audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    assert last is not None
    with unsealed(anchored) as connection:
        connection.execute(
            text("UPDATE audit_events SET action = :action, detail = :detail WHERE sequence = 2"),
            {"action": RESTORED, "detail": f"agreed=0 anchor={last.sequence} mac={last.mac} x"},
        )
    report = audit.verify(CPO, anchored)
    assert (report.restores, report.anchors_disagreed) == ((), 1)


def test_a_restore_is_recorded_by_the_auditor_or_the_cpo_with_a_reason_and_only_where_there_is_one(
    anchored: Catalog,
) -> None:
    with pytest.raises(Conflict, match="agrees with its newest anchor"):
        audit.restored(CPO, anchored, "backup")
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    for actor in (OPERATOR, officer("dso")):
        with pytest.raises(NotAllowed):
            audit.restored(actor, anchored, "backup")
    with pytest.raises(RequestError, match="reason"):
        audit.restored(CPO, anchored, "  ")


def test_a_line_left_half_written_spoils_only_itself(anchored: Catalog) -> None:
    path = anchor_file(anchored)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    report = audit.verify(CPO, anchored)
    assert (report.broken_at, report.anchors_agreed, report.anchors_unreadable) == (None, 3, 1)


def _garbage(path: Path) -> None:
    path.write_text("not an anchor\n")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("spoil", [_garbage, _folder])
def test_nothing_is_changed_while_nobody_can_say_how_far_the_log_was(
    anchored: Catalog, spoil: Callable[[Path], None]
) -> None:
    spoil(anchor_file(anchored))
    with pytest.raises(StoreError, match="cannot be read"):
        act(anchored, "one")


def _gone(path: Path) -> None:
    path.unlink()


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("lose", [_gone, _emptied])
def test_nothing_is_changed_while_the_anchors_are_gone_nor_are_they_begun_anew(
    anchored: Catalog, lose: Callable[[Path], None]
) -> None:
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    cut(anchored, 1)
    lose(anchor_file(anchored))
    for attempt in (lambda: act(anchored, "two"), lambda: audit.anchor(ADMIN, anchored)):
        with pytest.raises(StoreError, match="gone or empty"):
            attempt()
    assert not anchor_file(anchored).exists() or not anchor_file(anchored).read_bytes()
    assert audit.verify(CPO, anchored).anchors_lost
    assert audit.standing(CPO, anchored).is_lost


def test_anchors_that_were_moved_on_purpose_are_recorded_as_such_and_begun_anew(anchored: Catalog) -> None:
    anchor_file(anchored).unlink()
    with pytest.raises(NotAllowed):
        audit.restored(OPERATOR, anchored, "another disk")
    audit.restored(CPO, anchored, "another disk")
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    report = audit.verify(CPO, anchored)
    assert (report.broken_at, report.anchors_agreed, report.anchors_lost) == (None, 2, False)
    assert [(one.mac, one.reason) for one in report.restores] == [("", "another disk")]
    with pytest.raises(Conflict):
        audit.restored(CPO, anchored, "again")


def test_anchors_that_were_never_there_stop_nothing(catalog: Catalog, tmp_path: Path) -> None:
    settings = catalog.settings.model_copy(update={"anchors": tmp_path / "anchors.jsonl"})
    fresh = replace(catalog, settings=settings)
    act(fresh, "one")
    report = audit.verify(CPO, fresh)
    assert (report.broken_at, report.anchors_lost, audit.standing(CPO, fresh).is_lost) == (None, False, False)


def test_no_line_is_added_through_a_link(anchored: Catalog, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    anchor_file(anchored).rename(target)
    anchor_file(anchored).symlink_to(target)
    with pytest.raises(SettingsError):
        audit.anchor(ADMIN, anchored)


def test_a_part_of_the_chain_is_walked_alone(anchored: Catalog) -> None:
    with unsealed(anchored) as connection:
        connection.execute(text("UPDATE audit_events SET detail = 'x' WHERE sequence = 3"))
    assert audit.verify(CPO, anchored, first=4).broken_at is None
    assert audit.standing(CPO, anchored).check is None
    assert audit.verify(CPO, anchored, first=2, last=3).breaks == (3,)
    assert audit.verify(CPO, anchored, last=2).broken_at is None
    assert audit.standing(CPO, anchored).is_broken


def test_a_part_that_is_none_is_a_mistake_and_no_finding(anchored: Catalog) -> None:
    last = audit.verify(CPO, anchored).entries
    before = audit.standing(CPO, anchored).check
    assert audit.verify(CPO, anchored, first=last).entries == 1
    for first, to in [(last + 1, None), (5000, None), (3, 2)]:
        with pytest.raises(RequestError, match="That part of the audit log"):
            audit.verify(CPO, anchored, first=first, last=to)
    assert audit.standing(CPO, anchored).check == before


def test_entries_that_are_not_there_are_said_to_be_missing(anchored: Catalog) -> None:
    for name in ("one", "two", "three"):
        act(anchored, name)
        lost = audit.anchor(ADMIN, anchored)
    cut(anchored, 2)
    report = audit.verify(CPO, anchored)
    assert lost is not None
    left = report.last
    assert report.finding == f"Entries after {left} are missing: it was anchored up to {lost.sequence}."
    assert (report.breaks, report.missing, report.anchors_disagreed) == ((left + 1,), (left + 1,), 2)
    with unsealed(anchored) as connection:
        connection.execute(text("DELETE FROM audit_events WHERE sequence = 2"))
    assert audit.verify(CPO, anchored).finding == "Entry 2 is missing: the log was cut there."
    with unsealed(anchored) as connection:
        connection.execute(text("UPDATE audit_events SET detail = 'x' WHERE sequence = 1"))
    assert audit.verify(CPO, anchored).finding == "Entry 1 does not fit: the log was changed there."


def test_a_restore_says_what_no_anchor_vouches_for_and_what_is_gone(anchored: Catalog) -> None:
    agreed = audit.verify(CPO, anchored).entries
    for name in ("one", "two", "three"):
        act(anchored, name)
    audit.anchor(ADMIN, anchored)
    assert audit.gap(CPO, anchored) is None
    cut(anchored, 1)
    told = f"no anchor vouches for entries {agreed + 1} to {agreed + 2} and what was in entry {agreed + 3} is gone"
    before, said = audit.gap(CPO, anchored), audit.restored(CPO, anchored, "backup")
    assert before is not None
    (restore,) = audit.verify(CPO, anchored).restores
    assert [one.gap for one in (before, said, restore)] == [told] * 3


def test_the_line_of_the_anchors_that_nobody_understands_is_named(anchored: Catalog) -> None:
    with anchor_file(anchored).open("a") as file:
        file.write("not an anchor\n")
    act(anchored, "one")
    audit.anchor(ADMIN, anchored)
    assert audit.verify(CPO, anchored).unreadable_lines == (3,)


def test_every_break_is_counted_and_the_walk_goes_on(anchored: Catalog) -> None:
    with unsealed(anchored) as connection:
        connection.execute(text("UPDATE audit_events SET detail = 'x' WHERE sequence IN (2, 4)"))
    report = audit.verify(CPO, anchored)
    assert (report.breaks, report.break_count) == ((2, 4), 2)
