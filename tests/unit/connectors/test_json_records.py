"""JSON of every form and state of repair."""

import gzip
import itertools
import json
import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import columns, json_text
from connectors.files.share import ShareConnector
from tests.support.bounds import here

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=100, seed=1)

#: What begins as files of other formats do is refused as what it is.
ENDS = {SkipReason.EMPTY, SkipReason.UNREADABLE, SkipReason.NO_TEXT, SkipReason.UNKNOWN_FORMAT}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("share")


def sample(folder: Path, content: object, name: str = "t.json", plan: SamplePlan = PLAN) -> Sample:
    """Read a file of these bytes, this text, or this value as JSON."""
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    (folder / name).write_bytes(content)
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as opened:
        return opened.sample(DatasetRef(name, name, DatasetKind.FILE), plan)


def held(found: Sample) -> dict[str, list[str | None]]:
    return {column.name: list(found.values(column.position)) for column in found.columns}


def text_of(found: Sample) -> set[str]:
    return {cell for column in found.columns for cell in found.values(column.position) if cell is not None}


def reason(folder: Path, content: object, name: str = "t.json") -> SkipReason:
    with pytest.raises(DatasetError) as caught:
        sample(folder, content, name)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    return caught.value.reason


# Forms


def test_an_array_of_objects_is_a_table(folder: Path) -> None:
    found = sample(folder, '[{"id": 1, "sum": 2.50, "ok": true}, {"id": null, "late": "x", "sum": 1E5}]')
    assert held(found) == {"id": ["1", None], "sum": ["2.50", "1E5"], "ok": ["true", None], "late": [None, "x"]}
    assert (found.method, found.row_count, found.rows_total, found.partly) == (SampleMethod.ALL_ROWS, 2, 2, False)
    assert not found.header_is_first_row


def test_nested_values_are_columns_named_by_their_paths(folder: Path) -> None:
    found = sample(folder, [{"address": {"street": "a", "geo": {"zip": "1"}}}, {"address": {"street": "b"}}])
    assert held(found) == {"address.street": ["a", "b"], "address.geo.zip": ["1", None]}


def test_every_value_of_every_list_is_seen_and_no_row_counted_twice(folder: Path) -> None:
    record = {"id": 1, "phones": ["2", "3", "4"], "contacts": [{"name": "x", "tags": ["5"]}, {"name": "y"}], "no": []}
    found = sample(folder, [record, {"id": 6, "phones": []}, {"id": 7}])
    assert held(found) == {
        "id": ["1", "6", "7"],
        "phones[]": ["2", "3", "4", None, None],
        "contacts[].name": ["x", "y", None, None],
        "contacts[].tags[]": ["5", None, None],
        "no[]": [None, None, None],
    }
    assert found.row_count == 3


def test_the_rows_are_the_largest_array_of_objects_and_nothing_beside_it_is_lost(folder: Path) -> None:
    found = sample(folder, {"meta": {"count": 3}, "few": [{"a": 1}], "data": {"docs": [{"b": 2}, {"b": 3}, {"b": 4}]}})
    assert held(found) == {"few[].a": ["1"], "data.docs[].b": ["2", "3", "4"], "meta.count": ["3"]}
    assert (found.row_count, found.rows_total) == (3, 3)


def test_a_single_object_is_one_row(folder: Path) -> None:
    found = sample(folder, {"name": "x", "phones": ["1", "2"], "home": {"zip": "3"}})
    assert held(found) == {"name": ["x"], "phones[]": ["1", "2"], "home.zip": ["3"]}
    assert found.row_count == 1


def test_arrays_in_an_array_are_a_table_whose_header_is_always_kept(folder: Path) -> None:
    rows = [["id", "name"], *([number, f"n{number}"] for number in range(500))]
    for text in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        found = sample(folder, text, plan=SamplePlan(rows=20, seed=4))
        assert [column.name for column in found.columns] == ["id", "name"]
        assert (found.row_count, found.rows_total, found.method) == (20, 500, SampleMethod.RANDOM_ROWS)
        assert found.header_is_first_row


def test_rows_without_names_inside_an_object_are_columns_by_their_place(folder: Path) -> None:
    found = sample(folder, {"fields": ["id", "name"], "data": [[1, "x"], [2, "y"]]})
    assert held(found) == {"data[].column 1": ["1", "2"], "data[].column 2": ["x", "y"], "fields[]": ["id", "name"]}
    assert found.row_count == 2


