"""Reading and taking away signed reports: whole or as the public has it, recorded, and the same to the byte."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import pytest

from catalog.documents import rendering
from catalog.model.audit import AuditEvent, AuditFilter
from catalog.model.cycles import CycleEvent, CycleState
from catalog.model.frozen_reports import Check, Format, FrozenReport, Rendition
from catalog.model.report_entries import EntryKind, Said
from catalog.services import audit, cycles, report_signing
from catalog.store import law
from tests.support.browsing import HouseClient, application, enter
from tests.support.builders import CPO
from tests.support.city import ADMIN, City
from tests.support.submitted_reports import OFFICER, WHY, WITHHELD, WORDS, attest, say, sign
from web.pages import report_files

MIMETYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "csv": "text/csv",
}
NAME = "Outreach data sharing agreement"


def visitor(city: City, who: str = "officer-dss") -> HouseClient:
    return enter(application(city.catalog), who)


def at(city: City, what: str) -> str:
    return f"/inventory/{city.law.cycle}/{what}"


def taken_of(city: City) -> list[AuditEvent]:
    return list(audit.entries(CPO, city.catalog, AuditFilter(action="export"), 9))


def return_and_sign_again(city: City, *said: Said) -> None:
    """The privacy office sends it back, something else is said, and it is signed the second time."""
    office = {"words": "Say more.", "expected": CycleState.SUBMITTED}
    cycles.move(ADMIN, city.catalog, city.law.cycle, CycleEvent.RETURNED, **office)
    say(city.catalog, city.law.cycle, *said)
    attest(city.catalog, city.law.cycle)
    cycles.move(OFFICER, city.catalog, city.law.cycle, CycleEvent.READY, expected=CycleState.IN_PROGRESS)
    assert sign(city.catalog, city.law.cycle).number == 2


def test_the_full_version_holds_what_is_withheld_and_the_public_version_does_not(submitted: City) -> None:
    client = visitor(submitted)
    whole, public = (client.get(at(submitted, f"report{query}")).text for query in ("", "?version=public"))
    assert NAME in whole
    assert WHY in whole
    assert WORDS in whole
    assert NAME not in public
    assert WHY not in public
    assert WORDS in public
    assert "1 answer is withheld from the public" in whole
    assert "Withheld from this version: it would interfere with an investigation." in public
    assert ("hand it to nobody" in whole, "hand it to nobody" in public) == (True, False)


def test_who_signed_it_stands_there_with_the_day_and_the_seal(submitted: City) -> None:
    page = visitor(submitted).get(at(submitted, "report")).text
    with submitted.catalog.reading() as connection:
        (frozen,) = law.where(connection, FrozenReport, cycle_id=submitted.law.cycle)
    assert "<strong>Ben Okafor</strong>" in page
    assert "<strong>Carla Diaz</strong>, Commissioner" in page
    assert hashlib.sha256(frozen.content.encode()).hexdigest() in page


@pytest.mark.parametrize("version", ["full", "public"])
@pytest.mark.parametrize("ending", [one.value for one in Format])
def test_a_file_has_its_name_its_type_and_the_bytes_that_were_submitted(
    submitted: City, ending: str, version: str
) -> None:
    client = visitor(submitted)
    first, second = (client.get(at(submitted, f"report.{ending}?version={version}")) for _ in range(2))
    assert first.status_code == 200
    assert first.mimetype == MIMETYPES[ending]
    assert first.headers["Content-Disposition"] == (
        f'attachment; filename="agency-report-DSS-2026-2028-{version}-1.{ending}"'
    )
    assert first.data == second.data
    digest = hashlib.sha256(first.data).hexdigest()
    assert first.headers["ETag"] == f'"{digest}"'
    with submitted.catalog.reading() as connection:
        kept = law.where(connection, Rendition, format=Format(ending), public=version == "public")
    assert [one.digest for one in kept] == [digest]


@pytest.mark.parametrize("ending", ["html", "json", "csv"])
def test_a_public_file_says_nothing_of_what_is_withheld(submitted: City, ending: str) -> None:
    client = visitor(submitted)
    whole, public = (client.get(at(submitted, f"report.{ending}{query}")).text for query in ("", "?version=public"))
    for word in (NAME, WHY):
        assert word in whole
        assert word not in public
    assert WORDS in public


def test_a_csv_can_be_read_and_its_cells_are_inert(submitted: City) -> None:
    return_and_sign_again(submitted, Said("access/text", EntryKind.WROTE, "=1+1"))
    rows = list(csv.reader(io.StringIO(visitor(submitted).get(at(submitted, "report.csv")).text)))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_what_cannot_be_made_here_is_not_offered_and_says_why_at_its_address(
    submitted: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = visitor(submitted)
    assert "report.docx" in client.get(at(submitted, "report")).text

    def version(name: str) -> str:
        if name == "python-docx":
            raise rendering.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(rendering, "version", version)
    page = client.get(at(submitted, "report")).text
    assert ("report.docx" in page, "report.pdf" in page, "report.csv" in page) == (False, True, True)
    before = taken_of(submitted)
    refused = client.get(at(submitted, "report.docx"))
    assert refused.status_code == 409
    assert "python-docx" in refused.text
    assert taken_of(submitted) == before


@pytest.mark.parametrize(
    "what", ["report.xlsx", "report.exe", "report?number=2", "report?number=x", "report.json?number=0"]
)
def test_what_is_not_there_is_not_found(submitted: City, what: str) -> None:
    assert visitor(submitted).get(at(submitted, what)).status_code == 404


def test_a_report_that_nobody_signed_cannot_be_read(city: City) -> None:
    client = visitor(city)
    for what in ("report", "report.json"):
        assert client.get(at(city, what)).status_code == 404
    assert client.get(at(city, "history")).status_code == 200


def test_taking_one_away_is_recorded_with_how_much_it_was(submitted: City) -> None:
    taken = visitor(submitted).get(at(submitted, "report.json?version=public"))
    items = len(json.loads(taken.data)["report"]["items"])
    (last,) = taken_of(submitted)
    assert (last.person_id, last.thing) == ("officer-dss", "list:agency-report-DSS-2026-2028-public-1-json")
    assert last.detail == f"rows={items}"
    assert items > 10


def test_reading_one_takes_nothing_away(submitted: City) -> None:
    visitor(submitted).get(at(submitted, "report"))
    assert taken_of(submitted) == []


def test_who_took_too_much_in_a_day_is_given_nothing_more(submitted: City) -> None:
    few = submitted.catalog.settings.model_copy(update={"export_rows_a_day": 5})
    answer = visitor(replace(submitted, catalog=replace(submitted.catalog, settings=few))).get(
        at(submitted, "report.json")
    )
    assert answer.status_code == 403
    assert WORDS not in answer.text


def test_nothing_is_taken_in_passing_or_for_another_site(submitted: City) -> None:
    client = visitor(submitted)
    assert client.head(at(submitted, "report.json")).status_code == 405
    assert client.get(at(submitted, "report.json"), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert taken_of(submitted) == []


def test_what_was_said_otherwise_than_the_time_before(submitted: City) -> None:
    assert "otherwise than the time before" not in visitor(submitted).get(at(submitted, "report")).text
    return_and_sign_again(
        submitted,
        Said("access/text", EntryKind.WROTE, "Supervisors as well."),
        Said(WITHHELD, EntryKind.EXPLAINED, "Kept in a vault that nobody names.")
        if False
        else Said("access/necessary", EntryKind.WROTE, "It is needed for their duties."),
    )
    page = visitor(submitted).get(at(submitted, "report")).text
    since = page.partition("otherwise than the time before")[2].partition("</table>")[0]
    assert "2 answers" in since
    assert "Supervisors as well." in since
    assert WORDS in since
    old = visitor(submitted).get(at(submitted, "report?number=1")).text
    assert "An earlier version: it was signed again since" in old
    assert "Supervisors as well." not in old
    assert "2nd time" in old


def test_the_public_is_not_told_how_something_withheld_differs(submitted: City) -> None:
    return_and_sign_again(submitted, Said(WITHHELD, EntryKind.NOT_WITHHELD))
    whole, public = (
        visitor(submitted).get(at(submitted, f"report{query}")).text.partition("otherwise than the time before")[2]
        for query in ("", "?version=public")
    )
    assert NAME in whole.partition("</section>")[0]
    assert NAME not in public.partition("</section>")[0]


def test_checking_says_that_it_is_what_was_signed(submitted: City) -> None:
    page = visitor(submitted).get(at(submitted, "report?check=yes")).text
    assert "It is what was signed" in page
    assert page.count("The same, to the byte") == 10


def test_checking_says_what_differs(submitted: City, monkeypatch: pytest.MonkeyPatch) -> None:
    found = report_signing.verify(OFFICER, submitted.catalog, submitted.law.cycle)
    broken = [
        replace(found, sealed=False, content_hash="0" * 64),
        replace(found, logged=None),
        replace(found, signed=False),
        replace(found, renditions=(replace(found.renditions[0], check=Check.DIFFERENT),)),
    ]
    says = ["another seal", "No entry of the audit log", "A signature is over", "differs from the one that was"]
    for one, words in zip(broken, says, strict=True):
        monkeypatch.setattr(report_files.report_signing, "verify", lambda *_, one=one: one)
        page = visitor(submitted).get(at(submitted, "report?check=yes")).text
        assert "It is not what was signed" in page
        assert words in page
        assert "It is what was signed" not in page


def test_what_happened_stands_in_its_history(submitted: City) -> None:
    return_and_sign_again(submitted, Said("access/text", EntryKind.WROTE, "Supervisors as well."))
    page = visitor(submitted, "auditor").get(at(submitted, "history")).text
    told = ["Opened", "Ready to be signed", "Signed by the privacy officer", "Signed for the agency and submitted"]
    for words in (*told, "Sent back", "Say more.", "Commissioner"):
        assert words in page
    assert "signed 2 times" in page
