"""JSON in the cells of a database becomes columns named by paths."""

import json
from collections.abc import Sequence

import pyarrow as pa
import pytest

from catalog.model.coverage import Caveat
from catalog.model.holdings import ColumnSchema
from catalog.ports import SamplePlan
from connectors import nested
from connectors.nested import Widened, widened

PLAN = SamplePlan(rows=100, seed=1, cell_chars=40)
COLUMN = ColumnSchema("profile", 0, "jsonb", "about them", nullable=True, key="attnum:3")


def widen(texts: Sequence[str | None], column: ColumnSchema = COLUMN, plan: SamplePlan = PLAN) -> Widened:
    return widened([column], [texts], {0}, plan, rows=len(texts))


def held(made: Widened) -> dict[str, list[str | None]]:
    return {
        column.name: list(values) if isinstance(values, Sequence) else values.to_pylist()
        for column, values in zip(made.columns, made.values, strict=True)
    }


def test_objects_become_paths_with_identities_of_their_own() -> None:
    made = widen(['{"email": "a@example.org", "home": {"zip": "10001"}}', None, '{"email": null, "age": 7}'])
    assert held(made) == {
        "profile.email": ["a@example.org", None, None],
        "profile.home.zip": ["10001", None, None],
        "profile.age": [None, None, "7"],
    }
    assert [column.key for column in made.columns] == ["attnum:3.email", "attnum:3.home.zip", "attnum:3.age"]
    assert [column.position for column in made.columns] == [0, 1, 2]
    assert {column.comment for column in made.columns} == {""}
    assert not made.caveats


def test_lists_hold_every_value_so_they_may_be_longer_than_there_are_rows() -> None:
    made = widen(['[{"name": "Ada"}, {"name": "Bo"}]', "[]", '[{"name": "Cy", "tags": ["x", "y"]}]'])
    assert held(made) == {"profile[].name": ["Ada", "Bo", None, "Cy"], "profile[].tags[]": [None, None, "x", "y"]}


def test_keys_that_are_data_become_values() -> None:
    made = widen([json.dumps({f"870-12-{row:04}": {"name": "Ada"}}) for row in range(20)])
    assert list(held(made)) == ["profile.*", "profile.*.name"]
    assert held(made)["profile.*"][:2] == ["870-12-0000", "870-12-0001"]


def test_the_other_columns_stay_as_they_are_and_positions_follow() -> None:
    ids, notes = ColumnSchema("id", 0, key="attnum:1"), ColumnSchema("note", 2, key="attnum:4")
    arrow = pa.array(['{"a": 1, "b": 2}'] * 2)
    texts = ['{"not": "declared"}'] * 2
    made = widened([ids, COLUMN, notes], [pa.array(["1", "2"]), arrow, texts], {1}, PLAN, rows=2)
    assert [column.name for column in made.columns] == ["id", "profile.a", "profile.b", "note"]
    assert [column.position for column in made.columns] == [0, 1, 2, 3]
    assert made.values[3] is texts


def test_a_column_without_a_key_is_known_by_its_name() -> None:
    assert [column.key for column in widen(['{"a": 1}'], ColumnSchema("p", 0)).columns] == ["p.a"]


@pytest.mark.parametrize("texts", [[None, None], [], [""]])
def test_a_column_without_values_stays(texts: list[str | None]) -> None:
    assert widen(texts).columns == [COLUMN]


def test_plain_values_lose_their_quotes_and_the_column_stays() -> None:
    made = widen(['"a@example.org"', "12.50", "true", "null"])
    assert made.columns == [COLUMN]
    assert held(made) == {"profile": ["a@example.org", "12.50", "true", None]}


def test_a_mixture_stays_text() -> None:
    texts = ['{"a": 1}', "plain words", '"quoted"', "x" * 100]
    assert held(widen(texts)) == {"profile": [*texts[:3], "x" * 40]}


def test_the_few_that_do_not_nest_stand_beside_the_paths() -> None:
    made = widen([*['{"a": 1}'] * 19, "no JSON at all"])
    assert list(held(made)) == ["profile", "profile.a"]
    assert held(made)["profile"][-1] == "no JSON at all"
    assert [column.key for column in made.columns] == ["attnum:3", "attnum:3.a"]


def test_what_was_cut_is_read_as_far_as_it_goes() -> None:
    whole = json.dumps({"email": "a@example.org", "note": "x" * 50, "last": "gone"})
    made = widen([whole[:-10]])
    assert held(made) == {"profile.email": ["a@example.org"], "profile.note": ["x" * 40]}
    assert made.caveats == {Caveat.TORN}


def test_what_is_too_deep_stays_text() -> None:
    for levels in (70, 100_000):
        text = '{"a":' * levels + "1" + "}" * levels
        assert held(widen([text])) == {"profile": [text[:40]]}


def test_keys_written_like_paths_stay_apart() -> None:
    made = widen(['{"a": {"b": 1}, "a.b": 2}'])
    assert [column.key for column in made.columns] == ["attnum:3.a.b", "attnum:3.a.b#2"]


def test_names_longer_than_a_cell_keep_identities_apart() -> None:
    made = widen(['{"aa": 1, "bb": 2}'] * 9, ColumnSchema("n" * 60, 0, key="attnum:1"))
    assert len({column.key for column in made.columns}) == 2


def test_there_are_no_more_columns_than_a_table_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "MOST_COLUMNS", 5)
    columns = [ColumnSchema("a", 0), ColumnSchema("b", 1), ColumnSchema("c", 2)]
    texts = ['{"x": 1, "y": 2, "z": 3}'] * 9
    made = widened(columns, [texts, texts, texts], {0, 1}, PLAN, rows=9)
    assert [column.name for column in made.columns] == ["a.x", "a.y", "a.z", "b.x", "c"]
    assert made.caveats == {Caveat.TOO_WIDE}


def test_much_json_is_cut_to_fair_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nested, "_MOST_CHARACTERS", 3_000)
    made = widen([json.dumps({"a": row, "b": ["x" * 9] * 20}) for row in range(30)])
    assert made.caveats == {Caveat.CUT}
    assert held(made)["profile.a"] == [str(row) for row in range(30)]
    assert sum(len(text or "") for text in held(made)["profile.b[]"]) < 3_000
