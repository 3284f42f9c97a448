"""How the items that somebody chose stand now, read from findings and people's words and not from the queue."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.model import review as rules
from catalog.model import review_states
from catalog.model.actors import Scope
from catalog.model.decisions import ABSENT, Decision, Effective, Standing, Verdict, band, effective
from catalog.model.evidence import FindingRecord
from catalog.model.review import Deferral, Proposal, ReviewItem, ReviewState
from catalog.model.review_states import Proposed, PutOff
from catalog.store import judgements, review_acts, review_pages
from catalog.store.engine import Connection
from catalog.store.review_acts import Place

#: One type in one column.
Pair = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Known:
    """One type in one column as it stands.

    Parameters:
        item: the same as the queue has it.
        now: what holds; None where nothing was found and nobody decided.
        last: the last word, also one that was taken back or that took one back.
        proposed: what waits for a second person.
        contradicted: whether a second reader contradicted the decision in effect, also where it was put off since.
    """

    item: ReviewItem
    now: Effective | None
    last: Decision | None
    proposed: Verdict | None
    contradicted: bool

    @property
    def pair(self) -> Pair:
        """The column and the type."""
        return self.item.column_id, self.item.type_code

    @property
    def finding(self) -> FindingRecord | None:
        """What the machine found."""
        return self.now.finding if self.now else None

    @property
    def held(self) -> Decision | None:
        """The decision in effect."""
        return self.now.decision if self.now else None

    def stands(self, verdict: Verdict) -> bool:
        """Whether this verdict holds already, undisputed."""
        wanted = ReviewState.CONFIRMED if verdict is Verdict.CONFIRMED else ReviewState.REJECTED
        return self.item.state is wanted


class Truth:
    """What is known of some columns; those that the asker may not know of are not among them."""

    def __init__(self, connection: Connection, scope: Scope, column_ids: Collection[int], today: date) -> None:
        self._today = today
        self.places: Mapping[int, Place] = review_acts.places(connection, scope, column_ids)
        ids = list(self.places)
        self.decisions: Mapping[int, list[Decision]] = judgements.by_column(judgements.decisions_of(connection, ids))
        found = judgements.by_column(judgements.findings_of(connection, ids))
        self._now: dict[Pair, Effective] = {
            (column_id, now.type_code): now
            for column_id in ids
            for now in effective(found.get(column_id, ()), self.decisions.get(column_id, ()))
        }
        self._last = {
            (one.column_id, one.type_code): one
            for those in self.decisions.values()
            for one in sorted(those, key=lambda each: (each.at, each.id))
        }
        self.deferrals: Mapping[Pair, Deferral] = review_acts.latest_deferrals(connection, ids)
        self._proposed: Mapping[Pair, Proposal] = {
            (one.column_id, one.type_code): one for one in review_acts.open_proposals(connection, ids)
        }
        self._proposing = review_acts.last_proposing(connection, ids)
        waiting = {one.act_id for one in self.deferrals.values()} | {one.act_id for one in self._proposed.values()}
        self._acts = review_pages.acts_by_id(connection, waiting)
        held = [now.decision.id for now in self._now.values() if now.decision]
        self._disputed = review_acts.disputed(connection, held)

    def codes(self, column_id: int) -> list[str]:
        """The types that were found or decided on in a column."""
        return [code for key, code in self._now if key == column_id]

    def known(self, column_id: int, code: str) -> Known:
        """One type in one of the columns."""
        pair = column_id, code
        now, last, deferral = self._now.get(pair), self._last.get(pair), self.deferrals.get(pair)
        finding = now.finding if now else None
        digest, strength = (finding.digest, finding.strength) if finding else (ABSENT, 0.0)
        place = self.places[column_id]
        said = self._said(pair)
        state = review_states.state(now.standing if now else Standing.SUGGESTED, digest, said, self._today)
        act = self._acts.get(deferral.act_id) if deferral else None
        is_off = state in {ReviewState.DEFERRED, ReviewState.ASKED}
        item = ReviewItem(
            column_id=column_id,
            type_code=code,
            dataset_id=place.column.dataset_id,
            agency_id=place.agency_id,
            group_key=_group_key(place, code),
            state=state,
            form=finding.form if finding else None,
            band=band(strength),
            strength=strength,
            digest=digest,
            version=said.version(digest),
            until=act.until if act and is_off else None,
            person_id=act.to_person_id if act and is_off else None,
        )
        proposal = self._proposed.get(pair)
        return Known(item, now, last, proposal.verdict if proposal else None, self._is_contradicted(now))

    def _said(self, pair: Pair) -> review_states.Said:
        now, deferral, proposal = self._now.get(pair), self.deferrals.get(pair), self._proposed.get(pair)
        return review_states.Said(
            last=self._last.get(pair),
            contradicted=self._is_contradicted(now),
            put_off=self._put_off(deferral) if deferral else None,
            proposed=Proposed(proposal.act_id, self._acts[proposal.act_id].at) if proposal else None,
            proposing_id=self._proposing.get(pair),
            held=now.decision if now else None,
        )

    def _is_contradicted(self, now: Effective | None) -> bool:
        return bool(now and now.decision and now.decision.id in self._disputed)

    def _put_off(self, deferral: Deferral) -> PutOff:
        act = self._acts[deferral.act_id]
        digest = deferral.evidence_digest
        return PutOff(deferral.id, act.id, act.kind, act.at, act.until, act.to_person_id, digest, deferral.ends)


def _group_key(place: Place, code: str) -> str:
    column = place.column
    name = "" if column.name_withheld else rules.normal_name(column.name)
    return rules.group_key(name, rules.family(column.declared_type), code, column.id)
