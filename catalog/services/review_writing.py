"""Writing what an act of review decided, and everything that follows from it, for a thousand columns at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.model.decisions import Decision, Verdict, effective
from catalog.model.evidence import EvidenceRecord
from catalog.model.holdings import ColumnProfile
from catalog.model.review import Picture, Proposal, ReviewAct
from catalog.services import columns, designation_watch, memberships, reconciling, review_states, second_readings
from catalog.services.catalog import Catalog, Change
from catalog.services.review_truth import Known
from catalog.store import holdings, judgements, review_acts


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict on one type in one column; ``restores`` where it puts an earlier word back in effect."""

    known: Known
    verdict: Verdict
    restores: Decision | None = None


def decide(change: Change, act: ReviewAct, said: Sequence[Said]) -> list[Decision]:
    """Add these decisions, each with the picture that it was made on, and what they move of what is kept beside them.

    What puts an earlier word back, or takes one back, looks at no evidence: it has no picture of its own.
    """
    made = review_acts.add_decisions(change.connection, act.id, [_decision(act, each) for each in said])
    fresh = [
        (decision, each.known)
        for decision, each in zip(made, said, strict=True)
        if each.restores is None and each.verdict is not Verdict.WITHDRAWN
    ]
    review_acts.add_pictures(change.connection, _pictures(change, fresh))
    return made


def propose(change: Change, act: ReviewAct, said: Sequence[Said]) -> None:
    """Add these as what waits for a second person."""
    review_acts.add_proposals(
        change.connection,
        [
            Proposal(0, act.id, each.known.item.column_id, each.known.item.type_code, each.verdict, _digest(each))
            for each in said
        ],
    )


def follow(
    change: Change, catalog: Catalog, known: Iterable[Known], said: Sequence[Said] = (), made: Sequence[Decision] = ()
) -> None:
    """Bring up to date what follows from a word of a person on these items.

    Parameters:
        said: what was said, as ``made`` has it: only where a type comes to count, or no longer does, suggestions of
            what being in a dataset tells can move, and only what is confirmed can be what nobody approved.
    """
    items = [each.item for each in known]
    if made:
        columns_of: dict[int, list[int]] = {}
        for dataset_id, column_id in sorted({(each.known.item.dataset_id, each.known.item.column_id) for each in said}):
            columns_of.setdefault(dataset_id, []).append(column_id)
        judgements.refresh_many(change.connection, columns_of, catalog.taxonomy.types)
        confirmed = {each.known.item.dataset_id for each in said if each.verdict is Verdict.CONFIRMED}
        designation_watch.types_found(change, catalog, confirmed)
        reconciling.touch(change, catalog, dataset_ids=columns_of)
        both = zip(said, made, strict=True)
        memberships.moved(change, catalog, {each.known.item.dataset_id for each, one in both if _moves(each, one)})
        second_readings.draw(change, catalog, made, {item.column_id: item.agency_id for item in items})
        change.index_each("dataset", sorted(columns_of))
    review_states.touch(change, catalog, {item.dataset_id for item in items})


def _moves(said: Said, made: Decision) -> bool:
    """Whether a type comes to count in a column, or no longer does."""
    finding = said.known.finding
    decision = None if made.verdict is Verdict.WITHDRAWN else said.restores or made
    now = effective([finding] if finding else [], [decision] if decision else [])
    before = said.known.now is not None and said.known.now.counts
    return any(each.counts for each in now) != before


def counts(said: Sequence[Said], proposed: int, act: ReviewAct) -> tuple[str, str]:
    """How many items stood how before, and after: what the audit entry of many says moved."""
    before = Counter(each.known.held.verdict.value if each.known.held else "open" for each in said)
    after = Counter(each.verdict.value for each in said)
    if not said:
        before, after = Counter(open=act.columns), Counter({act.kind.value: act.columns - proposed})
    return _counts(before), _counts(after + Counter(proposed=proposed))


def concern(change: Change, known: Iterable[Known]) -> None:
    """Say for the audit entry whose agency it is in, where it is in one."""
    agencies = {each.item.agency_id for each in known}
    change.concerns(agencies.pop() if len(agencies) == 1 else None)


def _decision(act: ReviewAct, said: Said) -> Decision:
    item, last = said.known.item, said.known.last
    return Decision(
        id=0,
        column_id=item.column_id,
        type_code=item.type_code,
        verdict=said.verdict,
        person_id=act.person_id,
        reason=act.reason,
        evidence_digest=_digest(said),
        # Clocks of two machines differ; the later word is never earlier than the one it comes after.
        at=max(act.at, last.at) if last else act.at,
        act_id=act.id,
        restores=said.restores.id if said.restores else None,
    )


def _digest(said: Said) -> str:
    """The evidence that a verdict is about: what is put back keeps its own, what is taken back that of what it was."""
    if said.restores is not None:
        return said.restores.evidence_digest
    if said.verdict is Verdict.WITHDRAWN and said.known.held is not None:
        return said.known.held.evidence_digest
    return said.known.item.digest


def _pictures(change: Change, made: Sequence[tuple[Decision, Known]]) -> list[Picture]:
    connection = change.connection
    evidence = judgements.evidence_of(connection, [known.finding.id for _, known in made if known.finding])
    profiles = holdings.profiles(connection, [decision.column_id for decision, _ in made])
    detectors = review_acts.detectors_of(connection, {known.item.dataset_id for _, known in made})
    return [
        _picture(decision, known, evidence, profiles.get(decision.column_id), detectors.get(known.item.dataset_id, ""))
        for decision, known in made
    ]


def _picture(
    decision: Decision,
    known: Known,
    evidence: Mapping[int, Sequence[EvidenceRecord]],
    profile: ColumnProfile | None,
    detector: str,
) -> Picture:
    finding = known.finding
    reasons, against = columns.told(evidence.get(finding.id, ()) if finding else ())
    return Picture(
        decision_id=decision.id,
        form=finding.form if finding else None,
        strength=finding.strength if finding else None,
        share_low=finding.share_low if finding else None,
        share_mid=finding.share_mid if finding else None,
        share_high=finding.share_high if finding else None,
        without_name=finding.without_name if finding else None,
        reasons=reasons,
        against=against,
        shapes=profile.shapes if profile else (),
        detector=detector,
    )


def _counts(told: Counter[str]) -> str:
    return " ".join(f"{name}={many}" for name, many in sorted(told.items()) if many)
