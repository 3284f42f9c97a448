"""What people write into comment fields: mostly harmless, now and then more than belongs there."""

from random import Random

from catalog.demo import numbers
from catalog.demo.people import Resident

STREET_NAMES = ("Smokey", "Red", "Preacher", "Mama Lou", "Shorty", "Captain", "Blue", "Professor")

_CASE = (
    "Met with client at intake. Discussed house rules and curfew.",
    "Client requests transfer to a quieter floor.",
    "Housing application submitted, waiting for inspection of the unit.",
    "Client missed appointment; left message with front desk.",
    "Provided a bus pass and list of job fairs.",
    "Follow up on storage voucher next week.",
)
_OUTREACH = (
    "declined shelter, accepted socks",
    "asked about safe haven beds",
    "engaged 20 min",
    "not seen this week",
    "",
)
_VISIT = ("annual physical", "follow up", "flu shot", "blood pressure check", "form for school", "needs refill")
_REQUEST = (
    "Pothole in front of the school, getting larger.",
    "No heat since yesterday evening.",
    "Loud music every night after eleven.",
    "Street light out on the corner.",
    "Abandoned car has not moved in weeks.",
    "Person sleeping in the bus shelter, looks unwell.",
)


def case_note(rng: Random, person: Resident) -> str:
    """A case worker's note: a name in a quarter, a phone number in a tenth, a Social Security number in 3 of 100."""
    said = [rng.choice(_CASE)]
    if rng.random() < 0.25:
        said.append(f"{person.first} {person.last} says things are better at home.")
    if rng.random() < 0.10:
        said.append(f"Reach client at {numbers.phone(rng)}.")
    if rng.random() < 0.03:
        said.append(f"SSN {person.ssn} verified by card.")
    if rng.random() < 0.04:
        said.append("Client reports partner threatened her, order of protection in place.")
    return " ".join(said)


def outreach_note(rng: Random, person: Resident) -> str:
    """A street outreach worker's remark, now and then about kin."""
    if rng.random() < 0.15:
        return f"sister {rng.choice(('Rosa', 'Denise', 'Anita', 'Kim'))} {person.last} at {numbers.phone(rng)}"
    return rng.choice(_OUTREACH)


def visit_reason(rng: Random, person: Resident) -> str:
    """Why a patient comes, as the front desk wrote it."""
    reason = rng.choice(_VISIT)
    return f"{reason} - call {person.first} at {numbers.phone(rng)}" if rng.random() < 0.08 else reason


def request(rng: Random, person: Resident) -> str:
    """What a caller told the agent; one in twelve leaves name and address in the text."""
    said = rng.choice(_REQUEST)
    if rng.random() < 0.08:
        return f"{said} Caller {person.first} {person.last}, lives at {person.street} {person.unit}".rstrip()
    return said
