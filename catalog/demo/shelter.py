"""What the Department of Shelter and Outreach (DSO) keeps: casework, notes, the by-name list, canvass sheets."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from catalog.demo import notes, numbers
from catalog.demo.people import LANGUAGES, RACES, Resident, moment, mostly
from catalog.demo.tables import Table, table, write_sqlite, write_text, write_workbook

Records = Iterator[Mapping[str, object]]

_FACILITIES = ("F03", "F07", "F11", "F12", "F20", "F31")
_WORKERS = tuple(f"{4400100 + step * 37}" for step in range(24))
_LANGUAGE_CODES = {language: f"{code:02}" for code, language in enumerate(LANGUAGES, start=1)}
_RACE_CODES = {race: str(code) for code, race in enumerate(RACES, start=1)}
_ACTIVE_CLIENT = """
SELECT s.CL_ID, c.CL_LNM || ', ' || c.CL_FNM AS FULL_NM, c.DOB, s.FAC_CD, s.UNIT_NO, s.CHK_IN_DTTM,
       s.CASEWKR_ID AS WKR_ID, c.LANG_CD, c.CELL_PH AS PHONE
FROM SHLTR_STAY s JOIN CLNT_MSTR c ON c.CL_ID = s.CL_ID WHERE s.CHK_OUT_DTTM IS NULL
"""


def write(folder: Path, seed: int, people: Sequence[Resident]) -> None:
    """Write the agency's database and file share under ``folder``."""
    clients = people[:600]
    write_sqlite(
        folder / "dso" / "casework.db",
        [
            _table(seed, "CLNT_MSTR", _clients, clients),
            _table(seed, "SHLTR_STAY", _stays, clients),
            _table(seed, "CASE_NOTE", _case_notes, clients),
            _table(seed, "CLNT_ATTR", _attributes, clients),
            _table(seed, "FACILITY", _facilities, clients),
        ],
        {"V_ACTIVE_CLIENT": _ACTIVE_CLIENT},
    )
    share = folder / "dso" / "share"
    by_name = _table(seed, "List", _by_name_list, clients[:180])
    write_workbook(share / "outreach" / "by_name_list.xlsx", [by_name, _code_book()])
    for month in ("2026-05", "2026-06"):
        canvass = _table(seed, f"canvass_{month}", _canvass, clients)
        write_text(share / "outreach" / f"{canvass.name}.csv", canvass)
    write_text(share / "exports" / "bednight_feed.csv", _table(seed, "feed", _feed, clients), header=False)


def _table(
    seed: int, name: str, records: Callable[[Random, Sequence[Resident]], Records], people: Sequence[Resident]
) -> Table:
    return table(name, records(numbers.stream(seed, f"dso/{name}"), people))


def client_number(place: int) -> str:
    """The number DSO knows its client by."""
    return f"C{20210000 + place * 13}"


def _clients(rng: Random, people: Sequence[Resident]) -> Records:
    for place, person in enumerate(people):
        yield {
            "CL_ID": client_number(place),
            "CL_LNM": person.last.upper(),
            "CL_FNM": person.first.upper(),
            "CL_MI": mostly(rng, person.middle, 0.6),
            "ALIAS_NM": rng.choice(notes.STREET_NAMES) if rng.random() < 0.2 else "",
            "DOB": person.born.strftime("%m/%d/%Y") if rng.random() < 0.97 else "01/01/1900",
            "SEX_CD": {"M": 1, "F": 2}[person.sex] if rng.random() < 0.98 else 9,
            "GNDR_ID_CD": rng.choices(("M", "F", "TW", "TM", "NB", "U"), (45, 40, 3, 2, 3, 7))[0],
            "RACE_ETH_CD": _RACE_CODES[person.race],
            "LANG_CD": _LANGUAGE_CODES[person.language],
            "MAR_STAT": rng.choice("SMDWP"),
            "VET_FLG": rng.choices(("N", "Y"), (93, 7))[0],
            "DV_FLG": rng.choices(("N", "Y", "U"), (80, 12, 8))[0],
            "CTZN_IND": rng.choices(("C", "P", "Q", "N", "U"), (70, 12, 6, 7, 5))[0],
            "SSN_LAST4": mostly(rng, person.ssn[-4:], 0.9),
            "MCD_CIN": mostly(rng, person.medicaid, 0.7),
            "PA_CASE_NO": mostly(rng, f"{numbers.digits(rng, 8)}{rng.choice('ABCDEFGH')}", 0.6),
            "EBT_CARD": mostly(rng, f"0123456{numbers.digits(rng, 9)}", 0.4),
            "LST_ADDR1": mostly(rng, person.street.upper(), 0.8),
            "LST_ADDR2": person.unit,
            "LST_CITY": rng.choice(("PORT MERIDIAN", "PT MERIDIAN", "Port Meridian")),
            "LST_ZIP": person.postal_code,
            "CELL_PH": mostly(rng, person.phone, 0.75),
            "EML_ADDR": mostly(rng, person.email, 0.4),
            "EMPL_STAT": rng.choices(("UE", "PT", "FT", "DS", "RT"), (55, 15, 8, 17, 5))[0],
            "MTHLY_INC": rng.choice((0, 0, 183, 215, 794, 943)) + rng.randint(0, 60),
            "EMRG_CNTC": mostly(rng, f"{rng.choice(('mother', 'sister', 'friend'))} {numbers.phone(rng)}", 0.3),
            "SID_NBR": f"{numbers.digits(rng, 8)}{rng.choice('KLMNPQR')}" if rng.random() < 0.04 else None,
            "CRE_DTTM": moment(rng, days_back=1500),
            "UPD_USR": rng.choice(_WORKERS),
        }


