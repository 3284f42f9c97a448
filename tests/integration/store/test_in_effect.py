"""The decision in effect is the same one in SQL as in the model, whatever was decided, taken back and put back; and so
are the counts of what was decided on suggestions.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert, text

from catalog.model.actors import Scope
from catalog.model.decisions import Decision, Verdict, in_effect
from catalog.model.quality import Tally
from catalog.model.review import Picture
from catalog.store import (  # noqa: F401  # all hold tables
    calibration,
    difference_schema,
    law_schema,
    night_schema,
    recogniser_schema,
    review_schema,
    rows,
)
from catalog.store.in_effect import held
from catalog.store.metadata import metadata
from catalog.store.schema import decisions
from tests.support.postgres import create_database

START = datetime(2026, 11, 22, tzinfo=UTC)
CODES = ("SSN", "NAME")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A database of empty tables that asks for no row's parents."""
    is_small = request.param == "sqlite"
    engine = create_engine("sqlite://" if is_small else create_database(request.getfixturevalue("postgres_cluster")))
    with engine.connect() as opened:
        metadata.create_all(opened)
        if not is_small:
            opened.execute(text("SET session_replication_role = replica"))
        opened.commit()
        yield opened
    engine.dispose()


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions on two types of two columns; clocks may stand still or go back, and a word may put back an earlier one
    that puts back none itself, or take back what was said.
    """
    made: list[Decision] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        column_id, code = draw(st.integers(1, 2)), draw(st.sampled_from(CODES))
        on_the_same = [one for one in made if (one.column_id, one.type_code) == (column_id, code)]
        back = draw(st.sampled_from([None, *(one for one in on_the_same if one.restores is None)]))
        made.append(
            Decision(
                id=number,
                column_id=column_id,
                type_code=code,
                verdict=back.verdict if back else draw(st.sampled_from(Verdict)),
                person_id="apo",
                reason="",
                evidence_digest="full:high",
                at=START + timedelta(minutes=draw(st.integers(0, 3))),
                act_id=number // 2 + 1 if number % 4 else None,
                restores=back.id if back else None,
            )
        )
    return made


def by_the_model(made: Sequence[Decision], *columns: int) -> set[tuple[int, int, str, Verdict, int | None]]:
    return {
        (one.id, one.column_id, one.type_code, one.verdict, one.act_id)
        for column_id in columns
        for one in in_effect([each for each in made if each.column_id == column_id]).values()
    }


def fill(connection: Connection, made: Sequence[Decision], strengths: Mapping[int, float | None]) -> None:
    """These decisions with what the machine had found; of those of no act nothing was kept, nor of what puts back."""
    connection.execute(insert(decisions), [rows.to_row(one) for one in made])
    kept = [one.id for one in made if one.act_id is not None and one.restores is None]
    pictured = [Picture(key, None, strengths[key], None, None, None, None, (), (), (), "test") for key in kept]
    rows.add_all(connection, review_schema.pictures, pictured)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=histories())
def test_sql_and_model_agree_on_what_is_in_effect(connection: Connection, made: list[Decision]) -> None:
    connection.execute(insert(decisions), [rows.to_row(one) for one in made])
    try:
        for columns in ((1, 2), (1,)):
            found = connection.execute(held(decisions.c.column_id.in_(columns)))
            assert sorted(map(tuple, found), key=str) == sorted(by_the_model(made, *columns), key=str)
    finally:
        connection.rollback()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=histories(), data=st.data())
def test_decisions_on_suggestions_are_counted_as_somebody_would_by_hand(
    connection: Connection, made: list[Decision], data: st.DataObject
) -> None:
    strengths = {one.id: data.draw(st.sampled_from([None, 0.0, 0.1, 0.3, 0.79, 0.9, 1.0])) for one in made}
    code = data.draw(st.sampled_from([None, "SSN"]))
    fill(connection, made, strengths)
    try:
        bars, types = calibration.tallies(connection, Scope(None), None, code)
    finally:
        connection.rollback()
    by_id = {one.id: one for one in made}
    counted: dict[object, Counter[int | None]] = {}
    confirmed: Counter[object] = Counter()
    for number, _, type_code, verdict, act_id in by_the_model(made, 1, 2):
        strength = strengths[number]
        if strength is None or by_id[number].act_id is None or code not in {None, type_code}:
            continue
        for key in (min(int(strength * 10 + 1e-9), 9), type_code):
            counted.setdefault(key, Counter())[act_id] += 1
            confirmed[key] += verdict is Verdict.CONFIRMED
    expected = {
        key: Tally(acts.total(), confirmed[key], len(acts), sum(many * many for many in acts.values()))
        for key, acts in counted.items()
    }
    assert bars | types == expected
