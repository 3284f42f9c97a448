import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from scanners.header import settle


def sample_of(*rows: list[str], first_row: bool = True) -> Sample:
    head, *below = rows
    columns = [
        ColumnSchema(cell or f"column {place + 1}", place, key=cell, comment="", name_is_made_up=not cell)
        for place, cell in enumerate(head)
    ]
    values = [[row[place] or None for row in below] for place in range(len(head))]
    return Sample(
        columns,
        values,
        method=SampleMethod.RANDOM_ROWS,
        rows_total=len(below),
        caveats=frozenset({Caveat.CUT}),
        header_is_first_row=first_row,
    )


HEADERS = [
    [["id", "name", "born"], ["1", "Maria Gonzalez", "1988-03-04"], ["2", "John Smith", "1990-01-01"]],
    [["Country", "2019", "2020"], ["France", "5", "6"], ["Peru", "7", "8"]],
    [["2019", "2020"], ["5", "6"], ["7", "8"]],
    [["Agency", "1", "2", "3"], ["HRA", "5", "6", "7"], ["DHS", "8", "9", "4"]],
    [["0", "1", "2"], ["a", "b", "c"], ["d", "e", "f"]],
    [["FirstName", "LastName"], ["Maria", "Gonzalez"], ["John", "Smith"]],
    [["Name"], ["Maria Gonzalez"], ["John Smith"]],
    [["Tenant"], ["Gonzalez"], ["Smith"], ["Ramirez"]],
    [["address1", "address2"], ["12 Main St", "Apt 4"], ["99 Oak Ave", "Apt 7"]],
    [["Fruit", "Color"], ["Apple", "Red"], ["Cherry", "Dark red"]],
    [["Borough"], ["Queens"], ["Brooklyn"]],
    [["a", "b", "c"]],
    [["id", "name", "date of birth"]],
    [["first_name", "", "phone"], ["Maria", "x", "212-555-0134"]],
    [["Q1", "Q2"], ["5.5", "7.1"], ["9.0", "1.2"]],
    [["Notes"], ["The client called again."], ["The client did not call."]],
    [["What did the client say in the end?"], ["The client said that it was late."], ["She did not say a word to us."]],
    [["Business Name"], ["Vorlim Brandt"], ["Tzibru Elmov"], ["Kwedox Quin"], ["Plorven Ustra"]],
    [["Site Owner", "Age"], ["Vorlim Brandt", "5"], ["Tzibru Elmov", "6"], ["Kwedox Quin", "7"], ["Plor Ustra", "8"]],
    [["Closing Remarks"], ["late"], ["Vorlim Brandt"], ["no show"], ["Tzibru Elmov"], ["again"]],
]

DATA = [
    [["1", "Maria Gonzalez", "1988-03-04"], ["2", "John Smith", "1990-01-01"], ["3", "Wei Zhang", "1971-05-06"]],
    [["Maria Gonzalez"], ["John Smith"], ["Wei Zhang"]],
    [["Maria", "Gonzalez", "Brooklyn"], ["John", "Smith", "Queens"], ["Wei", "Zhang", "Bronx"]],
    [["Xochitl", "Quispe"], ["John", "Smith"], ["Maria", "Ramirez"], ["Wei", "Zhang"], ["James", "Miller"]],
    [["SMITH, JANE"], ["GONZALEZ, MARIA"]],
    [["123 Main St"], ["99 Oak Ave"], ["7 Elm St"]],
    [["Maria Gonzalez", "1988-03-04", "219-09-9998"]],
    [["219-09-9998"], ["219-09-9997"]],
    [["jane@example.org"]],
    [["Jane Smith", "phone"], ["John Smith", "212-555-0134"]],
    [["A-1001", "12.50"], ["A-1002", "13.75"], ["A-1003", "9.00"]],
    [["open", "7"], ["open", "9"], ["closed", "8"]],
    [["New York", "10001"], ["Chicago", "60601"], ["Houston", "77001"]],
    [["2024-01-01", "5"], ["2024-01-02", "6"]],
    [["Vorlim Brandt"], ["Tzibru Elmov"], ["Kwedox Quin"], ["Plorven Ustra"], ["Zhulim Oplex"]],
    [
        ["Met Vorlim Brandt at the door."],
        ["Called, and left word with a neighbor."],
        ["No answer on any of three days."],
    ],
]


@pytest.mark.parametrize("rows", HEADERS, ids=lambda rows: "-".join(rows[0]))
def test_a_header_stays_a_header(rows: list[list[str]]) -> None:
    sample = sample_of(*rows)
    assert settle(sample) is sample


@pytest.mark.parametrize("rows", DATA, ids=range(len(DATA)))
def test_a_first_row_of_data_goes_back_to_the_data(rows: list[list[str]]) -> None:
    settled = settle(sample_of(*rows))
    width = len(rows[0])
    assert [column.name for column in settled.columns] == [f"column {number}" for number in range(1, width + 1)]
    assert all(column.name_is_made_up and column.key == "" for column in settled.columns)
    assert [list(settled.values(place)) for place in range(width)] == [
        [row[place] for row in rows] for place in range(width)
    ]
    assert (settled.rows_total, settled.caveats, settled.method) == (len(rows), {Caveat.CUT}, SampleMethod.RANDOM_ROWS)


def test_a_settled_sample_is_not_settled_twice() -> None:
    settled = settle(sample_of(*DATA[0]))
    assert settle(settled) is settled


def test_names_that_come_from_a_database_are_never_doubted() -> None:
    sample = sample_of(["Maria Gonzalez"], ["John Smith"], first_row=False)
    assert settle(sample) is sample


def test_empty_cells_of_the_first_row_are_empty_values() -> None:
    settled = settle(sample_of(["Maria Gonzalez", ""], ["John Smith", "x"]))
    assert list(settled.values(1)) == [None, "x"]


def test_a_sample_without_columns_stays() -> None:
    sample = Sample([], [], method=SampleMethod.ALL_ROWS, header_is_first_row=True)
    assert settle(sample) is sample


people = st.tuples(st.sampled_from(["Maria", "Jose", "Patricia", "Ahmed"]), st.sampled_from(["Ramirez", "Johnson"]))
dates = st.dates().map(str)
ssns = st.from_regex(r"[1-7][0-9]{2}-[1-9]{2}-[1-9]{4}", fullmatch=True)
records = st.tuples(people.map(" ".join), dates, ssns).map(list)


@given(st.lists(records, min_size=1, max_size=12))
@settings(deadline=None)
def test_records_of_persons_are_never_taken_for_names_of_columns(rows: list[list[str]]) -> None:
    assert settle(sample_of(*rows)).columns[0].name_is_made_up


@given(st.permutations(["case_id", "first_name", "dob", "ssn"]), st.lists(records, max_size=12))
@settings(deadline=None)
def test_ordinary_names_are_kept_above_any_records(head: list[str], rows: list[list[str]]) -> None:
    sample = sample_of(head[:3], *rows)
    assert settle(sample) is sample


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), min_size=1, max_size=6))
@settings(deadline=None)
def test_no_value_is_lost_or_made_up(rows: list[list[str]]) -> None:
    settled = settle(sample_of(*rows))
    kept = [[settled.values(0)[row], settled.values(1)[row]] for row in range(settled.row_count)]
    expected = [[cell or None for cell in row] for row in rows]
    assert kept in (expected, expected[1:])
