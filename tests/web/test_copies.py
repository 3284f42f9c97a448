"""Likely copies on their pages: why a file is pointed out, what a person says of it; and why a look saw only a part."""

import re
from dataclasses import replace

import pytest

from catalog.model.coverage import Caveat, Look
from catalog.model.holdings import DatasetKind
from catalog.services import sources
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City, add_source, column, finding, listed, result, scan
from tests.web.test_pages import main

NAMES = ("Intake No", "shelter id", "voucher", "bed number", "ssn")


@pytest.fixture
def pair(own_city: City) -> tuple[int, int]:
    """A file and the table it is likely a copy of, both of Social Services."""
    columns = [
        column(name, place, *([finding("SSN", 0.9)] if name == "ssn" else [])) for place, name in enumerate(NAMES)
    ]
    database = add_source(own_city.catalog, "DSS", "Beds", "beds-db")
    path = {"path": "/nowhere"}
    share = sources.add_source(ADMIN, own_city.catalog, database.system_id, "beds-share", "files", path)
    _, (table,) = scan(own_city.catalog, database, [(listed("beds"), result(columns))])
    partly = replace(result(columns[1:]), look=Look.PARTLY, caveats=(Caveat.ENCODING, Caveat.TORN))
    _, (file,) = scan(own_city.catalog, share, [(listed("old/beds.csv", kind=DatasetKind.FILE), partly)])
    return file, table


@pytest.fixture
def officer(own_city: City) -> HouseClient:
    return enter(application(own_city.catalog), "officer-dss")


def decide(client: HouseClient, pair: tuple[int, int], verdict: str, reason: str, **more: str) -> tuple[int, str]:
    """Decide as the page lets one: the status, and where it leads or what it says."""
    page = client.get(f"/datasets/{pair[0]}").text.split('id="copies"')[1]
    data = {"seen": re.findall(r'name="seen" value="([^"]+)"', page)[0], "verdict": verdict, "reason": reason} | more
    answer = client.post("/copies/{}/{}".format(*pair), data=data, headers=SAME_ORIGIN)
    return answer.status_code, answer.location or answer.text


def test_a_catalog_without_copies_says_so(officer: HouseClient) -> None:
    assert "No file is likely a copy of a table that you see." in main(officer.get("/copies").text)


def test_both_sides_say_why_a_file_is_likely_a_copy(officer: HouseClient, pair: tuple[int, int]) -> None:
    why = (
        "4 of 4 columns are among the 5 of the table, in the same order; "
        "the same types were found in 1 of 1 column that hold any."
    )
    for dataset_id in pair:
        section = officer.get(f"/datasets/{dataset_id}").text.split('id="copies"')[1].split("</section>")[0]
        assert why in section
        assert f'href="/datasets/{pair[0]}"' in section
        assert f'href="/datasets/{pair[1]}"' in section
    page = main(officer.get("/copies").text)
    assert "1 file is likely a copy of a table." in page
    assert why in page


def test_an_officer_says_that_it_is_none_and_takes_it_back(officer: HouseClient, pair: tuple[int, int]) -> None:
    status, where = decide(officer, pair, "not_a_copy", "A blank form of it", **{"from": "dataset"})
    assert (status, where) == (303, f"/datasets/{pair[0]}#copies")
    section = officer.get(where).text.split('id="copies"')[1].split("</section>")[0]
    assert 'class="tag tag-rejected">Not a copy' in section
    assert "“A blank form of it”" in section
    page = main(officer.get("/copies").text)
    assert "people said so of all that were pointed out" in page
    assert "None stands so." in page
    assert "old/beds.csv" in main(officer.get("/copies?standing=rejected").text)
    assert decide(officer, pair, "withdrawn", "It is filled in after all") == (303, "/copies")
    assert "1 file is likely a copy of a table." in main(officer.get("/copies").text)


@pytest.mark.parametrize(
    ("given", "status", "fault"),
    [
        ({"reason": ""}, 400, "Fill this in."),
        ({"reason": "So it is", "verdict": "perhaps"}, 400, "Choose one of these."),
        ({"reason": "So it is", "seen": "other columns"}, 409, "have changed meanwhile"),
    ],
)
def test_a_decision_that_cannot_be_kept_comes_back_as_it_was_written(
    given: dict[str, str], status: int, fault: str, officer: HouseClient, pair: tuple[int, int]
) -> None:
    code, text = decide(officer, pair, **({"verdict": "not_a_copy", "reason": ""} | given))
    assert code == status
    assert fault in main(text)
    again = text.split("What you decided on")[1].split("</table>")[0]
    assert f'value="{given["reason"]}"' in again
    assert text.count('action="/copies/{}/{}"'.format(*pair)) == 1


def test_the_list_is_taken_away_as_it_is_filtered(officer: HouseClient, pair: tuple[int, int]) -> None:
    taken = officer.get("/copies?format=csv&kind=file").text.replace('"', "")
    pairs = f"{pair[0]},old/beds.csv,file,DSS,beds-share,,{pair[1]},beds,DSS,beds-db"
    assert f"{pairs},4,4,5,1,1,yes,1.0,likely,," in taken
    assert "old/beds.csv" not in officer.get("/copies?format=csv&kind=sheet").text
    workbook = officer.get("/copies?format=xlsx")
    assert workbook.data[:4] == b"PK\x03\x04"
    assert '"part": null' in officer.get("/copies?format=json").text


def test_who_only_reads_decides_nothing(own_city: City, pair: tuple[int, int]) -> None:
    text = enter(application(own_city.catalog), "auditor").get("/copies").text
    assert "old/beds.csv" in main(text)
    assert 'action="/copies/' not in text


def test_an_officer_of_another_agency_is_told_nothing_of_it(own_city: City, pair: tuple[int, int]) -> None:
    text = enter(application(own_city.catalog), "officer-doh").get("/copies").text
    assert "beds" not in main(text)
    assert pair


def test_a_dataset_seen_in_part_says_why(officer: HouseClient, own_city: City, pair: tuple[int, int]) -> None:
    why = "arts of it are damaged"
    page = main(officer.get(f"/datasets/{pair[0]}").text)
    assert "Which encoding its text has is a guess; parts of it are damaged. What is shown covers" in page
    assert "no reason was recorded" not in page
    run = enter(application(own_city.catalog), "operator").get("/scans").text
    number = max(int(one) for one in re.findall(r"/runs/(\d+)", run))
    assert why in main(officer.get(f"/runs/{number}").text)
    assert "encoding torn" in officer.get(f"/runs/{number}?format=csv").text
