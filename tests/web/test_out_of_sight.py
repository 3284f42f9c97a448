"""What lies in shares and nobody can look into: told by what it is and how much, each agency's to who sees it."""

from catalog.errors import SkipReason
from catalog.model.coverage import Look, SampleMethod
from catalog.model.holdings import DatasetKind
from catalog.model.runs import DatasetResult, RunState
from catalog.services import recording, sources
from tests.support.browsing import application, enter
from tests.support.city import ADMIN, City, add_source, listed, scan
from tests.web.test_pages import main, row_of


def test_pictures_of_a_share_are_told_with_their_number_and_size_to_who_sees_the_agency(own_city: City) -> None:
    officer = enter(application(own_city.catalog), "officer-dss")
    assert "No share has been looked at." in main(officer.get("/out-of-sight").text)
    hide(own_city)
    text = officer.get("/out-of-sight").text
    assert "23 files, about 2.3 MB, could not be looked into; 0 datasets in shares were looked at." in main(text)
    row = row_of(text, "PNG picture")
    assert "nobody can look inside it yet" in row
    assert ">22<" in row
    assert ">49 KB<" in row
    assert "protected by a password" in row_of(text, "spreadsheet")
    assert "DSS,PNG picture" in officer.get("/out-of-sight?format=csv").text.replace('"', "")
    foreign = enter(application(own_city.catalog), "officer-doh")
    assert "No share has been looked at." in main(foreign.get("/out-of-sight").text)
    assert "No share has been looked at." in main(foreign.get("/out-of-sight?agency=DSS").text)
    assert "PNG picture" not in officer.get("/out-of-sight?agency=DOH").text


def test_a_folder_nobody_may_look_into_is_told_as_one_and_not_as_a_file(own_city: City) -> None:
    officer = enter(application(own_city.catalog), "officer-dss")
    hide(own_city, closed=("letters",), others=False)
    said = "1 folder could not be looked into, and not even the number of files is known; 0 datasets"
    assert said in main(officer.get("/out-of-sight").text)
    hide(own_city, closed=("letters", "photos"))
    text = officer.get("/out-of-sight").text
    assert "could not be looked into, nor could 3 folders, of which not even the number of files is known;" in main(
        text
    )
    assert row_of(text, "folder").count("Not known") == 2


def test_lists_say_what_it_is_that_could_not_be_looked_into(own_city: City) -> None:
    hide(own_city)
    officer = enter(application(own_city.catalog), "officer-dss")
    found = main(officer.get("/search?kind=files&state=could_not_look").text)
    assert "alike files: 22 files: PNG picture, 49 KB" in found


def test_what_is_empty_was_looked_at_and_says_so(own_city: City) -> None:
    database = add_source(own_city.catalog, "DSS", "Extracts", "extracts-db")
    share = sources.add_source(ADMIN, own_city.catalog, database.system_id, "extracts", "files", {"path": "/nowhere"})
    empty = DatasetResult(Look.SCANNED, None, 0, 0, SampleMethod.ALL_ROWS, 7, "detector 1.0 (71 types)", ())
    _, (dataset,) = scan(own_city.catalog, share, [(listed("wms.csv", "delimited text, 0 bytes", None), empty)])
    page = main(enter(application(own_city.catalog), "officer-dss").get(f"/datasets/{dataset}").text)
    assert "It is empty: there was nothing in it on" in page
    assert "Could not look inside" not in page
    assert "No identifying information" not in page


def hide(city: City, *, closed: tuple[str, ...] = (), others: bool = True) -> None:
    """Two datasets of a share of Social Services that cannot be looked into, and folders; a share more each time."""
    name = f"photos-{len(closed)}"
    database = add_source(city.catalog, "DSS", name, f"{name}-db")
    share = sources.add_source(ADMIN, city.catalog, database.system_id, name, "files", {"path": "/nowhere"})
    run = recording.begin(ADMIN, city.catalog, share.id, 7, full=True)
    pictures = listed("photos/*.png", "22 files: PNG picture, 49 KB", None, DatasetKind.FILES)
    locked = listed("staff.xlsx", "spreadsheet, 2.3 MB", None, DatasetKind.FILE)
    unlisted = [(pictures, SkipReason.NO_TEXT), (locked, SkipReason.PASSWORD_PROTECTED)] if others else []
    unlisted += [(listed(name, "", None, DatasetKind.FOLDER), SkipReason.NO_PERMISSION) for name in closed]
    recording.record_listing(ADMIN, city.catalog, run, [], unlisted)
    recording.finish(ADMIN, city.catalog, run, RunState.DONE)
