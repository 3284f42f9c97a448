"""Records of fixed width come back as they were written, or it is said that they do not."""

import gzip
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import fixed_width
from connectors.files.fixed_width import Field, Layout, layout_for, layouts, sample_fixed

PLAN = SamplePlan(rows=1000, seed=1)
TOLD = "*.dat: ssn 9, last name 12, - 3, dob 8; claims/claims_*.txt: claim 10, amount 12"
PEOPLE = [
    ("219099999", "Byron", "19010203"),
    ("457555462", "Müller", "19800405"),
    ("078051120", "Schäfer-Groß", "19700131"),
]


def read(content: bytes, layout: Layout, plan: SamplePlan = PLAN, *, packed: bool = False) -> Sample:
    if packed:
        return sample_fixed(gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(content))), "t.dat", plan, "A file", layout)
    return sample_fixed(io.BufferedReader(io.BytesIO(content)), "t.dat", plan, "A file", layout)


def rows_of(found: Sample) -> list[tuple[str | None, ...]]:
    return list(zip(*(found.values(place) for place in range(len(found.columns))), strict=True))


def line(cells: Sequence[str], widths: Sequence[int] = (9, 12, 8)) -> str:
    ssn, name, dob = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"{ssn}{name}xyz{dob}"


def test_a_description_names_files_columns_and_gaps() -> None:
    people, claims = layouts(TOLD)
    assert list(people.fields) == [Field("ssn", 0, 9), Field("last name", 9, 21), Field("dob", 24, 32)]
    assert (people.width, claims.pattern, claims.width) == (32, "claims/claims_*.txt", 22)


@pytest.mark.parametrize(
    ("path", "place"),
    [("x.dat", 0), ("old/x.dat", 0), ("claims/claims_1.txt", 1), ("claims_1.txt", None), ("x.csv", None)],
)
def test_a_file_has_the_layout_that_is_for_its_name_or_path(path: str, place: int | None) -> None:
    known = layouts(TOLD)
    assert layout_for(path, known) == (None if place is None else known[place])


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ("ssn 9, dob 8", "part 1"),
        ("*.dat: ssn 9; : dob 8", "part 2"),
        ("*.dat: ssn 9, dob", "column 2 of part 1"),
        ("*.dat: ssn 9, dob 0", "column 2 of part 1"),
        ("*.dat: ssn 9,, dob 8", "column 2 of part 1"),
        ("*.dat: ssn -9", "column 1 of part 1"),
        ("*.dat: 9", "column 1 of part 1"),
        ("*.dat: - 9", "part 1"),
        ("*.dat: a 99999, b 2", "part 1"),
        ("*.dat:", "column 1 of part 1"),
    ],
)
def test_a_bad_description_is_refused_with_its_place(told: str, where: str) -> None:
    with pytest.raises(SourceError) as caught:
        layouts(told)
    assert caught.value.reason is SkipReason.BAD_SETTINGS
    assert where in caught.value.cause


def test_no_description_describes_nothing() -> None:
    assert layouts("") == layouts(" ; ") == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", ""], ids=["lf", "crlf", "cr", "none"])
@pytest.mark.parametrize("encoding", ["cp1252", "cp037", "cp500", "utf-16", "cp1250", "mac_roman"])
def test_people_come_back_from_every_encoding_with_and_without_ends_of_lines(newline: str, encoding: str) -> None:
    if not newline and encoding == "utf-16":
        newline = "\n"  # records without ends are counted in bytes
    content = "".join(line(cells) + newline for cells in PEOPLE * 20).encode(encoding)
    found = read(content, layouts(TOLD)[0])
    assert [column.name for column in found.columns] == ["ssn", "last name", "dob"]
    assert not any(column.name_is_made_up for column in found.columns)
    assert rows_of(found) == PEOPLE * 20
    assert (found.rows_total, found.method, found.header_is_first_row) == (60, SampleMethod.ALL_ROWS, False)
    assert Caveat.TORN not in found.caveats


def test_the_first_record_is_no_header() -> None:
    found = read("".join(line(cells) + "\n" for cells in PEOPLE).encode("utf-8"), layouts(TOLD)[0])
    assert found.row_count == 3


@pytest.mark.parametrize("in_bytes", [True, False])
def test_characters_of_several_bytes_count_as_the_lines_have_it(in_bytes: bool) -> None:
    rows = [("1", "田中花子", "19800405"), ("2", "Ada", "19010203")] * 5

    def padded(text: str, width: int) -> str:
        return text + " " * (width - (len(text.encode()) if in_bytes else len(text)))

    lines = [f"{padded(a, 9)}{padded(b, 12)}xyz{c}" for a, b, c in rows]
    assert rows_of(read("\n".join(lines).encode(), layouts(TOLD)[0])) == rows


