"""What review says a verdict would change is what changes when somebody gives it."""

import random
from collections import Counter

import pytest

from catalog.model.actors import Scope
from catalog.model.decisions import VERDICTS, Verdict
from catalog.model.evidence import Form
from catalog.model.holdings import Source
from catalog.model.identifiers import Tier
from catalog.model.review import ReviewItem, ReviewState
from catalog.model.runs import RunState
from catalog.services import recording, register, review, review_consequences
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements
from tests.support.builders import CPO, OPERATOR, a_column, a_finding, a_result, an_activity, listed, officer

CODES = ("SSN", "NAME", "DOB", "EMAIL", "HEALTH_INFO", "POSTAL_CODE", "SEX", "CREDENTIAL", "GPS_LOCATION", "CASE_ID")
FORMS = (Form.FULL, Form.PARTIAL, Form.HASHED, Form.FREE_TEXT)


def scanned(catalog: Catalog, source: Source, seed: int, tables: int = 6) -> list[int]:
    """Datasets of a few columns, each with one or two findings, likely or not."""
    chance = random.Random(seed)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    ids = recording.record_listing(OPERATOR, catalog, run, [listed(f"t{n}") for n in range(tables)], ())
    for dataset_id in ids.values():
        columns = [
            a_column(
                f"c{place}",
                [
                    a_finding(code, chance.choice((0.95, 0.6, 0.3)), chance.choice(FORMS))
                    for code in chance.sample(CODES, chance.randint(0, 2))
                ],
                position=place,
            )
            for place in range(4)
        ]
        recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", a_result(columns))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return list(ids.values())


def items(catalog: Catalog, dataset_ids: list[int]) -> list[ReviewItem]:
    """Every type found in them, as an item."""
    with catalog.reading() as connection:
        return [
            ReviewItem(
                column.id, found.type_code, dataset_id, "dso", "", ReviewState.SUGGESTED, found.form, "",
                found.strength, found.digest, "", None, None,
            )
            for dataset_id in dataset_ids
            for column in holdings.live_columns(connection, dataset_id)
            for found in judgements.findings_of(connection, [column.id])
        ]  # fmt: skip


def facts(catalog: Catalog, dataset_ids: list[int]) -> dict[int, tuple[Tier, bool]]:
    with catalog.reading() as connection:
        kept = holdings.summaries_by_id(connection, dataset_ids)
    return {key: (one.tier, one.breach_notifiable) for key, one in kept.items()}


def counting(catalog: Catalog, code: str) -> int:
    """How many columns the totals count for a type."""
    with catalog.reading() as connection:
        counts = holdings.type_counts(connection, Scope(None))
    return sum(one.confirmed + one.suggested for one in counts if one.type_code == code)


@pytest.mark.parametrize("seed", range(4))
def test_moves_and_duties_to_notify_are_those_that_then_happen(catalog: Catalog, source: Source, seed: int) -> None:
    chance = random.Random(100 + seed)
    ids = scanned(catalog, source, seed)
    every = items(catalog, ids)
    for column_id, code in chance.sample([(one.column_id, one.type_code) for one in every], 3):
        review.decide(CPO, catalog, column_id, code, chance.choice(VERDICTS), "Seen before")
    verdict, code = chance.choice(VERDICTS), chance.choice([one.type_code for one in every])
    chosen = [one for one in every if one.type_code == code]
    with catalog.reading() as connection:
        said = review_consequences.of(connection, catalog, verdict, chosen)
    before, counted = facts(catalog, ids), counting(catalog, code)
    for one in chosen:
        review.decide(CPO, catalog, one.column_id, one.type_code, verdict, "As it says")
    after = facts(catalog, ids)
    moved = Counter((before[key][0], after[key][0]) for key in ids if before[key][0] is not after[key][0])
    assert {(move.before, move.after): move.datasets for move in said.moves} == moved
    assert said.notifiable == sum(after[key][1] - before[key][1] for key in ids)
    assert (said.columns, said.datasets) == (len(chosen), len({one.dataset_id for one in chosen}))
    assert said.counted == counted


def test_what_no_record_declares_is_counted(catalog: Catalog, source: Source) -> None:
    ids = scanned(catalog, source, 1)
    chosen = [one for one in items(catalog, ids) if one.type_code == items(catalog, ids)[0].type_code]
    declared = chosen[0].dataset_id
    intake = an_activity("dso", "Intake")
    codes = [chosen[0].type_code]
    register.add_activity(officer("dso"), catalog, intake, type_codes=codes, dataset_ids=[declared])
    with catalog.reading() as connection:
        said = review_consequences.of(connection, catalog, Verdict.CONFIRMED, chosen)
    assert said.declaring == 1
    assert said.undeclared == len({one.dataset_id for one in chosen}) - 1


def test_the_sensitivity_of_more_datasets_than_asked_for_is_left_out_and_told(catalog: Catalog, source: Source) -> None:
    ids = scanned(catalog, source, 2)
    with catalog.reading() as connection:
        said = review_consequences.of(connection, catalog, Verdict.REJECTED, items(catalog, ids), most=2)
    assert said.looked_at == 2
    assert said.datasets > 2
    assert sum(move.datasets for move in said.moves) <= 2