def test_rows_wider_than_any_table_are_lists(folder: Path) -> None:
    found = sample(folder, {"grid": [list(range(2000))] * 2})
    assert [(column.name, len(found.values(0))) for column in found.columns] == [("grid[][]", 4000)]


@pytest.mark.parametrize(("content", "rows"), [('["x", "y"]', ["x", "y"]), ("5", ["5"]), ('"text"', ["text"])])
def test_values_without_a_name_are_one_column(folder: Path, content: str, rows: list[str]) -> None:
    found = sample(folder, content)
    assert held(found) == {"[]": rows}
    assert found.columns[0].name_is_made_up


@pytest.mark.parametrize("name", ["t.jsonl", "t.ndjson", "t.json", "t.jsonl.gz", "t.json.gz", "T.JSON"])
def test_lines_and_values_after_one_another_are_rows(folder: Path, name: str) -> None:
    for separator in ("\n", "\r\n", "\n\n  ", " ", "\n\x1e"):
        content = separator.join(['{"a": 1}', '{"a": 2, "b": [3]}', '{"a": "\u00e9"}']).encode()
        found = sample(folder, gzip.compress(content) if name.endswith(".gz") else content, name)
        assert held(found) == {"a": ["1", "2", "é"], "b[]": [None, "3", None]}
        assert (found.row_count, found.rows_total, found.partly) == (3, 3, False)


def test_features_of_a_map_are_rows_and_their_geometry_one_text(folder: Path) -> None:
    shapes = [
        {"type": "Point", "coordinates": [-73.98, 40.75]},
        {"type": "Polygon", "coordinates": [[[0, 1], [2, 3]]]},
        {"type": "Point", "coordinates": {"no": "list"}},
    ]
    features = [{"type": "Feature", "properties": {"owner": "x"}, "geometry": shape} for shape in shapes]
    found = sample(folder, {"type": "FeatureCollection", "features": features}, "t.geojson")
    assert held(found) == {
        "features[].type": ["Feature"] * 3,
        "features[].properties.owner": ["x"] * 3,
        "features[].geometry": ["POINT (-73.98 40.75)", "POLYGON ((0 1, 2 3))", None],
        "features[].geometry.type": [None, None, "Point"],
        "features[].geometry.coordinates.no": [None, None, "list"],
        "type": ["FeatureCollection"],
    }


def test_a_geometry_beside_others_is_one_text(folder: Path) -> None:
    shape = {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}
    assert held(sample(folder, {"name": "x", "area": shape})) == {"name": ["x"], "area": ["MULTIPOINT (1 2, 3 4)"]}


def test_names_that_read_alike_stay_two_columns(folder: Path) -> None:
    found = sample(folder, [{"a.b": 1, "a": {"b": 2}, "x[]": 3, "x": [4]}] * 5)
    assert [column.name for column in found.columns] == ["a.b", "a.b", "x[]", "x[]"]
    assert [column.key for column in found.columns] == ["a.b", "a.b#2", "x[]", "x[]#2"]
    assert [column.position for column in found.columns] == [0, 1, 2, 3]


# Keys that are data


def test_an_object_whose_keys_are_data_is_rows(folder: Path) -> None:
    found = sample(folder, {"870-12-3456": {"name": "x"}, "871-12-3457": {"name": "y", "sums": [1, 2]}})
    assert held(found) == {"*": ["870-12-3456", "871-12-3457"], "*.name": ["x", "y"], "*.sums[]": [None, "1", "2"]}
    assert (found.row_count, found.columns[0].name_is_made_up, found.columns[1].name_is_made_up) == (2, True, False)


def test_plain_values_under_such_keys_stand_beside_them(folder: Path) -> None:
    found = sample(folder, [{"n": 1, "paid": {"2020-01": 5, "2020-02": 6}}, {"n": 2, "paid": {"2020-02": 7}}])
    assert held(found)["paid.*"] == ["2020-01", "2020-02", "2020-02"]
    assert held(found)["paid.*.value"] == ["5", "6", "7"]


FIVE_THOUSAND = list(itertools.islice(itertools.product("abcdefghijklmnopqrstuvwxyz", repeat=3), 5000))
PEOPLE = [
    f"{first}{second}" for first in ("Ada", "Bo", "Cy", "Di", "Ed") for second in ("stone", "wood", "hill", "ley")
]