def test_blanks_left_out_at_the_ends_of_lines_are_no_damage() -> None:
    content = "".join(f"{line((ssn, name, '')).rstrip()}\n" for ssn, name, _ in PEOPLE * 10)
    assert not read(content.encode(), layouts(TOLD)[0]).caveats


def test_a_line_that_is_longer_keeps_its_end_and_says_so() -> None:
    content = "".join(line(cells) + "\n" for cells in PEOPLE * 10) + line(PEOPLE[0]) + "219-09-9999\n"
    found = read(content.encode(), layouts(TOLD)[0])
    assert rows_of(found)[-1] == (*PEOPLE[0], "219-09-9999")
    assert found.columns[-1].name_is_made_up
    assert found.caveats == {Caveat.TORN}


def test_a_line_that_is_shorter_than_all_others_says_so() -> None:
    content = "".join(line(cells) + "\n" for cells in PEOPLE * 10) + "219099999Byr\n"
    found = read(content.encode(), layouts(TOLD)[0])
    assert rows_of(found)[-1] == ("219099999", "Byr", None)
    assert found.caveats == {Caveat.TORN}


def test_a_last_record_that_is_not_whole_says_so() -> None:
    content = "".join(map(line, PEOPLE * 10)).encode("cp037")
    found = read(content[:-3], layouts(TOLD)[0])
    assert (found.row_count, *found.caveats) == (29, Caveat.TORN)
    assert not read(content + b"\0\0\0", layouts(TOLD)[0]).caveats


@pytest.mark.parametrize("newline", ["\n", ""])
def test_torn_compression_is_read_up_to_the_tear(newline: str) -> None:
    content = "".join(line((f"{number * 7919 % 10**9:09}", "Byron", "19010203")) + newline for number in range(20_000))
    stream = io.BytesIO(gzip.compress(content.encode())[:-2000])
    found = sample_fixed(gzip.GzipFile(fileobj=stream), "t.dat", PLAN, "A file", layouts(TOLD)[0])
    assert Caveat.TORN in found.caveats
    assert (found.row_count, found.rows_total) == (1000, None)


@pytest.mark.parametrize("packed", [False, True])
def test_a_large_file_of_records_is_read_at_places_all_over_it(monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr(fixed_width, "MOST_CHARACTERS", 32 * 3200)
    content = "".join(line((f"{number:09}", "Byron", "19010203")) for number in range(20_000)).encode("cp037")
    found = read(content, layouts(TOLD)[0], SamplePlan(rows=500, seed=1), packed=packed)
    numbers = [int(value or 0) for value in found.values(0)]
    assert (found.row_count, found.rows_total, *found.caveats) == (500, None, Caveat.CUT)
    assert numbers == sorted(set(numbers))
    assert (max(numbers) > 15_000) is not packed


@pytest.mark.parametrize("content", [b"", b"\n\n", b" " * 64, b"\0" * 64])
def test_what_holds_nothing_has_no_rows(content: bytes) -> None:
    found = read(content, layouts(TOLD)[0])
    assert (found.row_count, [column.name for column in found.columns]) == (0, ["ssn", "last name", "dob"])


@given(content=st.binary(max_size=300), newline=st.booleans())
def test_any_bytes_are_read_or_refused(content: bytes, newline: bool) -> None:
    try:
        found = read(content + b"\n" * newline, layouts(TOLD)[0])
    except DatasetError as error:
        assert error.reason is SkipReason.UNREADABLE  # noqa: PT017 - the other good end
    else:
        assert len(found.columns) >= 3


@given(data=st.data(), newline=st.sampled_from(["\n", "\r\n", "\r", ""]))
def test_any_table_written_in_fixed_width_comes_back(data: st.DataObject, newline: str) -> None:
    widths = data.draw(st.lists(st.integers(1, 12), min_size=1, max_size=6))
    letters = st.characters(min_codepoint=33, max_codepoint=126)
    rows = data.draw(
        st.lists(
            st.tuples(*(st.text(letters, min_size=1, max_size=width) for width in widths)), min_size=3, max_size=12
        )
    )
    told = ", ".join(f"c{number} {width}" for number, width in enumerate(widths))
    content = "".join(
        "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + newline for row in rows
    )
    found = read(content.encode(), layouts(f"*: {told}")[0])
    assert rows_of(found) == rows
