"""The papers of DSO's house offices: what lies around in a share beside tables, as messy as people leave it.

Written by other programs than those that read it: letters and memos by those that set reports, e-mail by Python's own.
"""

import io
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from random import Random

import fastavro

from catalog.demo import numbers
from catalog.demo.papers_forms import mail, picture, presentation, scan, web_page
from catalog.demo.people import TODAY, Resident
from catalog.demo.plans import SourcePlan
from catalog.demo.tables import Table, as_text, write_sqlite, write_text
from catalog.documents import pdf, word
from catalog.documents.document import Document, Paragraph, Section
from catalog.documents.document import Table as Grid

SOURCE = SourcePlan(
    agency_id="dso",
    name="dso-papers",
    kind="files",
    path="dso/papers",
    system="House offices’ papers",
    description="Letters, memos, mail and exports that the house offices keep in a shared folder.",
    owner_unit="Facility Operations",
)
#: What the share's operator knows of the extract, which says nothing of itself.
FIXED_WIDTH = "mainframe/*.dat: CASE_NO 8, SSN 9, LAST_NM 20, FIRST_NM 15, DOB 8, ROOM 5"
_OFFICE = "House Operations"
_MONTHS = 12
_LETTERS = 24
_PICTURES = 22
_HOUSES = ("F03", "F07", "F11", "F12")


def write(folder: Path, seed: int, people: Sequence[Resident]) -> None:
    """Write the share under ``folder``."""
    rng, share = numbers.stream(seed, "dso/papers"), folder / SOURCE.path
    for name, content in _files(rng, people[:600]):
        path = share / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _tables(share, rng, people[:600])


def _files(rng: Random, people: Sequence[Resident]) -> Iterator[tuple[str, bytes]]:
    for person in rng.sample(people, _LETTERS):
        name = f"letters/{person.last}_{person.first}_{numbers.digits(rng, 4)}.pdf"
        yield name, pdf.write(_letter(rng, person))
    yield "memos/incident_review_july.docx", word.write(_memo(rng, rng.sample(people, 6)))
    yield "memos/house_rules_2026.docx", word.write(_rules())
    yield "memos/signed_consent_scan.pdf", scan(rng)
    yield "mail/transfer_of_a_client.eml", bytes(_transfer(rng, rng.choice(people), rng.sample(people, 8)))
    yield "mail/front_desk_2026.mbox", _mailbox(rng, rng.sample(people, 40))
    yield "slides/quarterly_meeting.pptx", _slides(rng, rng.sample(people, 3))
    yield "exports/bed_board.html", _board(rng, rng.sample(people, 25))
    yield "exports/exports_2025.zip", _archive(rng, people)
    yield "exports/transfers.avro", _transfers(rng, rng.sample(people, 120))
    yield "mainframe/clients.dat", _extract(rng, rng.sample(people, 200))
    for number in range(_PICTURES):
        yield f"photos/IMG_{2040 + number * 3}.png", picture(rng)


def _tables(share: Path, rng: Random, people: Sequence[Resident]) -> None:
    for month in range(1, _MONTHS + 1):
        some = rng.sample(people, 30)
        write_text(share / "nightly" / f"bed_count_2025-{month:02}.csv", _bed_count(rng, month, some))
    write_sqlite(share / "tools" / "waitlist.db", [_waitlist(rng, rng.sample(people, 90))], {})


def copy_of_clients(folder: Path) -> None:
    """Leave an export of the casework's clients, as a clerk made it last year, once their table is written."""
    with closing(sqlite3.connect(folder / "dso" / "casework.db")) as casework:
        found = casework.execute("SELECT * FROM CLNT_MSTR ORDER BY CL_ID LIMIT 250")
        names = tuple(column[0] for column in found.description)
        kept = [place for place, name in enumerate(names) if name not in {"ALIAS_NM", "MAR_STAT"}]
        rows = tuple(tuple(row[place] for place in kept) for row in found)
    export = Table("clients", tuple(names[place] for place in kept), rows)
    write_text(folder / SOURCE.path / "old stuff" / "clients for audit (2).csv", export, delimiter=";")


def _letter(rng: Random, person: Resident) -> Document:
    day = TODAY - timedelta(days=rng.randrange(10, 300))
    said = (
        f"Dear {person.first} {person.last},",
        "your application for a permanent placement was received.",
        f"We hold {person.street}, {person.unit}, as your last address and {person.phone} as your telephone number.",
        f"Please bring a document that shows your Social Security number, which we have as {person.ssn}.",
        f"Your date of birth is held as {person.born:%m/%d/%Y}. The house office is open from nine to five.",
    )
    return _document("Your application", day.isoformat(), *(Paragraph(text) for text in said))


def _memo(rng: Random, people: Sequence[Resident]) -> Document:
    rows = tuple(
        (person.last_first, rng.choice(_HOUSES), person.born.strftime("%m/%d/%Y"), person.ssn, person.phone)
        for person in people
    )
    first = people[0]
    return _document(
        "Review of incidents in July",
        "To all house managers",
        Paragraph("Six incidents were reported this month. The police were called in two of them."),
        Paragraph(f"{first.first} {first.last} was taken to the emergency room and has since returned."),
        Grid("People concerned", ("Name", "House", "Date of birth", "SSN", "Telephone"), rows),
        Paragraph("Keep this memo in the locked cabinet."),
    )


