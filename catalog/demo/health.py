"""What the Department of Community Health (DCH) keeps: clinics, the immunization extract, its own staff."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random

from catalog.demo import notes, numbers
from catalog.demo.people import TODAY, Resident, moment, mostly
from catalog.demo.tables import Table, table, write_sqlite, write_text, write_workbook

Records = Iterator[Mapping[str, object]]

_CLINICS = ("HBR", "NGT", "SLT", "UNH")
_DIAGNOSES = ("E11.9", "I10", "J45.909", "F32.9", "Z23", "B20", "M54.50", "F11.20", "Z00.00", "N39.0")
_PROCEDURES = ("99213", "99214", "90471", "36415", "99203")
_VACCINES = ("MMR", "DTaP", "IPV", "HepB", "VAR")
_SCHOOLS = ("PS 14 Harborside", "PS 31 Old Mills", "MS 7 Union Hill", "Northgate Academy")
_CLINIC_VOLUME = """
SELECT CLIN_CD, substr(ENC_DTTM, 1, 7) AS YR_MO, count(*) AS ENC_CNT, count(DISTINCT PT_MRN) AS PT_CNT
FROM ENCTR GROUP BY CLIN_CD, substr(ENC_DTTM, 1, 7)
"""
_SHORT = {"Spanish": "SPA", "English": "ENG", "Mandarin": "CMN", "Arabic": "ARA", "Russian": "RUS"}


def write(folder: Path, seed: int, people: Sequence[Resident]) -> None:
    """Write the agency's database and file share under ``folder``."""
    patients = people[400:1500]
    write_sqlite(
        folder / "dch" / "clinics.db",
        [
            _table(seed, "PATIENT", _patients, patients),
            _table(seed, "ENCTR", _encounters, patients),
            _table(seed, "APPT", _appointments, patients),
        ],
        {"V_CLINIC_VOLUME": _CLINIC_VOLUME},
    )
    share = folder / "dch" / "share"
    registry = _table(seed, "registry_extract", _registry, patients)
    write_text(share / "immunization" / "registry_extract.tsv", registry, delimiter="\t", encoding="cp1252")
    write_workbook(share / "hr" / "staff_roster.xlsx", [_table(seed, "Roster", _staff, people[1500:1620])])
    (share / "hr" / "roster_backup.xlsx").write_bytes(b"PK\x03\x04" + b"torn in the middle of a copy" * 20)


def _table(
    seed: int, name: str, records: Callable[[Random, Sequence[Resident]], Records], people: Sequence[Resident]
) -> Table:
    return table(name, records(numbers.stream(seed, f"dch/{name}"), people))


def patient_number(place: int) -> str:
    """The medical record number of a patient, zero-padded text."""
    return f"{413077 + place * 29:08}"


def _language(rng: Random, person: Resident) -> str:
    """The language a clerk keyed, with what the clerk also wanted to remember about the papers."""
    language = _SHORT.get(person.language, person.language)
    if person.country != "United States" and rng.random() < 0.35:
        return f"{language} - {rng.choice(('UNDOC', 'asylum pending', 'green card', 'visa expired', 'TPS'))}"
    return language


def _patients(rng: Random, people: Sequence[Resident]) -> Records:
    for place, person in enumerate(people):
        yield {
            "PT_MRN": patient_number(place),
            "PT_NM": person.last_first,
            "PT_PREV_LNM": rng.choice(people).last.upper() if rng.random() < 0.1 else "",
            "DOB_YMD": int(f"{person.born:%Y%m%d}"),
            "SEX": person.sex,
            "SOGI_CD": rng.choices(("ST", "LG", "BI", "DK", "NA"), (60, 5, 4, 6, 25))[0],
            "SSN_TXT": mostly(rng, person.ssn.replace("-", ""), 0.8),
            "ADDR_LN1": person.street,
            "ADDR_LN2": person.unit,
            "CITY": "Port Meridian",
            "ST": "MD",
            "ZIP5": int(person.postal_code),
            "HM_PHN": mostly(rng, person.phone, 0.9),
            "WRK_PHN": mostly(rng, numbers.phone(rng), 0.3),
            "EML": mostly(rng, person.email, 0.6),
            "EMERG_CNTCT": f"{rng.choice(people).first} {person.last}",
            "EMERG_REL": rng.choice(("spouse", "mother", "son", "friend")),
            "EMERG_PHN": numbers.phone(rng),
            "INS_PLAN": rng.choice(("Meridian Care", "Medicaid", "Self pay", "HarborPlus")),
            "INS_MBR_ID": mostly(rng, f"MC{numbers.digits(rng, 9)}", 0.7),
            "MCD_CIN": person.medicaid if rng.random() < 0.4 else "",
            "PCP_NPI": numbers.provider_number(rng),
            "PREF_LANG": _language(rng, person),
            "BIRTH_CTRY": person.country,
            "RACE_TXT": person.race,
            "RELIG": rng.choice(("Catholic", "Muslim", "Protestant", "none", "", "Jewish", "Hindu")),
            "OCCUP": person.job,
            "EMPLR": mostly(rng, person.employer, 0.5),
            "HH_INC": rng.randint(9, 90) * 1000,
            "SMOK_CD": rng.choice(("N", "F", "C")),
            "DECD_DT": TODAY - timedelta(days=rng.randint(1, 900)) if rng.random() < 0.01 else None,
            "REC_STS": rng.choice("AAAAI"),
        }


