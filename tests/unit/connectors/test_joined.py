"""Which files, and tables inside them, are put together, and which never."""

from io import BufferedReader

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import together
from tests.support.alike import CANARY, PLAN, document, form, inner, names, of, rows_of, table


def test_columns_that_came_later_are_added() -> None:
    found = of(
        {
            "c_1.csv": table(("id", "name", "dob"), (1, "a", "1950")),
            "c_2.csv": table(("id", "name", "dob", "ssn"), (2, "b", "1951", "x")),
            "c_3.csv": table(("ID", "dob", "ssn", "name"), (3, "1952", "y", "c")),
        }
    )
    assert names(found) == ["id", "name", "dob", "ssn"]
    assert set(rows_of(found)) == {("1", "a", "1950", None), ("2", "b", "1951", "x"), ("3", "c", "1952", "y")}


def test_first_rows_that_no_other_file_has_are_data() -> None:
    found = of({f"c_{n}.csv": table((n, f"{CANARY} {n}"), (n + 50, "other")) for n in range(3)})
    assert names(found) == ["column 1", "column 2"]
    assert all(column.name_is_made_up for column in found.columns)
    assert not found.header_is_first_row
    assert {f"{CANARY} {n}" for n in range(3)} <= set(found.values(1))
    assert (found.row_count, found.rows_total) == (6, 6)


def test_what_all_rows_share_is_no_header() -> None:
    """First rows are alike in most of their cells, and so are the rows below."""
    found = of(
        {f"c_{n}.csv": table(("HRA", "NY", "open", f"{CANARY} {n}"), ("HRA", "NY", "open", "x")) for n in range(3)}
    )
    assert all(column.name_is_made_up for column in found.columns)


def test_rows_alone_in_their_files_are_no_headers() -> None:
    found = of({f"c_{n}.csv": table(("HRA", "NY", "open", f"{CANARY} {n}")) for n in range(3)})
    assert all(column.name_is_made_up for column in found.columns)
    assert found.row_count == 3


def test_rows_alone_in_their_files_show_no_header_in_another() -> None:
    alone = {f"c_{n}.csv": table(("HRA", "NY", "open", f"{CANARY} {n}")) for n in range(2)}
    found = of({**alone, "c_2.csv": table(("HRA", "NY", "open", CANARY), ("DHS", "NJ", "shut", "x"))})
    assert all(column.name_is_made_up for column in found.columns)
    assert (found.row_count, inner(found)["files of other columns 1"].row_count) == (2, 1)


def test_tables_of_one_width_that_each_have_a_header_of_their_own_are_not_mixed() -> None:
    headers = (("client_ssn", "case", "day"), ("part", "lot", "count"), ("", "plate", "make"), ("permit", "fee", "to"))
    contents = {
        f"form_{n}.csv": table(header, *((f"{n}0{row}", row, "x") for row in range(9)))
        for n, header in enumerate(headers)
    }
    found = of(contents)
    tables = [found, *(sample for label, sample in inner(found).items() if label != "files")]
    assert all(each.header_is_first_row and each.row_count == 9 for each in tables)
    assert {column.name for each in tables for column in each.columns if not column.name_is_made_up} == {
        name for header in headers for name in header if name
    }
    assert not found.partly


def test_rows_of_words_without_a_header_are_one_table_where_they_come_again() -> None:
    people = ("Smith", "Khan", "Jones")
    contents = {
        f"snap_{n}.csv": table(
            (who, f"{CANARY} {who}", "Oak"), *((other, "Ann", f"Elm {n}") for other in people if other != who)
        )
        for n, who in enumerate(people)
    }
    found = of(contents)
    assert (found.row_count, found.rows_total, list(inner(found))) == (9, 9, ["files"])
    assert all(column.name_is_made_up for column in found.columns)


def test_rows_without_a_header_are_one_table_and_headers_of_others_no_part_of_it() -> None:
    bare = {f"c_{n}.csv": table((n, "x"), (n + 50, "y")) for n in range(3)}
    found = of({**bare, "d.csv": table(("plate", "make"), ("p", "m"))})
    assert found.row_count == 6
    assert names(inner(found)["files of other columns 1"]) == ["plate", "make"]


def test_numbers_that_first_rows_share_are_no_header() -> None:
    found = of({f"c_{n}.csv": table((1, 2020, f"{CANARY} {n}"), (2, 2021, "x")) for n in range(3)})
    assert all(column.name_is_made_up for column in found.columns)


def test_rows_without_names_are_not_put_under_the_names_of_others() -> None:
    found = of({"a.csv": table((5, 6), (7, 8)), **{f"c_{n}.csv": table(("id", "name"), (n, "x")) for n in range(3)}})
    assert sorted(rows_of(found)) == [("0", "x"), ("1", "x"), ("2", "x")]
    assert inner(found)["files of other columns 1"].row_count == 1


def test_an_export_without_rows_shares_the_header_of_others() -> None:
    contents = {f"c_{n}.csv": table(("id", "name"), *([(n, "x")] if n else [])) for n in range(4)}
    found = of(contents)
    assert (names(found), found.row_count) == (["id", "name"], 3)
    assert list(inner(found)) == ["files"]


def test_equal_first_rows_may_still_be_data_and_are_left_to_the_judge() -> None:
    found = of({f"dump_{n}.csv": table(("Ada", "1950", "Queens"), ("Bob", f"195{n}", "Bronx")) for n in range(3)})
    assert found.header_is_first_row


