"""The inventory as files of other conventions: what they say, to whom, and that taking them is written down."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.audit import AuditFilter
from catalog.model.register import Activity
from catalog.services import audit, conventions, sources
from catalog.store import law
from tests.support.browsing import application, enter
from tests.support.city import ADMIN, SECRET_COLUMN, City, agency

RESEARCHER = Actor("researcher", "Ada Novak", frozenset({Grant(Role.RESEARCHER)}))
DSS = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))
DOH = Actor("officer-doh", "Mei Chan", frozenset({Grant(Role.OFFICER, "DOH")}))


def records(city: City, code: str, actor: Actor = ADMIN, agency: str | None = None) -> list[dict[str, object]]:
    taken = conventions.export(actor, city.catalog, code, agency)
    found: list[dict[str, object]] = list(taken.data[taken.convention.records])
    assert len(taken.lines) == len(found)
    return found


def by(found: list[dict[str, object]], name: str) -> dict[str, dict[str, object]]:
    return {str(one[name]): one for one in found}


def test_dcat_us_tells_what_is_published_whoever_asks(city: City) -> None:
    told = by(records(city, "dcat_us"), "title")
    assert set(told) == {"Office codes", "Clients of social services"}
    clients = told["Clients of social services"]
    assert clients["publisher"] == {"@type": "Organization", "name": "Department of Social Services"}
    assert clients["contactPoint"] == [
        {"@type": "Kind", "fn": "Department of Social Services", "hasEmail": "mailto:intake@dss.example"}
    ]
    assert clients["keyword"] == ["Date of birth", "Name", "Social Security number", "Street outreach", "adult"]
    assert {"@type": "Concept", "prefLabel": "Name", "notation": ["NAME"]} in list(clients["theme"])  # type: ignore[call-overload]  # JSON of any shape
    assert records(city, "dcat_us", RESEARCHER) == records(city, "dcat_us", DOH) == records(city, "dcat_us")
    assert SECRET_COLUMN not in json.dumps(records(city, "dcat_us"))


def test_of_what_only_exists_nothing_else_is_told(city: City) -> None:
    codes = by(records(city, "dcat_us"), "title")["Office codes"]
    assert set(codes) == {
        *("@type", "identifier", "title", "description", "publisher", "contactPoint", "accessRights"),
    }
    assert codes["accessRights"] == "The data are not public. Only that they exist is told."


def test_every_dcat_us_dataset_has_what_the_convention_asks_for(city: City) -> None:
    for one in records(city, "dcat_us"):
        assert {"title", "description", "publisher", "contactPoint", "identifier"} <= set(one)


def test_what_has_no_address_to_ask_at_is_left_out_of_dcat_us_and_counted(own_city: City) -> None:
    """DCAT-US has no dataset without a contact, and no contact without an e-mail address."""
    dss = replace(agency("DSS", "Department of Social Services"), contact="Room 4")
    sources.add_agency(ADMIN, own_city.catalog, dss)
    taken = conventions.export(ADMIN, own_city.catalog, "dcat_us")
    assert [one["title"] for one in taken.data["dataset"]] == ["Clients of social services"]  # which has one of its own
    assert (len(taken.lines), taken.left_out) == (1, 1)
    assert taken.data["description"].endswith("no e-mail address is recorded at which to ask about them: 1.")
    assert conventions.export(ADMIN, own_city.catalog, "dcat_us", "DOH").left_out == 0


@pytest.mark.parametrize(("ended", "is_told"), [(-1, False), (0, True), (1, True)])
@pytest.mark.parametrize(("code", "name"), [("gdpr_30", "activity"), ("dpv", "dct:title")])
def test_what_has_ended_is_not_told_as_what_an_agency_does(
    own_city: City, code: str, name: str, ended: int, is_told: bool
) -> None:
    catalog = own_city.catalog
    with catalog.changing(ADMIN, "put_agency", "DSS") as change:
        (one,) = [each for each in law.every(change.connection, Activity) if each.title == "Intake interviews"]
        law.put(change.connection, replace(one, ended_on=catalog.day() + timedelta(days=ended)))
    assert ("Intake interviews" in by(records(own_city, code), name)) is is_told


def test_gdpr_30_is_a_record_of_each_activity(city: City) -> None:
    told = by(records(city, "gdpr_30", agency="DSS"), "activity")
    assert told["Intake interviews"] == {
        "activity": "Intake interviews",
        "reference": "S1",
        "processing": "Collection",
        "controller": {
            "name": "Department of Social Services",
            "contact": "privacy@dss.example",
            "data_protection_officer": ["Ben Okafor"],
        },
        "purposes": "Decide who is eligible for help",
        "legal_basis": "Furthers the purpose or mission of the agency",
        "categories_of_data_subjects": ["adult"],
        "categories_of_personal_data": ["Date of birth", "Gender identity", "Name", "Social Security number"],
        "categories_of_recipients": "None recorded",
        "transfers_to_third_countries": "Not recorded in this register",
        "time_limits_for_erasure": "7 years",
        "reason_for_keeping": "Not recorded",
        "security_measures": ["Citywide handling policy"],
    }
    referred = told["Referring people to the clinics"]
    assert referred["categories_of_recipients"] == [{"name": "Department of Health", "category": "City agency"}]


def test_what_is_not_recorded_is_said_to_be_so(city: City) -> None:
    study = by(records(city, "gdpr_30"), "activity")["Study of intake"]
    assert study["categories_of_data_subjects"] == study["time_limits_for_erasure"] == "Not recorded"


def test_a_controllers_record_is_of_its_own_activities_alone(city: City) -> None:
    """The officer of the health department sees flows to it, which are another controller's to record."""
    controllers = {json.dumps(one["controller"]) for one in records(city, "gdpr_30", DOH)}
    assert all("Department of Health" in one for one in controllers)
    assert {"Department of Social Services" in json.dumps(one) for one in records(city, "dpv", DSS)} == {True}
    assert len(records(city, "gdpr_30")) > len(records(city, "gdpr_30", DSS))