def _encounters(rng: Random, people: Sequence[Resident]) -> Records:
    providers = [numbers.provider_number(rng) for _ in range(40)]
    for number in range(50_000):
        yield {
            "ENC_ID": 7_000_000 + number,
            "PT_MRN": patient_number(rng.randrange(len(people))),
            "ENC_DTTM": moment(rng, days_back=1400),
            "CLIN_CD": rng.choice(_CLINICS),
            "PROV_NPI": rng.choice(providers),
            "DX1_CD": rng.choice(_DIAGNOSES),
            "DX2_CD": rng.choice((*_DIAGNOSES, "", "", "", "")),
            "CPT_CD": rng.choice(_PROCEDURES),
            "APPT_TYP": rng.choice(("NEW", "FU", "WALK")),
            "NXT_APPT_DTTM": moment(rng, days_back=0, days_ahead=90) if rng.random() < 0.2 else None,
            "BP_SYS": rng.randint(95, 170),
            "BP_DIA": rng.randint(55, 105),
            "HT_IN": rng.randint(55, 78),
            "WT_LB": rng.randint(98, 290),
            "COPAY_AMT": rng.choice((0, 0, 5, 15, 30)),
        }


def _appointments(rng: Random, people: Sequence[Resident]) -> Records:
    for number in range(1600):
        place = rng.randrange(len(people))
        person = people[place]
        yield {
            "APPT_ID": 330000 + number,
            "PT_MRN": patient_number(place),
            "APPT_DTTM": moment(rng, days_back=30, days_ahead=60),
            "CLIN_CD": rng.choice(_CLINICS),
            "PROV_NM": f"Dr. {rng.choice(people[:40]).last}",
            "STAT_CD": rng.choice(("SCH", "CXL", "NS", "DONE")),
            "RMND_PHN": mostly(rng, person.phone, 0.8),
            "RMND_EML": mostly(rng, person.email, 0.5),
            "INTRP_LANG": person.language if person.language != "English" else "",
            "RSN_TXT": notes.visit_reason(rng, person),
            "CRE_BY": rng.choice(("frontdesk1", "frontdesk2", "portal")),
        }


def _registry(rng: Random, people: Sequence[Resident]) -> Records:
    for number, parent in enumerate(people[:700]):
        born = TODAY - timedelta(days=rng.randint(200, 4000))
        yield {
            "REG_NO": f"IR{900000 + number}",
            "CHLD_LST": parent.last.replace("n", "ñ", 1) if rng.random() < 0.03 else parent.last,
            "CHLD_FST": rng.choice(people).first,
            "CHLD_DOB": f"{born:%d-%b-%y}".upper(),
            "CHLD_SEX": rng.choice("MF"),
            "MTHR_MDN": rng.choice(people).last,
            "GRDN_NM": f"{parent.first} {parent.last}",
            "GRDN_PH": parent.phone,
            "ADDR": f"{parent.street} {parent.unit}".strip(),
            "ZIP": parent.postal_code,
            "SCHL": rng.choice(_SCHOOLS) if _is_at_school(born) else "",
            "GR": str(2021 - born.year) if _is_at_school(born) else "",
            "STU_NO": numbers.digits(rng, 9) if _is_at_school(born) else "",
            "VAX_CD": rng.choice(_VACCINES),
            "LOT": f"{rng.choice('ABCDXYZ')}{rng.randint(100, 999)}{rng.choice('ABCDXYZ')}",
            "VAX_DT": moment(rng, days_back=200).date(),
            "PROV_NPI": numbers.provider_number(rng),
        }


def _is_at_school(born: date) -> bool:
    return born.year <= 2020


def _staff(rng: Random, people: Sequence[Resident]) -> Records:
    for person in people:
        yield {
            "Emp #": numbers.digits(rng, 7),
            "Last": person.last,
            "First": person.first,
            "Title": rng.choice(("Nurse", "Clerk", "Physician", "Analyst", "Driver")),
            "Dept": rng.choice(("Clinics", "Immunization", "Admin")),
            "Hired": moment(rng, days_back=6000).date(),
            "Annual": rng.randint(38, 160) * 1000,
            "Bank RT": numbers.routing_number(rng),
            "Acct": numbers.digits(rng, 10),
            "Badge": f"{rng.randint(1, 9999):05}",
            "Login": f"{person.first[0]}{person.last}".lower(),
            "Work email": f"{person.first}.{person.last}@dch.example.org".lower(),
            "Home email": mostly(rng, person.email, 0.8),
            "Cell": person.phone,
            "Ext.": f"x{rng.randint(1000, 9999)}",
            "Home addr": f"{person.street}, Port Meridian {person.postal_code}",
            "Car": rng.choice(("gray sedan", "blue hatchback", "")),
            "Plate": mostly(rng, numbers.plate(rng), 0.5),
            "Emerg. contact": f"{rng.choice(people).first} {person.last} {numbers.phone(rng)}",
            "Driver lic": mostly(rng, f"{person.last[0].upper()}-{numbers.digits(rng, 12)}", 0.3),
            "Lic #": numbers.provider_number(rng) if rng.random() < 0.4 else "",
            "Sig": rng.choice(("on file", "on file", "missing")),
        }