def test_files_of_other_columns_are_a_table_of_their_own() -> None:
    same = {f"c_{n}.csv": table(("id", "name"), (n, "x")) for n in range(3)}
    other = {f"d_{n}.csv": table(("plate", "make", "id"), ("p", "m", n)) for n in range(2)}
    bare = {"e_9.csv": table(("1", "2", "3", "4"), ("5", "6", "7", "8"))}
    found = of({**same, **other, **bare})
    assert names(found) == ["id", "name"]
    assert {label: sample.row_count for label, sample in inner(found).items()} == {
        "files of other columns 1": 2,
        "files of other columns 2": 1,
        "files": 6,
    }
    assert names(inner(found)["files of other columns 1"]) == ["plate", "make", "id"]
    assert inner(found)["files of other columns 2"].header_is_first_row
    assert Caveat.SOME_FILES not in found.caveats


def test_draws_are_counted_for_each_table_alone() -> None:
    contents = {
        f"c_{n:03}.csv": table(("id", "name") if n % 2 else ("plate", "make"), *((n, "x") for _ in range(200)))
        for n in range(100)
    }
    found = of(contents)
    other = inner(found)["files of other columns 1"]
    assert found.draws is not None
    assert other.draws is not None
    assert found.draws + other.draws == together.FILES - 3
    a_file = PLAN.rows // together.FILES
    assert found.draws <= found.row_count // a_file
    assert other.draws <= other.row_count // a_file


def test_draws_of_tables_inside_files_are_the_files_that_hold_them() -> None:
    def read(stream: BufferedReader, *_: object) -> Sample:
        text = stream.read().decode()
        forms = [form("name", "dob"), form("name", "dob")] if text.endswith("7") else []
        return document(text * 9, *forms)

    plan = SamplePlan(rows=20, seed=3)
    found = of({f"d_{n:03}.pdf": str(n).encode() for n in range(200)}, read, plan)
    inside = inner(found)["table 1"]
    assert (found.method, inside.method) == (SampleMethod.PLACES, SampleMethod.PLACES)
    assert inside.draws == sum(value.endswith("7") for value in drawn_of(found)) < inside.row_count


def drawn_of(sample: Sample) -> list[str]:
    """Texts of the files that were drawn: those at the ends come first."""
    return [value for value in sample.values(0)[2:] if value]


def test_tables_inside_documents_are_joined_across_them_and_their_caveats_kept() -> None:
    def read(stream: BufferedReader, *_: object) -> Sample:
        text = stream.read().decode()
        more = [form("plate", "make")] if text == "1" else []
        return document(text, form("name", "dob"), *more, caveat=Caveat.SOME_PAGES if text == "2" else None)

    found = of({f"d_{n}.pdf": str(n).encode() for n in range(4)}, read)
    assert (names(found), sorted(filter(None, found.values(0)))) == (["text"], ["0", "1", "2", "3"])
    assert found.caveats == {Caveat.SOME_PAGES}
    assert {label: (names(sample), sample.row_count) for label, sample in inner(found).items() if label != "files"} == {
        "table 1": (["name", "dob"], 4),
        "table 2": (["plate", "make"], 1),
    }


def test_tables_of_one_form_that_name_no_columns_are_joined_and_unlike_ones_are_not() -> None:
    def read(stream: BufferedReader, *_: object) -> Sample:
        text = stream.read().decode()
        return document(text, form("Name", f"{CANARY} {text}"), form(f"only {text}", f"in {text}", f"this {text}"))

    found = of({f"d_{n}.docx": str(n).encode() for n in range(3)}, read)
    told = {label: sample for label, sample in inner(found).items() if label != "files"}
    assert [len(sample.columns) for sample in told.values()] == [2, 3, 3, 3]
    assert names(told["table 1"]) == ["column 1", "column 2"]
    assert {f"{CANARY} {n}" for n in range(3)} < set(told["table 1"].values(1))


def test_more_inner_tables_than_there_may_be_are_said() -> None:
    def read(stream: BufferedReader, *_: object) -> Sample:
        text = stream.read().decode()
        return document(text, *(form(f"a{text}{n}", f"b{text}{n}") for n in range(40)))

    found = of({f"d_{n}.pdf": str(n).encode() for n in range(3)}, read)
    assert len(found.inner) == together.MOST_INNER + 1
    assert found.inner[-1].label == "files"
    assert Caveat.CUT in found.caveats


def test_names_that_differ_only_in_case_stay_two_columns() -> None:
    found = of({f"c_{n}.csv": table(("id", "ID", "name"), (n, f"x{n}", "y")) for n in range(3)})
    assert names(found) == ["id", "ID", "name"]
    assert sorted(filter(None, found.values(1))) == ["x0", "x1", "x2"]


CELLS = st.sampled_from(["id", "name", "ssn", "HRA", "Ada", "12", "x"])
TABLES = st.lists(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4), min_size=1, max_size=6)


@settings(max_examples=300)
@given(TABLES)
def test_no_cell_is_lost_whatever_the_files_are(tables: list[list[list[str]]]) -> None:
    contents = {f"c_{n}.csv": table(*rows) for n, rows in enumerate(tables)}
    written = sorted(cell for rows in tables for row in rows for cell in row if cell)
    found = of(contents)
    parts = [found, *(sample for label, sample in inner(found).items() if label != "files")]
    seen = {value for part in parts for place in range(len(part.columns)) for value in part.values(place) if value}
    seen |= {column.name for part in parts for column in part.columns}
    assert set(written) <= seen
    for part in parts:
        assert len({column.position for column in part.columns}) == len(part.columns)
        given = [column.name for column in part.columns if not column.name_is_made_up]
        assert part.header_is_first_row or not given