def _stays(rng: Random, people: Sequence[Resident]) -> Records:
    for number in range(900):
        came = moment(rng, days_back=700)
        left = came + timedelta(days=rng.randint(2, 300)) if rng.random() < 0.7 else None
        yield {
            "STAY_ID": 880000 + number,
            "CL_ID": client_number(rng.randrange(len(people))),
            "FAC_CD": rng.choice(_FACILITIES),
            "UNIT_NO": f"{rng.randint(1, 6)}{rng.randint(1, 30):02}",
            "BED_NO": rng.choice("ABCD"),
            "CHK_IN_DTTM": came,
            "CHK_OUT_DTTM": left,
            "EXIT_RSN_CD": rng.choice(("10", "12", "20", "31")) if left else "",
            "HH_SIZE": rng.choices((1, 2, 3, 4, 5), (60, 14, 12, 9, 5))[0],
            "HOH_FLG": rng.choice("YN"),
            "CASEWKR_ID": rng.choice(_WORKERS),
            "NXT_APPT_DTTM": moment(rng, days_back=0, days_ahead=45) if not left else None,
            "BENE_STAT_CD": rng.choice(("AC", "SI", "CL", "NA", "RJ")),
            "LAST_UPD_TS": moment(rng, days_back=60),
        }


def _case_notes(rng: Random, people: Sequence[Resident]) -> Records:
    for number in range(1200):
        place = rng.randrange(len(people))
        yield {
            "NOTE_ID": 51000 + number,
            "CL_ID": client_number(place),
            "NOTE_DT": moment(rng, days_back=400).date(),
            "WKR_ID": rng.choice(_WORKERS),
            "NOTE_TYP_CD": rng.choice(("INT", "F2F", "TEL", "HSG")),
            "NOTE_TXT": notes.case_note(rng, people[place]),
            "FLAG1": rng.choice(("", "", "", "X")),
            "CRE_TS": moment(rng, days_back=400),
        }


def _attributes(rng: Random, people: Sequence[Resident]) -> Records:
    for number in range(1500):
        place = number % len(people)
        person = people[place]
        name, value = rng.choice(
            (
                ("RELIGION", rng.choice(("Catholic", "Muslim", "Baptist", "Jewish", "None"))),
                ("HEIGHT", f"{rng.randint(4, 6)}'{rng.randint(0, 11)}\""),
                ("ALT_PHONE", person.phone),
                ("SHIRT_SIZE", rng.choice(("S", "M", "L", "XL"))),
                ("PET", rng.choice(("dog", "cat", "none"))),
                ("ALIEN_NO", f"A{numbers.digits(rng, 9)}"),
                ("KIN", f"{rng.choice(people).last_first}"),
            )
        )
        yield {
            "CL_ID": client_number(place),
            "ATTR_NM": name,
            "ATTR_VAL": value,
            "EFF_DT": moment(rng, days_back=900).date(),
            "SRC_CD": rng.choice(("INT", "IMP")),
        }


def _facilities(rng: Random, people: Sequence[Resident]) -> Records:  # noqa: ARG001  # a table without any person
    for place, code in enumerate(_FACILITIES):
        yield {
            "FAC_CD": code,
            "FAC_NM": f"{('Harbor', 'Mill', 'North', 'Salt', 'Union', 'Lantern')[place]} House",
            "ZONE_NO": place % 3 + 1,
            "CAP_QTY": rng.randint(40, 220),
            "OPEN_DT": moment(rng, days_back=9000).date(),
            "FAC_TYP": rng.choice(("SA", "FAM", "DIC")),
            "LST_INSP_DT": moment(rng, days_back=300).date(),
            "INSP_SCORE": rng.randint(70, 100),
            "HVAC_UNITS": rng.randint(2, 9),
            "ACTV_FLG": "Y",
        }


