"""What the Office of Service Requests (OSR) keeps: requests and callers, its agents' logins, towed cars."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from catalog.demo import notes, numbers
from catalog.demo.people import DISTRICTS, Resident, moment, mostly
from catalog.demo.tables import Table, table, write_sqlite, write_text

Records = Iterator[Mapping[str, object]]

_TOPICS = ("HEAT", "NOISE", "STREET", "HOMELESS", "VEHICLE", "WATER")
_AGENTS = tuple(f"AG{number}" for number in range(101, 141))


def write(folder: Path, seed: int, people: Sequence[Resident]) -> None:
    """Write the agency's database and file share under ``folder``."""
    write_sqlite(
        folder / "osr" / "requests.db",
        [_table(seed, "SVC_REQ", _service_requests, people), _table(seed, "AGT_LOGIN", _logins, people[1620:1660])],
        {},
    )
    share = folder / "osr" / "share"
    vehicles = _table(seed, "abandoned_vehicles", _vehicles, people)
    write_text(share / "towing" / "abandoned_vehicles.csv", vehicles, delimiter=";")
    (share / "feeds").mkdir(parents=True, exist_ok=True)
    (share / "feeds" / "referrals_2026-07.csv").write_bytes(b"")


def _table(
    seed: int, name: str, records: Callable[[Random, Sequence[Resident]], Records], people: Sequence[Resident]
) -> Table:
    return table(name, records(numbers.stream(seed, f"osr/{name}"), people))


def _service_requests(rng: Random, people: Sequence[Resident]) -> Records:
    for number in range(3000):
        caller, opened = rng.choice(people), moment(rng, days_back=240)
        named, place = rng.random() < 0.55, rng.choice(people)
        yield {
            "SR_NO": f"1-1-{1800000000 + number * 17}",
            "CRE_DTTM": opened,
            "CLS_DTTM": opened + timedelta(hours=rng.randint(1, 400)) if rng.random() < 0.85 else None,
            "DUE_DTTM": opened + timedelta(hours=240),
            "AGY_CD": rng.choice(("DSO", "DCH", "STR", "BLD")),
            "CMPLNT_TYP": rng.choice(_TOPICS),
            "DESCR": notes.request(rng, caller),
            "CHNL": rng.choice(("PHONE", "APP", "WEB")),
            "CLR_FST_NM": caller.first if named else "",
            "CLR_LST_NM": caller.last if named else "ANONYMOUS",
            "CLR_PHN": mostly(rng, caller.phone, 0.7),
            "CLR_EML": mostly(rng, caller.email, 0.3),
            "CLR_LANG": caller.language,
            "CLR_AGE_GRP": rng.choice(("", "", "18-34", "35-54", "55+")),
            "ADA_FLG": rng.choices(("N", "Y"), (95, 5))[0],
            "INC_ADDR": place.street.upper(),
            "INC_UNIT": place.unit,
            "INC_ZIP": place.postal_code,
            "DIST": rng.choice(DISTRICTS),
            "X_CRD": rng.randint(913000, 1067000),
            "Y_CRD": rng.randint(120000, 272000),
            "LAT": round(39.2 + rng.random() / 10, 6),
            "LON": round(-74.9 + rng.random() / 10, 6),
            "BBL": f"{rng.randint(1, 5)}{rng.randint(1, 9999):05}{rng.randint(1, 200):04}",
            "BIN": numbers.digits(rng, 7),
            "STS": rng.choice(("OPEN", "CLSD", "PEND")),
            "RES_TXT": rng.choice(("Inspected, no violation.", "Referred.", "Repaired.", "")),
            "CLNT_IP": mostly(rng, numbers.ip_address(rng), 0.4),
            "APP_DEV_ID": numbers.phone_device(rng) if rng.random() < 0.3 else None,
            "SOC_HNDL": f"@{caller.first.lower()}_{rng.randint(1, 99)}" if rng.random() < 0.05 else None,
            "CB_DTTM": moment(rng, days_back=0, days_ahead=10) if rng.random() < 0.1 else None,
            "AGT_ID": rng.choice(_AGENTS),
            "UPD_CNT": rng.randint(0, 9),
        }


def _logins(rng: Random, people: Sequence[Resident]) -> Records:
    for agent, person in zip(_AGENTS, people, strict=True):
        yield {
            "AGT_ID": agent,
            "USR_NM": f"{person.last}{person.first[0]}".lower(),
            "PWD_HASH": f"$2b$12${rng.getrandbits(212):053x}",
            "SEC_ANS": rng.choice(("Rex", "Harborside", "blue", "Lopez", "1987")),
            "LST_IP": numbers.ip_address(rng),
            "LST_LOGIN": moment(rng, days_back=20),
            "MFA_PHN": person.phone,
            "EXTN": rng.randint(2000, 2999),
            "TM_CD": rng.choice("ABC"),
        }


def _vehicles(rng: Random, people: Sequence[Resident]) -> Records:
    for number in range(400):
        reporter = rng.choice(people)
        yield {
            "RPT_ID": 60000 + number,
            "RPT_DT": moment(rng, days_back=200).date(),
            "PLT": numbers.plate(rng),
            "PLT_ST": rng.choice(("MD", "PA", "NJ", "VA", "DE")),
            "VIN": mostly(rng, numbers.vin(rng), 0.8),
            "MAKE": rng.choice(("Ford", "Honda", "Toyota", "Nissan")),
            "COLOR": rng.choice(("gray", "black", "red", "white")),
            "LOC": f"{reporter.street} / {rng.choice(DISTRICTS)}",
            "LAT": round(39.2 + rng.random() / 10, 6),
            "LNG": round(-74.9 + rng.random() / 10, 6),
            "RPT_BY": f"{reporter.first} {reporter.last}" if rng.random() < 0.3 else "agent",
            "SUMM_NO": numbers.digits(rng, 10),
            "TOW_DT": moment(rng, days_back=90).date() if rng.random() < 0.4 else None,
            "RMRKS": rng.choice(("", "", "no plates on front", "flat tires", "owner on scene, will move")),
        }