def test_dpv_tells_what_is_the_same_from_what_is_near(city: City) -> None:
    told = by(records(city, "dpv"), "dct:title")["Intake interviews"]
    assert told["@type"] == "dpv:Process"
    assert told["dpv:hasProcessing"] == {"@id": "dpv:Collect"}
    assert told["dpv:hasLegalBasis"] == {"@id": "dpv:OfficialAuthorityOfController"}
    data = by(list(told["dpv:hasPersonalData"]), "skos:notation")  # type: ignore[call-overload]  # JSON of any shape
    assert data["DOB"] == {"@type": ["pd:BirthDate"], "skos:prefLabel": "Date of birth", "skos:notation": "DOB"}
    assert data["GENDER_IDENTITY"] == {
        "@type": ["dpv:PersonalData"],
        "skos:prefLabel": "Gender identity",
        "skos:notation": "GENDER_IDENTITY",
        "skos:closeMatch": [{"@id": "pd:Gender"}],
    }
    study = by(records(city, "dpv"), "dct:title")["Study of intake"]
    assert study["dpv:hasRecipient"] == [
        {"@type": ["dpv:Recipient", "dpv:ThirdParty"], "dpv:hasName": "Meridian State University"}
    ]


def test_no_name_of_a_dataset_or_column_is_in_what_the_register_says(city: City) -> None:
    for code in ("gdpr_30", "dpv"):
        assert SECRET_COLUMN not in json.dumps(records(city, code))


@pytest.mark.parametrize("code", ["gdpr_30", "dpv"])
def test_researchers_and_other_agencies_are_refused(city: City, code: str) -> None:
    with pytest.raises(NotAllowed):
        conventions.export(RESEARCHER, city.catalog, code)
    with pytest.raises(NotFound, match="nothing here"):
        conventions.export(DOH, city.catalog, code, "DSS")
    with pytest.raises(RequestError, match="Choose one of: dcat_us, dpv, gdpr_30"):
        conventions.export(ADMIN, city.catalog, "dcat")


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("/exports/dcat-us.json", "application/json", "dcat-us-"),
        ("/exports/gdpr-30.json", "application/json", "gdpr-30-"),
        ("/exports/gdpr-30.csv", "text/csv", "gdpr-30-"),
        ("/exports/dpv.jsonld", "application/ld+json", "dpv-"),
    ],
)
def test_a_file_is_an_attachment_that_is_written_down(own_city: City, address: str, kind: str, name: str) -> None:
    client = enter(application(own_city.catalog), "cpo")
    answer = client.get(address + "?agency=DSS")
    assert answer.status_code == 200
    assert answer.mimetype == kind
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{name}')
    body = answer.get_data(as_text=True)
    if kind == "text/csv":
        rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"), newline="")))
        assert {row["controller.name"] for row in rows} == {"Department of Social Services"}
    else:
        assert "Department of Social Services" in json.dumps(json.loads(body))
    (entry,) = audit.entries(ADMIN, own_city.catalog, AuditFilter(action="export"), 1000)
    assert (entry.thing, entry.person_id) == (f"list:{name.removesuffix('-')}", "cpo")
    assert "by=agency" in entry.detail


def test_a_file_is_not_given_in_passing(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    for address in ("/exports/dcat-us.json", "/exports/gdpr-30.csv", "/exports/dpv.jsonld"):
        assert client.get(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert client.head(address).status_code == 405
    assert audit.entries(ADMIN, own_city.catalog, AuditFilter(action="export"), 1000) == []


def test_a_file_counts_for_what_one_may_take_in_a_day(own_city: City) -> None:
    settings = own_city.catalog.settings.model_copy(update={"export_rows_a_day": 1})
    client = enter(application(replace(own_city.catalog, settings=settings)), "cpo")
    assert client.get("/exports/dpv.jsonld").status_code == 403