def _rules() -> Document:
    return _document(
        "House rules",
        "Edition of 2026",
        Paragraph("Doors close at eleven. Quiet hours begin at ten."),
        Paragraph("Meals are served from seven to nine, from noon to one and from five to seven."),
        Grid("Laundry", ("Floor", "Days"), (("1", "Monday and Thursday"), ("2", "Tuesday"), ("3", "Friday"))),
    )


def _document(title: str, subtitle: str, *blocks: Paragraph | Grid) -> Document:
    return Document(title, subtitle, "en", TODAY, title, _OFFICE, (Section(title, blocks),))


def _transfer(rng: Random, person: Resident, others: Sequence[Resident]) -> EmailMessage:
    text = (
        f"Marcus,\n\nplease take over {person.first} {person.last} (born {person.born:%m/%d/%Y}, SSN {person.ssn}) "
        "as of Monday. Medication list to follow by fax.\n\nThe others for this week are attached.\n\nDana"
    )
    table = Table("others", ("client", "dob", "house"), tuple(
        (one.last_first, one.born.isoformat(), rng.choice(_HOUSES)) for one in others
    ))  # fmt: skip
    return mail("Transfer on Monday", text, number=1, attached=("others.csv", as_text(table)))


def _mailbox(rng: Random, people: Sequence[Resident]) -> bytes:
    said = []
    for number, person in enumerate(people, 2):
        text = rng.choice((
            f"Lost keys again in room {rng.randrange(101, 630)}.",
            f"{person.first} {person.last} called from {person.phone} and asks for a later curfew.",
            "The boiler is out on the second floor.",
            f"Please update the card of {person.last_first}: new number {person.phone}.",
        ))  # fmt: skip
        said.append(b"From desk@houses.example Mon Jul 06 08:00:00 2026\n" + bytes(mail("Desk log", text, number)))
    return b"\n".join(said) + b"\n"


def _slides(rng: Random, people: Sequence[Resident]) -> bytes:
    stories = [f"{one.first} {one.last}, {one.street}, moved out in {rng.choice(('May', 'June'))}" for one in people]
    return presentation([
        ("Quarterly meeting", ["Occupancy is at 96 percent.", "Two boilers are replaced in August."]),
        ("People who found a home", stories),
    ])  # fmt: skip


def _board(rng: Random, people: Sequence[Resident]) -> bytes:
    rows = [(f"{rng.randrange(101, 630)}", one.last_first, one.born.strftime("%m/%d/%Y"), one.phone) for one in people]
    return web_page("Bed board", ("Room", "Client", "DOB", "Cell"), rows)


def _archive(rng: Random, people: Sequence[Resident]) -> bytes:
    """Exports of four houses that somebody put away together, and a note of what they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for house in _HOUSES:
            table = _visits(rng, house, rng.sample(people, 40))
            archive.writestr(_undated(f"2025/visits_{house}.csv"), as_text(table))
        archive.writestr(_undated("read me.txt"), b"Visits of last year, one file a house. Throw away in 2030.\n")
    return out.getvalue()


def _undated(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (2026, 7, 31, 0, 0, 0))


def _visits(rng: Random, house: str, people: Sequence[Resident]) -> Table:
    rows = tuple(
        (house, one.first, one.last, numbers.phone(rng), f"{rng.randrange(1, 13)}/2025") for one in people
    )  # fmt: skip
    return Table("visits", ("house", "visitor_first", "visitor_last", "visitor_phone", "month"), rows)


def _transfers(rng: Random, people: Sequence[Resident]) -> bytes:
    names = ("client_name", "birth_date", "medicaid_cin", "from_house", "to_house")
    fields = [{"name": name, "type": "string"} for name in names]
    schema = fastavro.parse_schema({"type": "record", "name": "Transfer", "fields": fields})
    records = [
        dict(zip(names, (one.last_first, one.born.isoformat(), one.medicaid, *rng.sample(_HOUSES, 2)), strict=True))
        for one in people
    ]
    out = io.BytesIO()
    fastavro.writer(out, schema, records, sync_marker=b"Port Meridian 26")
    return out.getvalue()


def _extract(rng: Random, people: Sequence[Resident]) -> bytes:
    lines = [
        f"{rng.randrange(10**7, 10**8)}{one.ssn.replace('-', '')}{one.last.upper():20.20}{one.first.upper():15.15}"
        f"{one.born:%Y%m%d}{rng.choice(_HOUSES)}{rng.randrange(10, 99)}"
        for one in people
    ]
    return ("\r\n".join(lines) + "\r\n").encode("ascii", "replace")


def _bed_count(rng: Random, month: int, people: Sequence[Resident]) -> Table:
    rows = tuple(
        (f"2025-{month:02}-{rng.randrange(1, 28):02}", rng.choice(_HOUSES), one.last_first, rng.choice("YN"))
        for one in people
    )
    return Table("bed_count", ("night", "house", "client", "present"), rows)


def _waitlist(rng: Random, people: Sequence[Resident]) -> Table:
    rows = tuple(
        (place, one.first, one.last, one.email, one.phone, rng.choice(("single", "family")))
        for place, one in enumerate(people, 1)
    )
    return Table("waitlist", ("place", "first_name", "last_name", "email", "phone", "wants"), rows)