@pytest.mark.parametrize(
    "document",
    [
        {name: {"sum": 1, "at": "x"} for name in PEOPLE[:4]},
        [{"id": n, "sums": {PEOPLE[2 * n]: 1, PEOPLE[2 * n + 1]: 2}} for n in range(10)],
        {f"person {chr(97 + n // 26)}{chr(97 + n % 26)}": "x" for n in range(100)},
        {f"person {''.join(letters)}": {"a": 1} if letters[2] < "m" else "x" for letters in FIVE_THOUSAND},
    ],
    ids=["alike objects", "seldom shared", "many", "more than any table has columns"],
)
def test_words_as_keys_are_data_where_their_objects_say_so(folder: Path, document: Any) -> None:
    names = {column.name for column in sample(folder, document).columns}
    assert any(name.endswith("*") for name in names)
    assert not any(key in name for name in names for key in [*PEOPLE, "person"])


NUMBERS = st.from_regex(r"8[7-9][0-9]-[1-9][0-9]-[1-9][0-9]{3}", fullmatch=True)
ORDINARY = st.from_regex(r"[a-z]{1,8}(_[a-z]{1,8}){0,2}", fullmatch=True)


@given(
    by_number=st.dictionaries(
        NUMBERS, st.one_of(st.none(), st.integers(), st.dictionaries(ORDINARY, st.text())), min_size=1
    ),
    where=st.sampled_from(["top", "nested", "listed", "in records"]),
    others=st.integers(min_value=0, max_value=6),
)
def test_a_number_of_somebody_is_never_the_name_of_a_column(
    folder: Path, by_number: dict[str, object], where: str, others: int
) -> None:
    document = {
        "top": by_number,
        "nested": {"cases": {"open": by_number}},
        "listed": [[by_number]],
        "in records": [{"id": 1, "by": by_number}, *({"id": n, "by": {}} for n in range(others))],
    }[where]
    found = sample(folder, document)
    assert not any(number in column.name for number in by_number for column in found.columns)
    assert set(by_number) <= text_of(found)


@given(st.lists(ORDINARY, min_size=1, max_size=30, unique=True), st.integers(min_value=5, max_value=12))
def test_fields_that_records_share_are_columns(folder: Path, fields: list[str], records: int) -> None:
    found = sample(folder, [dict.fromkeys(fields, f"v{n}") for n in range(records)])
    assert [column.name for column in found.columns] == fields


def test_numbered_fields_and_alike_parts_that_records_share_are_columns(folder: Path) -> None:
    places = ("home", "work", "mail", "bill")
    record = {"B01001_001E": 1, "B01001_002E": 2, "at": {place: {"zip": 3, "city": "x"} for place in places}}
    names = [column.name for column in sample(folder, [record] * 6).columns]
    expected = [f"at.{place}.{part}" for place in places for part in ("zip", "city")]
    assert names == ["B01001_001E", "B01001_002E", *expected]


def test_events_of_many_kinds_keep_their_names(folder: Path) -> None:
    events = [{f"code_{letter}": n, f"part_{letter}": {"x": n}} for n, letter in enumerate("abcdef")]
    names = {column.name for column in sample(folder, events).columns}
    assert names == {name for letter in "abcdef" for name in (f"code_{letter}", f"part_{letter}.x")}


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(st.text(max_size=6), inner, max_size=6)),
    max_leaves=40,
)


