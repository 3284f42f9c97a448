"""Likely copies: what makes a file the copy of a table, as properties of the rule."""

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.model.copies import (
    LEAST_COLUMNS,
    MOST_USES,
    CopyDecision,
    CopyStanding,
    CopyVerdict,
    LikelyCopy,
    Likeness,
    Mark,
    Uses,
    key_of,
    keys_of,
    likeness,
    parts,
    rarity,
    standing,
)
from catalog.model.holdings import Column, DatasetKind

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NAMES = ("intakeno", "shelterid", "clientname", "dob", "ssn", "beds", "caseworker", "exitdate", "voucher")
KEYS = st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=LEAST_COLUMNS, max_size=30, unique=True)


def marks(*keys: str, types: frozenset[str] = frozenset(), shapes: frozenset[str] = frozenset()) -> list[Mark]:
    return [Mark(key, types, shapes) for key in keys]


def in_all(uses: int, *keys: str) -> Uses:
    """A catalog in which each of these names is in so many of a thousand datasets."""
    return Uses(dict.fromkeys(keys, uses), 1_000)


def rare(*keys: str) -> Uses:
    return in_all(2, *keys)


def column(position: int, name: str, *, withheld: bool = False) -> Column:
    return Column(
        position, 1, f"hash-{name}" if withheld else name, name, withheld, position, "", "", None, False, AT, None
    )


@given(KEYS)
def test_a_table_is_a_copy_of_itself_as_sure_as_can_be(keys: list[str]) -> None:
    file = marks(*keys, types=frozenset({"SSN"}), shapes=frozenset({"999-99-9999"}))
    found = likeness(file, file, rare(*keys))
    assert found is not None
    assert (found.common, found.columns, found.of_columns, found.score) == (len(keys), len(keys), len(keys), 1.0)


@given(KEYS, st.data())
def test_fewer_columns_in_common_never_make_it_surer(keys: list[str], data: st.DataObject) -> None:
    less = data.draw(st.lists(st.sampled_from(keys), unique=True))
    whole = likeness(marks(*keys), marks(*keys), rare(*keys))
    part = likeness(marks(*keys), marks(*(key for key in keys if key in less)), rare(*keys))
    assert whole is not None
    assert part is None or (part.common <= whole.common and part.score <= whole.score)
    if len(less) < max(LEAST_COLUMNS, 0.8 * len(keys)):
        assert part is None


@given(KEYS, st.integers(0, 2**32))
def test_the_order_of_columns_moves_the_score_and_not_the_decision_on_it(keys: list[str], seed: int) -> None:
    mixed = random.Random(seed).sample(keys, len(keys))  # shuffles a test
    ordered, other = (
        likeness(marks(*keys), marks(*keys), rare(*keys)),
        likeness(marks(*mixed), marks(*keys), rare(*keys)),
    )
    assert ordered is not None
    assert other is not None
    assert other.digest == ordered.digest
    assert other.in_order is (mixed == keys)
    assert other.score <= ordered.score


@given(KEYS, KEYS)
def test_what_shares_nothing_is_no_copy(keys: list[str], others: list[str]) -> None:
    unlike = [f"x{key}" for key in others]
    assert likeness(marks(*keys), marks(*unlike), rare(*keys, *unlike)) is None


def test_an_export_without_some_columns_of_its_table_is_a_copy() -> None:
    found = likeness(marks(*NAMES[:5]), marks(*NAMES), rare(*NAMES))
    assert found is not None
    assert (found.common, found.columns, found.of_columns) == (5, 5, 9)


def test_a_file_with_more_of_its_own_than_a_fifth_is_none() -> None:
    own = ("a", "b", "c")
    assert likeness(marks(*NAMES, "a", "b"), marks(*NAMES), rare(*NAMES)) is not None
    assert likeness(marks(*NAMES, *own), marks(*NAMES), rare(*NAMES)) is None


def test_columns_without_a_name_count_against_it() -> None:
    assert likeness(marks(*NAMES), marks(*NAMES), rare(*NAMES), "", 11) is not None
    assert likeness(marks(*NAMES), marks(*NAMES), rare(*NAMES), "", 12) is None


def test_names_that_all_tables_have_make_no_copy() -> None:
    names = ("id", "name", "date", "status", "notes")
    assert likeness(marks(*names), marks(*names), rare(*names)) is not None
    assert likeness(marks(*names), marks(*names), in_all(150, *names)) is None
    assert likeness(marks(*names), marks(*names), in_all(0)) is None


@given(st.integers(2, 10_000), st.integers(2, 10_000), st.integers(0, 10**6))
def test_the_more_datasets_have_a_name_the_less_it_weighs(few: int, many: int, of: int) -> None:
    few, many = sorted((few, many))
    assert 0 <= rarity(many, of) <= rarity(few, of) <= 1
    assert few <= MOST_USES or rarity(few, of) == 0
    assert rarity(2, of) == 1


