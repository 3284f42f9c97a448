"""Passages, and the tables beside them, whatever format they come from."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.ports import SamplePlan
from connectors.files.documents import passages
from connectors.files.documents.grids import Grid
from connectors.files.documents.passages import MOST_TABLES, Gathering, Rows, paragraphs, pieces, tidied
from tests.support.documents import PLAN, THING, tables, texts


def rows_of(*rows: tuple[str, ...], plan: SamplePlan = PLAN) -> Rows:
    found = Rows(plan)
    for row in rows:
        found.add(row)
    return found


@given(st.text(), st.integers(min_value=4, max_value=50))
def test_a_long_passage_is_cut_into_pieces_and_nothing_of_it_is_lost(text: str, longest: int) -> None:
    found = list(pieces(tidied(text), longest))

    assert all(0 < len(piece) <= longest for piece in found)
    assert "".join("".join(found).split()) == "".join(tidied(text).split())


def test_a_passage_is_cut_between_words_where_there_are_any() -> None:
    words = ["4711-0815"] * 300

    found = list(pieces(" ".join(words), 100))

    assert [word for piece in found for word in piece.split()] == words


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=90)))
def test_paragraphs_hold_every_sign_of_their_lines(lines: list[str]) -> None:
    found = "".join("".join(paragraphs(lines)).split())

    # A hyphen at the end of a line may go.
    assert found.replace("-", "") == "".join("".join(lines).split()).replace("-", "")


def test_what_lies_across_the_end_of_a_line_is_put_together() -> None:
    lines = [
        "On Monday the inspector wrote in his report of the case that Ms. Ana",
        "Ruiz of apartment 4B, whose account has the number 4711-0815-2342-",
        "7007, was not at home and that nobody had heard of her dis-",
        "appearance.",
        "",
        "* first item",
        "* second item",
    ]

    first, *bullets = paragraphs(lines)
    assert "that Ms. Ana Ruiz of apartment 4B" in first
    assert "the number 4711-0815-2342-7007, was not" in first
    assert first.endswith("heard of her disappearance.")
    assert bullets == ["* first item", "* second item"]


def test_short_lines_are_passages_of_their_own() -> None:
    assert list(paragraphs(["Name: Ana Ruiz", "Born: 1980", "Case: 12"])) == [
        "Name: Ana Ruiz",
        "Born: 1980",
        "Case: 12",
    ]


def test_a_text_of_many_passages_is_sampled_by_seed_and_in_order() -> None:
    lines = [f"passage {number}" for number in range(5000)]

    found = [texts(Gathering(SamplePlan(100, seed), THING).sample(lines)) for seed in (1, 1, 2)]

    assert found[0] == found[1] != found[2]
    assert found[0] == sorted(found[0], key=lambda text: int(str(text).split()[1]))
    sample = Gathering(SamplePlan(100, 1), THING).sample(lines)
    assert (sample.method, sample.rows_total, sample.row_count) == (SampleMethod.RANDOM_ROWS, 5000, 100)


def test_the_column_of_passages_has_a_name_of_ours() -> None:
    (column,) = Gathering(PLAN, THING).sample(["a passage"]).columns

    assert (column.name, column.name_is_made_up) == ("text", True)


def test_a_document_without_text_is_empty() -> None:
    with pytest.raises(DatasetError) as refusal:
        Gathering(PLAN, THING).sample([" ", "\n"])

    assert refusal.value.reason is SkipReason.EMPTY


def test_tables_of_the_same_columns_are_one() -> None:
    into = Gathering(PLAN, THING)
    for client in ("Ana", "Bo"):
        assert not list(into.table(rows_of(("Client", "Born"), (client, "1980"), (client, "1990"))))
    assert not list(into.table(rows_of(("Street", "No"), ("Main", "1"))))

    found = tables(into.sample(["text"]))

    assert found == {
        "table 1": [("Client", "Born"), ("Ana", "1980"), ("Ana", "1990"), ("Bo", "1980"), ("Bo", "1990")],
        "table 3": [("Street", "No"), ("Main", "1")],
    }


def test_a_first_row_that_is_said_again_may_still_be_data() -> None:
    into = Gathering(PLAN, THING)
    for _ in range(2):
        list(into.table(rows_of(("Ana Ruiz", "1980"), ("Bo Li", "1990"))))

    assert into.sample(["text"]).inner[0].sample.header_is_first_row


def test_of_too_many_tables_some_are_left_out_and_that_is_said() -> None:
    into = Gathering(PLAN, THING)
    for number in range(MOST_TABLES + 1):
        list(into.table(rows_of((f"a{number}", "b"), ("1", "2"))))

    sample = into.sample(["text"])

    assert len(sample.inner) == MOST_TABLES
    assert sample.caveats == {Caveat.CUT}
    assert sample.rows_total == 1  # of passages, all were seen


@pytest.mark.parametrize(
    "rows",
    [
        [("Alone in a frame",)],
        [("left", "right")],
        [("A letter", ""), ("in a frame", "")],
        [("menu", "a" * 5000), ("more", "b")],
    ],
)
def test_what_only_places_text_on_a_page_is_no_table(rows: list[tuple[str, ...]]) -> None:
    into = Gathering(PLAN, THING)

    assert list(into.table(rows_of(*rows))) == [cell for row in rows for cell in row if cell]
    assert not into.inner


def test_of_a_long_table_rows_are_kept_from_all_over_it() -> None:
    plan = SamplePlan(rows=50, seed=3)
    into = Gathering(plan, THING)
    list(into.table(rows_of(("number", "square"), *((str(n), str(n * n)) for n in range(10_000)), plan=plan)))

    (table,) = into.sample(["text"]).inner

    numbers = [int(str(value)) for value in table.sample.values(0)]
    assert numbers == sorted(numbers)
    assert max(numbers) > 5000
    assert (table.sample.rows_total, table.sample.method) == (10_000, SampleMethod.RANDOM_ROWS)


def test_a_record_keeps_its_fields_names_as_names() -> None:
    into = Gathering(PLAN, THING)
    into.record("form", [("last name", "Ruiz"), ("empty", ""), ("", "unnamed")])

    assert tables(into.sample(["text"])) == {"form": [("last name", "field"), ("Ruiz", "unnamed")]}


def test_reading_ends_at_a_limit_of_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "MOST_CHARACTERS", 100)
    into = Gathering(PLAN, THING)

    assert into.goes_on(100)
    assert not into.goes_on(1)
    assert into.sample(["text"]).caveats == {Caveat.CUT}


def test_reading_ends_at_a_limit_of_time() -> None:
    into = Gathering(SamplePlan(10, 1, seconds=1e-9), THING)

    assert not into.goes_on()
    sample = into.sample(["text"])
    assert (sample.caveats, sample.rows_total, sample.method) == ({Caveat.CUT}, None, SampleMethod.FIRST_ROWS)


def test_few_cells_that_claim_very_many_places_are_not_laid_out() -> None:
    into = Gathering(PLAN, THING)
    grid = Grid(into)
    grid.open_row()
    grid.cell("x", 1000, 65_534)
    for _ in range(3000):
        grid.open_row()
    grid.close_row()

    assert into.caveats == {Caveat.CUT}
    assert grid.rows.seen <= passages.MOST_SPANNED // 1000 + 1


Cells = list[list[tuple[int, int]]]


@given(st.lists(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), max_size=6), max_size=8))
def test_a_cell_stands_at_each_place_it_spans(cells: Cells) -> None:
    grid = Grid(Gathering(PLAN, THING))
    for row, spans in enumerate(cells):
        grid.open_row()
        for number, (across, down) in enumerate(spans):
            grid.cell(f"{row}/{number}", across, down)
    grid.close_row()

    assert grid.rows.kept == [row for row in laid_out(cells) if any(row)]


def laid_out(cells: Cells) -> list[list[str]]:
    """The plainest way to lay a table out: a map of places, each of which belongs to the first cell to claim it."""
    places: dict[tuple[int, int], str] = {}
    for row, spans in enumerate(cells):
        place = 0
        for number, (across, down) in enumerate(spans):
            while (row, place) in places:
                place += 1
            free = next((width for width in range(1, across) if (row, place + width) in places), across)
            for below, beside in itertools.product(range(down), range(free)):
                places[row + below, place + beside] = f"{row}/{number}"
            place += free
    widths = [1 + max((place for at, place in places if at == row), default=-1) for row in range(len(cells))]
    return [[places.get((row, place), "") for place in range(width)] for row, width in enumerate(widths)]


def test_text_keeps_no_sign_that_no_text_may_hold() -> None:
    hostile = "".join(map(chr, range(32))) + "\x7f\ud800 a\u00a0\u2003b \r\n \r\n c"

    assert tidied(hostile) == "a b\nc"


def test_the_same_choice_is_made_of_a_long_table_every_time() -> None:
    plan = SamplePlan(rows=5, seed=random.Random(1).randrange(100))
    rows = [(str(n),) for n in range(1000)]

    assert rows_of(*rows, plan=plan).kept == rows_of(*rows, plan=plan).kept


@pytest.mark.parametrize(
    ("typeset", "typed"),
    [("Gri\ufb03th, Cli\ufb00 and \ufb02oor", "Griffith, Cliff and floor"), ("Ma\u00adria Lo\u00adpez", "Maria Lopez")],
    ids=["ligatures", "places where a word may be parted"],
)
def test_words_read_as_they_were_typed_and_not_as_they_were_set(typeset: str, typed: str) -> None:
    assert tidied(typeset) == typed