def leaves(value: Any) -> Iterator[str]:
    """Every value and every key."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif value is not None:
        yield value if isinstance(value, str) else json.dumps(value)


def readable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def test_a_list_of_empty_lists_keeps_its_name(folder: Path) -> None:
    assert held(sample(folder, {"A": [[]]})) == {"A[]": [None]}


@given(st.lists(JSON, min_size=1, max_size=4), st.booleans())
def test_nothing_that_was_read_is_hidden(folder: Path, documents: list[Any], in_lines: bool) -> None:
    value = documents if in_lines else documents[0]
    text = "\n".join(map(json.dumps, documents)) if in_lines else json.dumps(value)
    try:
        found = sample(folder, text)
    except DatasetError as error:
        assert error.reason is SkipReason.EMPTY  # noqa: PT017 - one of two good ends
        seen = ""
    else:
        assert not found.partly
        assert all(len(found.values(column.position)) for column in found.columns) or found.row_count == 0
        seen = readable("\n".join([*text_of(found), *(column.name for column in found.columns)]))
    for leaf in leaves(value):
        assert readable(leaf) in seen or not leaf.strip()


# Bounds


def numbered(count: int) -> list[dict[str, object]]:
    return [{"n": number, "t": f"row {number}", "in": {"deep": [number]}} for number in range(count)]


@pytest.mark.parametrize("window", [60, 3000])
@pytest.mark.parametrize("wrap", ["array", "wrapped", "deeper", "keys", "lines"])
def test_what_does_not_fit_is_read_piece_by_piece(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wrap: str, window: int
) -> None:
    monkeypatch.setattr(json_text, "WINDOW", window)
    monkeypatch.setattr(json_text, "_CHUNK", 50)
    rows = numbered(300)
    content = {
        "array": json.dumps(rows),
        "wrapped": json.dumps({"count": 300, "rows": rows, "end": "x"}),
        "deeper": json.dumps({"a": {"b": {"rows": rows}}}, indent=1),
        "keys": json.dumps({f"{row['n']:06}": row for row in rows}),
        "lines": "\n".join(map(json.dumps, rows)),
    }[wrap]
    whole = sample(folder, content, plan=SamplePlan(rows=1000, seed=1))
    assert (whole.row_count, whole.rows_total, whole.method) == (300, 300, SampleMethod.ALL_ROWS)
    assert not whole.partly
    assert {row["t"] for row in rows} <= text_of(whole)
    some, again, other = (sample(folder, content, plan=SamplePlan(rows=40, seed=seed)) for seed in (3, 3, 4))
    assert (some.row_count, some.rows_total, some.method) == (40, 300, SampleMethod.RANDOM_ROWS)
    assert held(some) == held(again) != held(other)
    chosen = sorted(int(text.removeprefix("row ")) for text in text_of(some) if text.startswith("row "))
    assert chosen[0] < 100 < 200 < chosen[-1]
    assert len(chosen) == 40


def test_a_list_of_which_only_some_was_kept_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WINDOW", 100)
    monkeypatch.setattr(json_text, "_CHUNK", 50)
    found = sample(folder, [{"id": 1, "marks": list(range(500))}], plan=SamplePlan(rows=40, seed=1))
    assert (found.partly, len(held(found)["marks[]"])) == (True, 40)


def test_objects_of_more_members_than_are_kept_are_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WINDOW", 100)
    monkeypatch.setattr(json_text, "_CHUNK", 50)
    found = sample(folder, {f"f{'x' * n}": n for n in range(60)}, plan=SamplePlan(rows=40, seed=1))
    assert (found.partly, len(found.columns)) == (True, 40)


def test_large_records_are_fewer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "KEPT_CHARACTERS", 5000)
    content = "\n".join(json.dumps({"n": n, "text": "x" * 200}) for n in range(400))
    found = sample(folder, content, plan=SamplePlan(rows=300, seed=1))
    assert found.partly
    assert (found.method, found.rows_total) == (SampleMethod.RANDOM_ROWS, 400)
    assert 10 <= found.row_count <= 25
    assert max(int(cell or 0) for cell in found.values(0)) > 200


def test_parts_all_over_a_large_file_of_lines_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "EXCERPTED", 10_000_000)
    content = "\n".join(json.dumps({"n": n, "text": "x" * 600}) for n in range(60_000)).encode()
    found = sample(folder, content)
    assert (found.row_count, found.method, found.rows_total, found.partly) == (
        100,
        SampleMethod.RANDOM_ROWS,
        None,
        True,
    )
    numbers = [int(cell or 0) for cell in found.values(0)]
    assert min(numbers) < 20_000 < 40_000 < max(numbers)
    many = sample(folder, content, plan=SamplePlan(rows=100_000, seed=1))
    assert many.method is SampleMethod.RANDOM_ROWS
    assert sample(folder, gzip.compress(content, 1), "t.jsonl.gz").rows_total == 60_000
    # Where a sign takes two bytes, no part could be told to begin between two of them.
    whole = sample(folder, content.decode().encode("utf-16"))
    assert (whole.rows_total, whole.partly) == (60_000, False)


@pytest.mark.parametrize("limit", ["characters", "time"])
@pytest.mark.parametrize("in_lines", [True, False])
def test_reading_ends_in_time_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limit: str, in_lines: bool
) -> None:
    monkeypatch.setattr(json_text, "WINDOW", 100)
    monkeypatch.setattr(json_text, "_CHUNK", 1000)
    ticks = itertools.count()
    if limit == "characters":
        monkeypatch.setattr(json_text, "MOST_CHARACTERS", 5000)
    else:
        monkeypatch.setattr(json_text.time, "monotonic", lambda: next(ticks))
    rows = numbered(2000)
    content = "\n".join(map(json.dumps, rows)) if in_lines else json.dumps(rows)
    plan = SamplePlan(rows=1000, seed=1, seconds=100.5)
    found = sample(folder, content, plan=plan)
    assert 20 < found.row_count < 200
    assert (found.method, found.rows_total, found.partly) == (SampleMethod.FIRST_ROWS, None, True)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        "[" * 500 + "]" * 500,
        '{"a":' * 100 + "1" + "}" * 100,
        '[{"a":' + "[" * 100 + "1" + "]" * 100 + "}]",
        '{"x": 1}\n' + "[" * 100_000,
    ],
    ids=["torn", "arrays", "objects", "in a record", "in a line"],
)
def test_what_is_nested_too_deep_is_refused(folder: Path, content: str) -> None:
    assert reason(folder, content) is SkipReason.TOO_LARGE


def test_torn_values_are_not_entered_for_ever(folder: Path) -> None:
    found = sample(folder, '{"first": 1, "a":' + '{"a":' * 400)
    assert (held(found)["first"], found.partly) == (["1"], True)


def test_columns_and_values_are_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_COLUMNS", 50)
    found = sample(folder, [{"x" * n: n for n in range(1, 99)}] * 6)
    assert (len(found.columns), found.partly) == (50, True)
    monkeypatch.setattr(columns, "MOST_VALUES", 200)
    found = sample(folder, [{"marks": list(range(500))}, {"marks": [1]}])
    assert (len(found.values(0)), found.partly) == (200, True)
    assert max(int(cell or 0) for cell in found.values(0)) > 300


def test_long_texts_and_names_are_cut(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = SamplePlan(rows=10, seed=1, cell_chars=7)
    found = sample(folder, [{"ä" * 50: "b" * 50}] * 6, plan=plan)
    assert held(found) == {"ä" * 7: ["b" * 7] * 6}
    monkeypatch.setattr(json_text, "WINDOW", 100)
    monkeypatch.setattr(json_text, "_CHUNK", 50)
    monkeypatch.setattr(json_text, "KEPT_CHARACTERS", 1000)
    scans = [{"scan": "x" * 5000, "after": "y"}] * 6
    found = sample(folder, scans, plan=SamplePlan(rows=10, seed=1, cell_chars=7))
    assert (held(found), found.partly) == ({"scan": ["x" * 7] * 6, "after": ["y"] * 6}, False)


def test_numbers_are_not_taken_for_whole_where_reading_paused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WINDOW", 20)
    monkeypatch.setattr(json_text, "_CHUNK", 7)
    numbers = [str(number) for number in range(95_000, 105_000, 333)]
    assert held(sample(folder, f"[{', '.join(numbers)}]")) == {"[]": numbers}


# Repair


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("separator", ["\n", ","])
def test_encodings_are_recognised(folder: Path, encoding: str, separator: str) -> None:
    text = separator.join(['{"näme": "José"}', '{"näme": "Köln"}'])
    found = sample(folder, (text if separator == "\n" else f"[{text}]").encode(encoding))
    assert held(found) == {"näme": ["José", "Köln"]}


def test_one_byte_of_another_encoding_spoils_nothing_else(folder: Path) -> None:
    found = sample(folder, b'[{"a": "caf\xe9"}, {"a": "' + "Köln".encode() + b'"}]')
    assert (held(found), found.partly) == ({"a": ["café", "Köln"]}, False)


def test_a_name_given_twice_keeps_both_values(folder: Path) -> None:
    assert held(sample(folder, '[{"a": 1, "a": 2}, {"a": 3}]')) == {"a": ["1", "2", "3"]}


def test_numbers_of_any_length_and_none_are_text(folder: Path) -> None:
    huge = "9" * 6000
    found = sample(folder, f'[{{"a": {huge}}}, {{"a": 1e99999}}, {{"a": NaN}}, {{"a": -Infinity}}]')
    assert held(found) == {"a": [huge[: PLAN.cell_chars], "1e99999", "NaN", "-Infinity"]}


def test_no_value_holds_what_text_may_not(folder: Path) -> None:
    found = sample(folder, b'[{"a": "x\\ud800y\\u0000z\0!", "b": "two\nlines\t"}]')
    assert held(found) == {"a": ["x?yz!"], "b": ["two\nlines\t"]}


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ('{"a": 1}\n{"a": tru}\n{"a": 3}\n', ["1", "3"]),
        ('{"a": 1}\n{"a": 2}\n{"a": 3, "b": "torn', ["1", "2", "3"]),
        ('{"a": 1}\n, , ,\n{"a": 2}', ["1", "2"]),
    ],
    ids=["middle", "end", "signs"],
)
def test_a_spoiled_line_spoils_no_other(folder: Path, content: str, values: list[str]) -> None:
    found = sample(folder, content)
    assert [cell for cell in held(found)["a"] if cell] == values
    assert found.partly


@pytest.mark.parametrize(
    "content",
    [
        '[{"a": 1}, {"a": 2}, {"a": 3, "b": {"c"',
        '[{"a": 1}, {"a": 2}, {"a": 3}] and more',
        '[{"a": 1}, {"a": 2}, {"a": 3}, oh, {"a": 4}]',
        '{"rows": [{"a": 1}, {"a": 2}, {"a": 3}], "n": }',
    ],
    ids=["torn", "more", "wrong", "beside"],
)
def test_a_torn_document_is_read_up_to_the_tear(folder: Path, content: str) -> None:
    found = sample(folder, content)
    (name,) = {column.name for column in found.columns} & {"a", "rows[].a"}
    assert held(found)[name] == ["1", "2", "3"]
    assert (found.method, found.rows_total, found.partly) == (SampleMethod.FIRST_ROWS, None, True)


def test_a_comma_too_many_does_no_harm(folder: Path) -> None:
    assert held(sample(folder, '[{"a": 1,}, {"a": 2},]')) == {"a": ["1", "2"]}


@pytest.mark.parametrize(
    "text",
    [
        '{ // first\n "a": /* why */ "1", // last\n // and again\n "b": {"c": "2" /* so */}\n}',
        '/* one\n * two */ {"a": "1", "b": {"c": "2"}} // end',
    ],
    ids=["within", "around"],
)
def test_notes_between_values_are_passed_over_and_that_is_said(folder: Path, text: str) -> None:
    found = sample(folder, text)
    assert held(found) == {"a": ["1"], "b.c": ["2"]}
    assert found.caveats == {Caveat.TORN}


def test_notes_are_passed_over_wherever_reading_pauses(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "WINDOW", 2)
    monkeypatch.setattr(json_text, "_CHUNK", 1)
    found = sample(folder, '{ // first\n "a": /* why */ "1", /**/ "b": {"c": "2" /* so */}\n} // end')
    assert held(found) == {"a": ["1"], "b.c": ["2"]}


@pytest.mark.parametrize("text", ["{ # no note of any kind\n}", "[{", "{ // only a note\n}", "[ / 1]", "{ /"])
def test_what_could_not_be_read_is_not_called_empty(folder: Path, text: str) -> None:
    assert reason(folder, text) is SkipReason.UNREADABLE


def test_torn_compressed_text_is_read_up_to_the_tear(folder: Path) -> None:
    chance = random.Random(1)
    content = json.dumps([{"n": chance.random()} for _ in range(20_000)]).encode()
    found = sample(folder, gzip.compress(content)[:-5000], "t.json.gz")
    assert (found.row_count, found.rows_total, found.partly) == (100, None, True)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf", b"null", b"[]", b"{}", b"[{}, {}]", b"\0\0\0\0"])
def test_without_one_value_it_is_empty(folder: Path, content: bytes) -> None:
    assert reason(folder, content) is SkipReason.EMPTY


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (f"var x = [{CANARY}]", "t.jsonl"),
        (b"\x89\r\n\x1a\n" + bytes(range(256)) + CANARY.encode(), "t.json"),
        (gzip.compress(CANARY.encode() * 1000)[:5], "t.json.gz"),
    ],
    ids=["program", "noise", "torn gzip"],
)
def test_what_is_no_json_is_refused_and_not_quoted(folder: Path, content: object, name: str) -> None:
    assert reason(folder, content, name) is SkipReason.UNREADABLE


@given(content=st.one_of(st.binary(max_size=300), st.text('[]{}":,0 \n\\ea', max_size=80).map(str.encode)))
def test_any_bytes_are_read_or_refused(folder: Path, content: bytes) -> None:
    try:
        found = sample(folder, content)
    except DatasetError as error:
        assert error.reason in ENDS  # noqa: PT017 - one of the good ends
    else:
        assert found.columns