@given(st.integers(2, MOST_USES), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_name_weighs_more_the_larger_the_catalog_is(uses: int, small: int, large: int) -> None:
    small, large = sorted((small, large))
    assert rarity(uses, small) <= rarity(uses, large)


def test_other_types_in_more_than_a_quarter_of_the_columns_make_no_copy() -> None:
    table = [Mark(name, frozenset({"SSN"})) for name in NAMES[:8]]
    for other, is_copy in ((2, True), (3, False)):
        file = [Mark(name, frozenset({"PHONE" if place < other else "SSN"})) for place, name in enumerate(NAMES[:8])]
        found = likeness(file, table, rare(*NAMES))
        assert (found is not None) is is_copy
    assert likeness(marks(*NAMES[:8]), table[:1] + marks(*NAMES[1:8]), rare(*NAMES)) is not None


def test_other_shapes_in_most_columns_make_no_copy() -> None:
    table, file = marks(*NAMES, shapes=frozenset({"999-99"})), marks(*NAMES, shapes=frozenset({"AAA"}))
    assert likeness(file, table, rare(*NAMES)) is None
    assert likeness(file[:4] + table[4:], table, rare(*NAMES)) is not None


@pytest.mark.parametrize("name", ["Last Name", "last_name", "lastName", "LASTNAME", "LAST-NAME", "lást name"])
def test_a_name_is_the_same_however_it_is_written(name: str) -> None:
    assert key_of(name, "k", withheld=False) == "lastname"


def test_a_name_that_we_made_up_or_without_a_letter_tells_nothing() -> None:
    assert key_of("column 12", "", withheld=False) == ""
    assert key_of("--", "", withheld=False) == ""
    assert key_of("column 12b", "", withheld=False) != ""


def test_a_withheld_name_is_compared_by_what_stands_for_it_and_never_by_its_shape() -> None:
    one, other = (key_of("name withheld (Aaa)", key, withheld=True) for key in ("h1", "h2"))
    assert one != other
    assert one == key_of("another text", "h1", withheld=True)


@given(st.text(max_size=400))
def test_a_key_has_room_whatever_the_name(name: str) -> None:
    assert len(key_of(name, name, withheld=False)) <= 80
    assert len(key_of(name, name, withheld=True)) <= 80


def test_tables_inside_a_document_are_compared_one_by_one() -> None:
    columns = [column(0, "text"), column(1, "table 1: Last Name"), column(2, "table 1: ssn"), column(3, "table 2: ssn")]
    found = parts(DatasetKind.DOCUMENT, columns)
    assert {label: [key for _, key in keyed] for label, keyed in found.items()} == {
        "": ["text"],
        "table 1": ["lastname", "ssn"],
        "table 2": ["ssn"],
    }
    assert list(parts(DatasetKind.FILE, columns)) == [""]


def pair(digest: str) -> LikelyCopy:
    return LikelyCopy(1, 2, "", 5, 5, 9, 4, 4, True, 0.9, digest, AT)


def said(number: int, verdict: CopyVerdict, digest: str = "d") -> CopyDecision:
    return CopyDecision(number, 1, 2, verdict, "Because", digest, "ada", AT)


def test_no_copy_holds_until_the_columns_move_and_is_taken_back_by_a_later_word() -> None:
    no = said(1, CopyVerdict.NOT_A_COPY)
    assert standing(pair("d"), [])[0] is CopyStanding.LIKELY
    assert standing(pair("d"), [no]) == (CopyStanding.REJECTED, no)
    assert standing(pair("other"), [no]) == (CopyStanding.REOPENED, no)
    back = said(2, CopyVerdict.WITHDRAWN)
    assert standing(pair("d"), [back, no]) == (CopyStanding.LIKELY, back)


def test_a_decision_is_on_columns_and_not_on_how_much_was_looked_at() -> None:
    known: list[Likeness | None] = [
        likeness(marks(*NAMES, types=types), marks(*NAMES, types=types), rare(*NAMES))
        for types in (frozenset[str](), frozenset({"SSN"}))
    ]
    assert len({one.digest for one in known if one}) == 1


@pytest.mark.parametrize("kind", [DatasetKind.SHEET, DatasetKind.FILES])
def test_names_of_files_and_notes_are_no_columns_of_anybodys(kind: DatasetKind) -> None:
    names = ("intake", "table 2: code", "files of other columns 1: zone", "files: name", "notes: text", "Home: city")
    found = parts(kind, [column(place, name) for place, name in enumerate(names)])
    told = {label: [key for _, key in part] for label, part in found.items()}
    assert told == {"": ["intake", "homecity"], "table 2": ["code"], "files of other columns 1": ["zone"]}


def test_a_table_and_its_copy_stand_among_one_set_of_names_wherever_they_are() -> None:
    table = keys_of(parts(DatasetKind.TABLE, [column(0, "Intake No"), column(1, "ssn")]))
    names = ("zone", "table 2: SSN", "table 2: intake_no")
    inside = keys_of(parts(DatasetKind.SHEET, [column(place, name) for place, name in enumerate(names)]))
    assert set(table) < set(inside)
    assert {inside[key] for key in table} == set(table.values())
    assert inside["zone"] not in table.values()
