"""Random histories of approvals through the services: every invariant of their life holds after every step."""

from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.designations import GUARDS, Guard, edited
from tests.support.approval_machine import ApprovalMachine
from tests.support.approval_world import Base

ROOT = Path(__file__).resolve().parents[3]


def test_every_invariant_of_approvals_holds_after_every_step(base: Base) -> None:
    machine = type("InOneCatalog", (ApprovalMachine,), {"base": base})
    run_state_machine_as_test(machine, settings=settings(max_examples=6, stateful_step_count=20, deadline=None))


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_every_guard_that_the_proof_takes_out_is_in_the_code(guard: Guard) -> None:
    for path, old, new in guard.edits:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert edited(text, old, new) != text
