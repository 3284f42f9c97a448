"""Thirty made-up papers of an office, with what each of their passages holds: written before anything read them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

Passages = Sequence[tuple[str, frozenset[str]]]

TYPES = ("NAME", "ADDR_HOME", "SSN", "PHONE", "EMAIL", "DOB")
OPEN = "an office's address"
"""What may be told as an address or not: whose it is cannot be seen."""
STAFF = ("Dana Wu", "Marcus Bell", "Priya Raman", "Helen Kowalczyk", "Omar Haddad")


class Somebody(NamedTuple):
    """A made-up person, as clerks write of them."""

    name: str
    form: str
    street: str
    city: str
    ssn: str
    phone: str
    mail: str
    born: str


PEOPLE = tuple(
    Somebody(*line.split(" | "))
    for line in """
Lucinda Okafor | Ms. Okafor | 418 Willow Lane, Apt 3B | Port Meridian, NY 10471 | 219-48-6630 | (718) 555-0148 | lucinda.okafor@mail.example | March 4, 1981
Tomasz Wieczorek | Mr. Wieczorek | 77 East 114th Street, #5 | New York, NY 10029 | 402-71-9954 | 646-555-0123 | t.wieczorek@mail.example | 11/23/1967
Maria Lopez | Ms. Lopez | 2210 Grand Concourse, Apt 6F | Bronx, NY 10457 | 118-62-0447 | 347.555.0171 | mlopez81@mail.example | 07/09/1990
Darnell Whitaker | Mr. Whitaker | 9 Cooper Street | Brooklyn, NY 11207 | 530-22-8176 | 917-555-0188 | dwhit@mail.example | January 30, 1975
Nguyen Thi Hanh | Mrs. Nguyen | 61-15 Junction Boulevard | Queens, NY 11374 | 655-09-3321 | (929) 555-0109 | hanh.nguyen@mail.example | 1958-12-02
James O'Brien | Mr. O'Brien | 1304 Beach 21st Street | Far Rockaway, NY 11691 | 088-54-7712 | 718-555-0166 | jobrien@mail.example | 5/6/1949
Fatoumata Diallo | Ms. Diallo | 350 St. Anns Avenue, Apt 12C | Bronx, NY 10454 | 771-30-5528 | (347) 555-0135 | f.diallo@mail.example | August 17, 1993
Yevgenia Petrova | Ms. Petrova | 2875 West 8th Street | Brooklyn, NY 11224 | 143-85-2090 | 929-555-0152 | yevgenia.p@mail.example | 02/28/1986
Robert Chen | Mr. Chen | 45 Mott Street, Apt 2 | New York, NY 10013 | 367-41-8805 | 212-555-0194 | rchen@mail.example | 10/14/1962
Aaliyah Robinson | Ms. Robinson | 815 Gates Avenue | Brooklyn, NY 11221 | 249-77-1163 | 917 555 0117 | aaliyah.r@mail.example | April 22, 2001
""".strip().splitlines()  # noqa: E501 - one person a line
)


def papers() -> Iterator[tuple[str, Passages]]:
    """Ten letters, ten memos and ten notices, by name."""
    for place, somebody in enumerate(PEOPLE):
        other, clerk = PEOPLE[(place + 3) % len(PEOPLE)], STAFF[place % len(STAFF)]
        yield f"letter {place}", _holding(_letter(somebody, clerk))
        yield f"memo {place}", _holding(_memo(somebody, other, clerk, STAFF[(place + 1) % len(STAFF)]))
        yield f"notice {place}", _holding(_notice("" if place % 2 else clerk))


def _holding(lines: str) -> Passages:
    """Each line is ``TYPE TYPE: passage``."""
    told = (line.strip().partition(": ") for line in lines.strip().splitlines())
    words = {each: each for each in TYPES} | {"office": OPEN}
    return [(text, frozenset(words[word] for word in held.split() if word != "-")) for held, _, text in told]


def _letter(one: Somebody, clerk: str) -> str:
    return f"""
        -: Department of Shelter and Outreach
        office: 120 Market Street, Port Meridian
        -: July 14, 2026
        NAME: {one.name}
        ADDR_HOME: {one.street}
        -: {one.city}
        -: Re: Your application for a rental supplement
        NAME: Dear {one.form},
        -: Thank you for your application, which we received on June 30. It will be decided within thirty days.
        SSN DOB: Our records show your Social Security number as {one.ssn} and your date of birth as {one.born}.
        PHONE EMAIL: If we cannot reach you at {one.phone}, we will write to you at {one.mail}.
        -: You have the right to a fair hearing. A request must be made within sixty days of this letter.
        -: Sincerely,
        NAME: {clerk}
        -: Supervisor, Intake Unit"""


def _memo(one: Somebody, other: Somebody, clerk: str, reader: str) -> str:
    return f"""
        -: MEMORANDUM
        NAME: To: {reader}
        NAME: From: {clerk}
        -: Date: July 20, 2026
        -: Subject: Transfers this week
        -: Three rooms on the fourth floor will be painted. These moves were agreed with the house managers.
        NAME PHONE: {one.name} moves to room 412. She asked that her brother, {other.name}, be told at {other.phone}.
        NAME ADDR_HOME: {other.name} was discharged to {other.street}, {other.city}, on July 18.
        -: The elevator is out of service until Thursday. Please use the freight elevator for furniture.
        -: Beds are to be stripped before ten in the morning and linen brought to the laundry.
        NAME: Medication for {one.form} is kept at the nurse's station.
        -: Thank you all for your patience."""


def _notice(clerk: str) -> str:
    asks = (
        f"NAME: Questions are answered by {clerk} at the front desk, extension 4417."
        if clerk
        else "-: Ask at the desk."
    )
    return f"""
        -: Notice to all residents
        -: The water will be shut off on Wednesday from nine to two while the main valve is replaced.
        -: Please fill a container beforehand. The community kitchen stays open and will serve cold meals.
        -: Laundry rooms are closed on that day. They open again on Thursday at seven.
        {asks}
        -: We apologize for the inconvenience.
        -: House Operations"""