def _by_name_list(rng: Random, people: Sequence[Resident]) -> Records:
    for person in people:
        yield {
            "Client": person.last_first,
            "Street name": rng.choice(notes.STREET_NAMES) if rng.random() < 0.5 else "",
            "DOB": person.born,
            "Age (approx)": (2026 - person.born.year) // 5 * 5,
            "Gender": rng.choice(("man", "woman", "trans woman", "nonbinary", "unknown")),
            "Pronouns": rng.choice(("he/him", "she/her", "they/them", "")),
            "Race": person.race,
            "Lang": person.language,
            "Veteran?": rng.choice(("Y", "N", "N", "N")),
            "Height": f"{rng.randint(4, 6)} ft {rng.randint(0, 11)}",
            "Weight": rng.randint(105, 260),
            "Photo": f"photos/{rng.randrange(16**6):06x}.jpg",
            "Usual spot": f"{person.street}, {person.district}",
            "Lat": round(39.2 + rng.random() / 10, 5),
            "Long": round(-74.9 + rng.random() / 10, 5),
            "MH": rng.choice(("depression", "schizophrenia", "PTSD", "none known", "")),
            "SU": rng.choice(("alcohol", "opioids - in MAT", "none", "")),
            "Benefits": rng.choice(("SNAP", "SSI", "cash assistance", "none", "pending")),
            "CIN": mostly(rng, person.medicaid, 0.5),
            "Case mgr": f"{rng.choice(people).first} {rng.choice('ABCDEGHLMRS')}.",
            "Case mgr cell": numbers.phone(rng),
            "First contact": moment(rng, days_back=900).date(),
            "Last contact": moment(rng, days_back=40).date(),
            "Next court": moment(rng, days_back=0, days_ahead=60) if rng.random() < 0.1 else None,
            "Housing": rng.choice(("street", "safe haven", "voucher", "placed")),
            "Comments": notes.outreach_note(rng, person),
        }


def _code_book() -> Table:
    books: dict[str, dict[str, str]] = {
        "LANG_CD": {code: language for language, code in _LANGUAGE_CODES.items()},
        "RACE_ETH_CD": {code: race for race, code in _RACE_CODES.items()},
        "SEX_CD": {"1": "Male", "2": "Female", "9": "Not stated"},
        "MAR_STAT": {"S": "Single", "M": "Married", "D": "Divorced", "W": "Widowed", "P": "Partnership"},
        "CTZN_IND": {
            "C": "Citizen",
            "P": "Permanent resident",
            "Q": "Qualified",
            "N": "No documents",
            "U": "Not asked",
        },
        "BENE_STAT_CD": {"AC": "Active", "SI": "Single issue", "CL": "Closed", "NA": "Not applied", "RJ": "Rejected"},
        "EXIT_RSN_CD": {"10": "Own arrangement", "12": "Voucher", "20": "Left", "31": "Institution"},
    }
    return table(
        "Code book",
        (
            {"Field": field, "Code": code, "Meaning": meaning, "Notes": ""}
            for field, codes in books.items()
            for code, meaning in codes.items()
        ),
    )


def _canvass(rng: Random, people: Sequence[Resident]) -> Records:
    for number in range(260):
        seen = moment(rng, days_back=80)
        yield {
            "obs_id": number + 1,
            "obs_dt": seen.date(),
            "obs_tm": f"{seen:%H:%M}",
            "team": rng.choice(("T1", "T2", "T3", "T4")),
            "blk_id": f"B{rng.randint(1000, 1999)}",
            "lat": round(39.2 + rng.random() / 10, 5),
            "lon": round(-74.9 + rng.random() / 10, 5),
            "cross_st": " / ".join(rng.choice(people).street.split(" ", 1)[1] for _ in range(2)),
            "app_sex": rng.choice(("M", "F", "U")),
            "app_age_band": rng.choice(("18-25", "26-40", "41-60", "60+")),
            "ppl_cnt": rng.choices((1, 2, 3, 6), (70, 20, 8, 2))[0],
            "belongings": rng.choice(("cart", "bags", "tent", "none")),
            "contact_made": rng.choice("YN"),
            "remarks": rng.choice(
                ("", "", "asleep", "declined services", "asked for blanket", "moved since last week")
            ),
        }


def _feed(rng: Random, people: Sequence[Resident]) -> Records:
    for place, person in enumerate(people[:300]):
        yield {
            "1": client_number(place),
            "2": person.last_first,
            "3": f"{person.born:%Y%m%d}",
            "4": person.ssn.replace("-", ""),
            "5": rng.choice(_FACILITIES),
            "6": f"{rng.randint(1, 6)}{rng.randint(1, 30):02}{rng.choice('ABCD')}",
            "7": f"{moment(rng, days_back=30):%Y%m%d}",
            "8": rng.choice("YN"),
            "9": f"{rng.randint(60, 190)}.{rng.randrange(100):02}",
        }
