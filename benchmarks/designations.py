"""Ten thousand random histories of approvals, every invariant after every step; and each guard taken out of a private
copy of the product, with the history that then goes wrong.

``HISTORIES`` makes it smaller, for a first look. The reconciliation looks away meanwhile: it has a proof of its own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from benchmarks.proof import Proof
from catalog.services import reconciling
from tests.support.approval_machine import ApprovalMachine
from tests.support.approval_world import Base, a_base

SEED = 20261128
HISTORIES = int(os.environ.get("HISTORIES", "10000"))
_STEPS = 15
_BATCH = 250
#: Histories in which a missing guard has to show.
_TRIES = 2500
_ROOT = Path(__file__).resolve().parent.parent
_NOTES = _ROOT / "benchmarks" / "notes" / "designations.md"
_COPIED = ("catalog", "migrations", "tests", "benchmarks")
_GUARDS, _MACHINE = "catalog/model/designation_guards.py", "catalog/model/designation_machine.py"
_STEPS_OF, _VERBS = "catalog/services/approval_steps.py", "catalog/services/approvals.py"
_EDITS, _TABLES = "catalog/services/activity_edits.py", "migrations/versions/0007_the_register_kept.py"
_STORE, _PAPERS = "catalog/store/designations.py", "catalog/services/paper_approvals.py"


@dataclass(frozen=True)
class Guard:
    """A guard, and what the code reads without it: (file, text, text instead) each."""

    name: str
    edits: tuple[tuple[str, str, str], ...]


def _without(name: str, path: str, old: str, new: str) -> Guard:
    return Guard(name, ((path, old, new),))


GUARDS = (
    Guard(
        "one approval holds of a flow",
        (
            (
                _GUARDS,
                'return "another approval is in force for the same purpose and party" if facts.',
                'return "" if facts.',
            ),
            (_TABLES, '        ["flow"],\n        unique=True,', '        ["flow"],\n        unique=False,'),
            (_PAPERS, "if designation.state in HOLDING and held:", "if False:"),
        ),
    ),
    _without("no self-approval", _GUARDS, 'return "nobody approves what they submitted themselves"', 'return ""'),
    _without(
        "self-approval where one person is all there is, with a reason",
        _GUARDS,
        'return "" if signer.reason.strip() else "who submitted it approves it: that needs a reason"',
        'return ""',
    ),
    _without("the agency has one person", _GUARDS, "facts.alone == signer.person_id and says_so", "says_so"),
    _without(
        "the agency's officer approves",
        _MACHINE,
        'return "" if signer.is_officer else "only the privacy officer of the agency does this"',
        'return ""',
    ),
    _without(
        "the records officer approves only what is asked for under FOIL",
        _GUARDS,
        "asked = self.party is not None and self.party.kind is PartyKind.FOIL_REQUESTER",
        "asked = True",
    ),
    _without(
        "the other agency's officer countersigns",
        _MACHINE,
        'return "" if signer.is_counterpart else "only the privacy officer of the other agency does this"',
        'return ""',
    ),
    _without(
        "the CPO determines",
        _MACHINE,
        'return "" if signer.is_chief else "only the Chief Privacy Officer does this"',
        'return ""',
    ),
    _without(
        "whom the policies name reviews second",
        _MACHINE,
        'return "" if signer.is_reviewer else f"only this role does this: {who}"',
        'return ""',
    ),
    _without(
        "officer or CPO suspend and revoke",
        _MACHINE,
        "allowed = signer.is_officer or signer.is_chief",
        "allowed = True",
    ),
    _without(
        "the CPO's suspension is the CPO's to lift",
        _MACHINE,
        "return _chief(facts, signer) if facts.suspended_by_city else _director(facts, signer)",
        "return _director(facts, signer)",
    ),
    _without(
        "two approvals are two people's",
        _GUARDS,
        'return "the same person may not sign for both" if mine else ""',
        'return ""',
    ),
    _without(
        "a mission statement from each side, a written determination",
        _MACHINE,
        'return "it needs a written statement"',
        "pass",
    ),
    _without("reasons", _MACHINE, 'return "it needs a reason"', "pass"),
    _without(
        "what is signed is what is recorded",
        _GUARDS,
        'return "" if facts.is_current else "the record is not what was submitted any more"',
        'return ""',
    ),
    _without("what was looked at is what is signed", _VERBS, "if seen != facts.designation.content_hash:", "if False:"),
    _without("nobody edits what waits for a signature", _EDITS, "if waiting is not None:", "if False:"),
    _without(
        "every signature is over the content approved",
        _STEPS_OF,
        "        content_hash=signed.content_hash,",
        '        content_hash="another",',
    ),
    _without(
        "routine: in the normal course of business",
        _GUARDS,
        'return "nobody said that it is done in the normal course of business"',
        "pass",
    ),
    _without(
        "routine: furthers the mission",
        _GUARDS,
        'return "only what furthers the purpose or mission is routine"',
        "pass",
    ),
    _without(
        "routine: not where the policies say otherwise",
        _GUARDS,
        'return f"the policies say that it is not routine: {rules[0]}" if rules else ""',
        'return ""',
    ),
    _without(
        "case by case: until a day, or for one use",
        _GUARDS,
        'return "it needs the day it ends, or to be for one use"',
        "pass",
    ),
    _without(
        "a third party has agreed, or the reason why not",
        _GUARDS,
        'return "a third party needs an agreement in force" +',
        'return "" and',
    ),
    _without(
        "a further review where the policies ask for one",
        _MACHINE,
        "if facts.second_reviewer is not None:",
        "if False:",
    ),
    _without(
        "a further review by whom they ask for now",
        _GUARDS,
        'return "the policies ask for another further review by now"',
        'return ""',
    ),
    _without(
        "the CPO permits disclosures to city agencies alone",
        _GUARDS,
        'return "" if facts.in_the_cpos_power else cause',
        'return ""',
    ),
    _without(
        "what is exempt is never approved",
        _VERBS,
        "if end.classification not in APPROVABLE:",
        "if False:",
    ),
    _without("nothing comes into force after its end", _GUARDS, 'return "the day it ends is past" if', 'return "" if'),
    _without(
        "no move but those there are",
        _MACHINE,
        'return "" if fits else "there is no such move from where it stands by now"',
        'return ""',
    ),
    _without("every change of state has its step", _STEPS_OF, "    note(change, move, before.state, after)\n", ""),
    _without(
        "the old one is superseded before the new one holds",
        _STEPS_OF,
        "        by_itself(change, amended, E.SUPERSEDE, S.SUPERSEDED,",
        "        str((change, amended, E.SUPERSEDE,",
    ),
    _without(
        "an amendment that came to nothing leaves the old one to be reviewed",
        _STEPS_OF,
        "        by_itself(change, amended, E.REVIEW, S.REVIEW_DUE,",
        "        str((change, amended, E.REVIEW,",
    ),
    _without(
        "the record says the class approved", _STEPS_OF, "        _classify(change, move, after)\n", "        pass\n"
    ),
    _without(
        "the drafts of what is withdrawn are withdrawn",
        _EDITS,
        "    designation_watch.activity_withdrawn(change, activity_id)\n",
        "",
    ),
    _without(
        "no edit makes two approved flows one",
        _EDITS,
        "if held is not None and moves and others:",
        "if False:",
    ),
    _without(
        "who refers does not determine",
        _GUARDS,
        'return "nobody determines what they referred themselves" if mine else ""',
        'return ""',
    ),
    _without(
        "what the CPO suspended is the CPO's to end",
        _MACHINE,
        "return _chief(facts, signer) if _stopped_by_city(facts) else _either(facts, signer)",
        "return _either(facts, signer)",
    ),
    _without(
        "no amendment replaces what the CPO suspended",
        _GUARDS,
        'return cause if facts.amends_suspended else ""',
        'return ""',
    ),
    _without(
        "a paper is of no day to come", _PAPERS, '    rules.in_order(thing, approved, ("today", now.date()))\n', ""
    ),
    _without("a paper that is over holds no more", _PAPERS, "state=S.EXPIRED if over else said.state,", ""),
    _without(
        "a paper was lawful on its day",
        _PAPERS,
        "cause = _unsigned(facts, signatures) or guards.lawful(facts, Signer(None))",
        "cause = _unsigned(facts, signatures)",
    ),
    _without(
        "two officers say on a paper what it does for each",
        _PAPERS,
        'return "" if all(one.statement.strip() for one in signatures) else "a mission statement is missing"',
        'return ""',
    ),
    _without(
        "a paper goes round nothing that is decided here", _PAPERS, "    _not_decided_here(connection, facts)\n", ""
    ),
    _without("signatures and steps are only added to", _TABLES, '("UPDATE", "DELETE")', "()"),
)


class _Told(ApprovalMachine):
    """Counts, and tells of the history that went wrong."""

    base: ClassVar[Base]
    histories: ClassVar[int] = 0
    acts: ClassVar[int] = 0
    given: ClassVar[int] = 0
    fault: ClassVar[dict[str, Any]] = {}

    @invariant()
    def every_invariant_holds(self) -> None:
        try:
            self.watch.look(self.world)
        except AssertionError as broken:
            told = [line for line in self.world.told if ": refused, " not in line]
            type(self).fault = {"fault": str(broken).splitlines()[0], "history": told}
            raise

    def teardown(self) -> None:
        cls = type(self)
        cls.histories += 1
        cls.acts += len(self.world.told)
        cls.given += sum(
            one.after.value == "active" and one.event.value != "record" for one in self.watch.steps.values()
        )
        super().teardown()


def played(count: int, number: int) -> dict[str, Any]:
    """Play so many histories in a catalog of their own; how many, and what went wrong."""
    reconciling.touch = lambda *_args, **_named: None  # type: ignore[assignment]  # it has a proof of its own
    with tempfile.TemporaryDirectory(prefix="approvals-") as folder:
        machine = seed(number)(type("Played", (_Told,), {"base": a_base(Path(folder)), "fault": {}}))
        often = settings(
            max_examples=count, stateful_step_count=_STEPS, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck), print_blob=False,
        )  # fmt: skip
        broken = ""
        try:
            run_state_machine_as_test(machine, settings=often)
        except Exception as error:  # noqa: BLE001  # whatever a missing guard leads to is what is looked for
            broken = f"{type(error).__name__}: {error}".splitlines()[0]
        told = {"histories": machine.histories, "acts": machine.acts, "given": machine.given}
        return told | (machine.fault or ({"fault": broken, "history": []} if broken else {}))


def proofs() -> Iterator[Proof]:
    """All histories in batches side by side, then each guard."""
    batches = max(1, HISTORIES // _BATCH)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        done = list(pool.map(played, [min(_BATCH, HISTORIES)] * batches, range(SEED, SEED + batches)))
        yield from _whole(done)
        missing = list(zip(GUARDS, pool.map(without, GUARDS), strict=True))
    for guard, told in missing:
        found = told.get("fault", "")
        figure = f"in history {told['histories']:,}: {found}" if found else f"not in {told['histories']:,} histories"
        yield Proof(f"the guard removed shows: {guard.name}", figure, "it shows", bool(found), SEED)
    _NOTES.write_text(_notes(missing), encoding="utf-8")


def _whole(done: list[dict[str, Any]]) -> Iterator[Proof]:
    histories, acts, given = (sum(one[name] for one in done) for name in ("histories", "acts", "given"))
    faults = [one["fault"] for one in done if "fault" in one]
    promise = f"every invariant of approvals after each of {acts:,} acts, {given:,} of which brought one into force"
    figure = f"{histories:,} histories, {len(faults)} broken"
    yield Proof(promise, figure, "none broken", not faults and histories >= HISTORIES, SEED)


def without(guard: Guard) -> dict[str, Any]:
    """Play histories in a private copy of the product that lacks a guard."""
    with tempfile.TemporaryDirectory(prefix="no-guard-") as folder:
        for name in _COPIED:
            shutil.copytree(_ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        for path, old, new in guard.edits:
            file = Path(folder, path)
            file.write_text(edited(file.read_text(encoding="utf-8"), old, new), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.designations", str(_TRIES), str(SEED)]
        ran = subprocess.run(
            command, cwd=folder, env=os.environ | {"PYTHONPATH": folder}, capture_output=True, text=True, check=True
        )
        told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        assert told["catalog"].startswith(folder), "it was not the copy that was played with"
        return told


def edited(text: str, old: str, new: str) -> str:
    """The text without a guard; what is to be removed has to be there, once."""
    if text.count(old) != 1:
        raise ValueError(f"not there once: {old}")
    return text.replace(old, new)


def _notes(missing: list[tuple[Guard, dict[str, Any]]]) -> str:
    lines = ["# Guards of approvals, and the history that goes wrong without each", ""]
    lines += ["Written by `make proof NAME=designations`. What was refused on the way is left out.", ""]
    for guard, told in missing:
        lines += [
            f"## {guard.name[:1].upper()}{guard.name[1:]}",
            "",
            f"**{told.get('fault', 'Nothing went wrong')}**",
            "",
        ]
        lines += [f"{number}. {what}" for number, what in enumerate(told.get("history", ()), 1)] + [""]
    return "\n".join(lines)


if __name__ == "__main__":
    import catalog

    print(json.dumps(played(int(sys.argv[1]), int(sys.argv[2])) | {"catalog": str(catalog.__file__)}))
