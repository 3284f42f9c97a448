"""Random histories of approvals through the services: every invariant of their life holds after every step."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.approval_machine import ApprovalMachine
from tests.support.approval_world import Base, a_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    made = a_base(tmp_path_factory.mktemp("approvals"))
    yield made
    made.catalog.close()


def test_every_invariant_of_approvals_holds_after_every_step(base: Base) -> None:
    machine = type("InOneCatalog", (ApprovalMachine,), {"base": base})
    run_state_machine_as_test(machine, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))
