"""What a viewer may ask, at random; and their answers without what differs from one time to the next."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.interference.worlds import SECRETS, World
from web.app import create_app

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}

_WORDS = (
    "", "client", "clients", "office", "codes", "pilot", "laboratory", "health", "social services", "ssn", "SSN",
    "social security", "case_key", "patient_key", "mail_box", "tel_line", "client_ssn", "email", "CASE_ID", "type:SSN",
    "type:HEALTH_ID", "agency:DOH", "state:suggested", "-type:NAME", "column:client*", "street outreach", "HOME-STAT",
    "eligibility", "visits", "home_visits", "lab_results", "ref_office_codes", "adult", "patient", "2009", "years",
    "a", "date of birth", "campers", "study", "intake", "clinics", "canary", "immunizations", "gaps", *SECRETS,
)  # fmt: skip
_CODES = ("SSN", "NAME", "DOB", "CASE_ID", "HEALTH_ID", "EMAIL", "PHONE", "ADDR_HOME", "NONE")
_AGENCIES = ("DSS", "DOH", "PRK", "TAX", "QTZ", "NONE")
_CHOICES = {
    "agency": _AGENCIES, "type": _CODES, "programme": ("STREET-OUTREACH", "QUARTZ-PROGRAM", "NONE"),
    "kind": ("table", "file", "none"), "state": ("confirmed", "suggested", "none", "not_scanned", "could_not_look"),
    "gap": ("no_activity", "undeclared"), "tier": ("1", "2", "3", "4"), "published": ("full", "existence"),
    "party": ("city_agency", "individual"), "verb": ("collection", "disclosure"), "doubt": ("lapsed", "not_mirrored"),
    "class": ("authority", "handling"), "issuer": ("DSS", "DOH", "city"), "days": ("1", "30", "365"),
    "sort": ("relevance", "title", "agency", "name", "columns", "scanned", "datasets", "rows", "SSN", "doubts"),
    "page": ("1", "2", "99", "x"), "format": ("csv", "json", "xlsx"), "per_page": ("1",),
}  # fmt: skip
_OF_RESEARCHERS = ("agency", "type", "programme", "kind", "sort", "page", "format")
_PUBLISHED = ("/published", "/published/agencies", "/published/types", "/", "/account", "/help/detection", "/nothing")
_OFFICERS = (
    "/", "/agencies", "/types", "/search", "/changes", "/orphans", "/flows", "/events", "/declared", "/programmes",
    "/protocols", "/protocols/gaps", "/scans", "/notices", "/published", "/published/types", "/people", "/audit",
)  # fmt: skip
_NUMBERED = ("datasets", "flows", "protocols", "runs", "sources")
_MOST = 24

_NONCE = re.compile(r"(nonce[-=]\"?)[A-Za-z0-9_-]{16,}")
_REFERENCE = re.compile(r"(Reference number: <code>)[^<]*")
_ADDRESS = re.compile(r"(?<![a-z2-7])[a-z2-7]{16}(?![a-z2-7])")


@dataclass
class Viewer:
    """Somebody signed in to one of two worlds."""

    world: World
    client: FlaskClient

    @classmethod
    def enter(cls, world: World, person: str) -> "Viewer":
        """Sign in."""
        client = create_app(world.catalog).test_client()
        answer = client.post("/sign-in", data={"person": person}, headers=SAME_ORIGIN)
        assert answer.status_code == 303, "the viewer is not known"
        return cls(world, client)

    def ask(self, path: str) -> bytes:
        """The answer to a request, as far as it does not differ from one time to the next."""
        named = re.sub(r"\{(\w+)\}", lambda found: self.world.address(found[1]), path)
        return _told(self.client.get(named, buffered=True))


def _told(answer: TestResponse) -> bytes:
    """Status, headers and body. What published datasets go by is numbered as it comes: it tells nothing by itself."""
    told = (f"{name}: {value}" for name, value in answer.headers if name not in {"Date", "Set-Cookie"})
    headers = [_NONCE.sub(r"\1", header) for header in sorted(told)]
    if answer.mimetype.startswith(("text/", "application/json")):
        text = "\n".join([answer.status, *headers, "", answer.text])
        text = _REFERENCE.sub(r"\1", _NONCE.sub(r"\1", text))
        numbers: dict[str, str] = {}
        return _ADDRESS.sub(lambda found: numbers.setdefault(found[0], f"address {len(numbers)}"), text).encode()
    if "spreadsheetml" in answer.mimetype:  # an archive, whose entries carry the time it was packed
        with ZipFile(BytesIO(answer.data)) as book:
            parts = [part for name in book.namelist() for part in (name.encode(), book.read(name))]
        headers = [header for header in headers if not header.startswith("Content-Length")]
        return b"\n".join([*(line.encode() for line in (answer.status, *headers)), *parts])
    return "\n".join([answer.status, *headers, ""]).encode() + answer.data


def requests(person: str, dice: random.Random) -> Iterator[str]:
    """Random addresses, without end; ``{name}`` stands for what a dataset is published under."""
    while True:
        researcher = person == "researcher"
        path = _of_researchers(dice) if researcher else _of_officers(dice)
        known = _OF_RESEARCHERS if researcher and dice.random() < 0.8 else sorted(_CHOICES)
        keys = dice.sample(known, dice.choice((0, 0, 0, 1, 1, 2)))
        chosen = [(key, dice.choice(_CHOICES[key])) for key in keys]
        if dice.random() < 0.4:
            chosen.append(("q", " ".join(dice.sample(_WORDS, dice.choice((1, 1, 2))))))
        yield f"{path}?{urlencode(chosen)}" if chosen else path


def _of_researchers(dice: random.Random) -> str:
    kind = dice.randrange(20)
    if kind < 7:
        return "/published"
    if kind < 12:
        return "{" + dice.choice(("clients", "codes", "group", "guide", "visits", "results")) + "}"
    if kind < 14:
        return f"/published/agencies/{dice.choice(_AGENCIES)}"
    if kind < 16:
        return f"/published/types/{dice.choice(_CODES)}"
    return dice.choice(_PUBLISHED) if kind < 19 else _of_officers(dice)


def _of_officers(dice: random.Random) -> str:
    kind = dice.randrange(10)
    if kind < 5:
        return dice.choice(_OFFICERS)
    if kind < 8:
        return f"/{dice.choice(_NUMBERED)}/{dice.randrange(1, _MOST)}"
    last: Sequence[str] = (
        f"/agencies/{dice.choice(_AGENCIES)}",
        f"/types/{dice.choice(_CODES)}",
        f"/programmes/{dice.choice(_CHOICES['programme'])}",
        f"/datasets/{dice.randrange(1, _MOST)}/publishing",
        f"/datasets/{dice.randrange(1, _MOST)}/description",
    )
    return dice.choice(last)
