"""A catalog with its flows, and short words for what people do to approvals of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import CatalogError
from catalog.model.actors import ROLE_TITLES, Role
from catalog.model.designations import (
    AgreementException,
    Designation,
    DesignationEvent,
    DesignationState,
    DesignationStep,
    Signature,
)
from catalog.model.register import Activity, Classification
from catalog.model.revisions import RecordKind
from catalog.services import approvals, designation_watch, history, register
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.support.approval_world import ANSWERS, PEOPLE, Base
from tests.support.builders import CPO, OPERATOR, FixedClock

E, S = DesignationEvent, DesignationState
ROUTINE, TOGETHER, ONCE, LAW, LAW_ROUTINE, CONSENT, NO_GROUND = range(7)
TO_BETA, AGAIN, INTAKE, STUDY, PRESS, POLICE, PERMITS, BACK = range(8)


EXCUSED = {
    "agreement_exception": AgreementException.NO_IMPORTANT_INTEREST,
    "exception_reason": "All of it is public already",
}


class Case:
    """A catalog with its flows, and short words for what people do."""

    def __init__(self, base: Base, catalog: Catalog) -> None:
        self.base, self.catalog = base, catalog
        self.today = self.catalog.clock.now().date()

    def draft(
        self, person: str, flow: int, way: int, *, days: int = 0, submit: bool = True, **rest: object
    ) -> Designation:
        terms = {"review_due_on": self.today + timedelta(300), "expires_on": None, "submit": submit} | rest
        if days:
            terms["expires_on"] = self.today + timedelta(days)
        answers = ANSWERS[way] | {"single_officer": "no"}
        activity_id = self.base.activities[flow]
        with self.whole():
            return approvals.draft(PEOPLE[person], self.catalog, activity_id, answers=answers, **terms)  # type: ignore[arg-type]  # its own

    def move(
        self, person: str, one: Designation, event: DesignationEvent, words: str = "A reason", **rest: object
    ) -> Designation:
        seen = self.now(one).content_hash
        terms = {"reason": words, "statement": words, "seen": seen} | rest
        with self.whole():
            return approvals.move(PEOPLE[person], self.catalog, one.id, event, **terms)  # type: ignore[arg-type]  # its own

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is refused has not happened; alone, a change takes care of that itself."""
        if self.catalog is self.base.catalog:
            yield
            return
        with self.catalog.reading() as connection, connection.begin_nested():
            yield

    def now(self, one: Designation) -> Designation:
        with self.catalog.reading() as connection:
            found = law.one(connection, Designation, one.id)
        assert found is not None
        return found

    def activity(self, flow: int) -> Activity:
        with self.catalog.reading() as connection:
            found = law.one(connection, Activity, self.base.activities[flow])
        assert found is not None
        return found

    def active(self) -> Designation:
        """Intake, approved as routine."""
        return self.move("officer-alpha", self.draft("steward-alpha", INTAKE, ROUTINE), E.APPROVE)

    def paper(
        self, flow: int, kind: Classification, *, ago: int = 1, signers: Sequence[str | None] = ("alpha",),
        name: str = "", statement: str = "It helps", **rest: object,
    ) -> Designation:  # fmt: skip
        """Record an approval that was given on paper so many days ago."""
        day, flow_id = self.today - timedelta(ago), self.base.activities[flow]
        plain = Designation(0, flow_id, kind, S.ACTIVE, "", "", day, None, None)
        paper = replace(plain, **rest)  # type: ignore[arg-type]  # its own fields
        signed = [
            Signature(
                0, 0, one, name or f"Officer of {one}", ROLE_TITLES[Role.OFFICER if one else Role.CPO], statement, day
            )
            for one in signers
        ]
        with self.whole():
            return approvals.record(CPO, self.catalog, paper, signed)

    def edit(
        self, flow: int, types: Sequence[str] = ("NAME",), protocols: Sequence[int] = (), **changes: object
    ) -> None:
        with self.catalog.reading() as connection:
            expected = history.latest(connection, RecordKind.ACTIVITY, self.base.activities[flow])
        after = replace(self.activity(flow), **changes)  # type: ignore[arg-type]  # its own fields
        with self.whole():
            register.revise_activity(
                CPO, self.catalog, after, type_codes=types, dataset_ids=[], protocol_ids=protocols, reason="Why",
                expected=expected,
            )  # fmt: skip

    def reasons(self, one: Designation) -> list[str]:
        with self.catalog.reading() as connection:
            return [step.reason for step in law.where(connection, DesignationStep, designation_id=one.id)]

    def pass_days(self, days: int) -> int:
        clock = self.catalog.clock
        assert isinstance(clock, FixedClock)
        clock.time += timedelta(days)
        self.today = clock.time.date()
        return designation_watch.look_around(OPERATOR, self.catalog)


def refused(kind: type[CatalogError], words: str, work: Callable[[], object]) -> None:
    with pytest.raises(kind, match=words):
        work()
