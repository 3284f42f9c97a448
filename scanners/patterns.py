"""The patterns by which identifiers are found inside text: pure data, handed to Presidio by ``recognisers``.

A pattern whose form alone means little carries the word that must stand before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scanners import validators as check


@dataclass(frozen=True, slots=True)
class TextPattern:
    """One way an identifier is written in text.

    Parameters:
        type_code: the identifier type.
        clue: our word for it, used in evidence.
        regex: expression in the dialect of the ``regex`` package, case-sensitive unless it says otherwise.
        score: how sure a match makes us, 0..1.
        check: what a match must pass besides.
    """

    type_code: str
    clue: str
    regex: str
    score: float
    check: Callable[[str], bool] | None = None


_MONTH = r"(?:[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec)[a-z]{0,6}\.?"
_DATE = (
    r"(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}})"
)
_SUFFIX = (
    r"(?i:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Terrace|Ter|Parkway|Pkwy"
    r"|Highway|Hwy|Broadway|Circle|Cir|Square|Sq|Expressway|Turnpike|Concourse|Plaza|Way|Trail|Loop|Walk)"
)
_UNIT = r"(?:,? (?i:apt|apartment|unit|floor|fl|suite|ste|room|rm|#)\.? ?#?\w{1,5}\b)?"
_SIDE = r"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|NORTH|SOUTH|EAST|WEST)\.? )?"


def after(
    type_code: str, clue: str, words: str, body: str, score: float, check: Callable[[str], bool] | None = None
) -> TextPattern:
    """A pattern for ``body`` standing after one of ``words``, in any case, perhaps with "is", "no" or "#"."""
    link = r"(?:(?:is|was|number|numbers|num|no|nr|id)\b\W{0,4}){0,2}"
    regex = rf"(?<=(?<![A-Za-z])(?i:{words})\W{{0,5}}(?i:{link}))(?:{body})(?![\w-])"
    return TextPattern(type_code, clue, regex, score, check)


def is_public_ipv4(text: str) -> bool:
    """Whether it is an IPv4 address outside the ranges of private networks."""
    if not check.is_ipv4(text):
        return False
    first, second = (int(part) for part in text.split(".")[:2])
    return first not in {0, 10, 127} and (first, second) != (192, 168) and not (first == 172 and 16 <= second <= 31)


PATTERNS: Final = (
    TextPattern(
        "SSN",
        "a social security number",
        r"(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])",
        0.9,
        check.is_ssn,
    ),
    after(
        "SSN",
        "a social security number",
        r"ssn|s\.s\.n\.|social security|soc\.? ?sec",
        r"\d{9}|\d{3}.\d{2}.\d{4}",
        0.95,
        check.is_ssn,
    ),
    TextPattern(
        "SSN_LAST4",
        "the last digits of a social security number",
        r"(?i)(?<=(?:ssn|social(?: security)?)\b[^\d\n]{0,20}(?:ending|ends|last)\b[^\d\n]{0,20}"
        r"|last (?:4|four)\b[^\d\n]{0,20}(?:ssn|social(?: security)?)\b[^\d\n]{0,6})\d{4}(?![\w-])",
        0.8,
    ),
    TextPattern(
        "TAXPAYER_ID",
        "an individual taxpayer number",
        r"(?<![\w-])9\d{2}([- ])\d{2}\1\d{4}(?![\w-])",
        0.8,
        check.is_itin,
    ),
    after("TAXPAYER_ID", "an individual taxpayer number", "itin", r"9\d{8}", 0.9, check.is_itin),
    TextPattern(
        "EMAIL",
        "an e-mail address",
        r"(?<![\w.+'%-])[\w.+'%-]{1,64}+@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?!\w)",
        0.95,
        check.is_email,
    ),
    TextPattern(
        "PHONE",
        "a telephone number",
        r"(?<![\w.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])",
        0.85,
        check.is_phone,
    ),
    after(
        "PHONE",
        "a telephone number",
        "phone|telephone|tel|cell|mobile|call|called|text|fax|ph",
        r"1?\d{10}",
        0.85,
        check.is_phone,
    ),
    TextPattern(
        "PHONE",
        "a telephone number",
        r"(?<![\w+])\+\d{1,3}(?:[ .()-]{1,2}\d{1,5}){2,5}(?![\w-])",
        0.8,
        check.is_phone,
    ),
    TextPattern(
        "PAYMENT_CARD",
        "a payment card number",
        r"(?<![\w.-])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|3\d{3}([ -])\d{6}\2\d{4,5}|\d{13,19})(?![\w-])",
        0.85,
        check.is_card,
    ),
    TextPattern(
        "FIN_ACCOUNT",
        "an international account number",
        r"(?<!\w)[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?!\w)",
        0.95,
        check.is_iban,
    ),
    after("FIN_ACCOUNT", "a bank routing number", "routing|aba|rtn", r"\d{9}", 0.9, check.is_aba),
    after("FIN_ACCOUNT", "a bank account number", "(?:bank|checking|savings) (?:account|acct)", r"\d{6,17}", 0.75),
    TextPattern(
        "HEALTH_ID",
        "a medicare number",
        r"(?<![\w-])[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}(?![\w-])",
        0.9,
        check.is_mbi,
    ),
    after("HEALTH_ID", "a medical record number", "mrn|medical record", r"[A-Z]{0,3}\d{5,12}", 0.85),
    after("PROVIDER_ID", "a national provider identifier", "npi|provider", r"\d{10}", 0.85, check.is_npi),
    after("PROVIDER_ID", "a prescriber registration", "dea", r"[A-Z]{2}\d{7}", 0.85, check.is_dea),
    TextPattern("VEHICLE_INFO", "a vehicle number", r"(?<!\w)[A-HJ-NPR-Z0-9]{17}(?!\w)", 0.85, check.is_vin),
    TextPattern(
        "DEVICE_ID",
        "a hardware address",
        r"(?<![\w:.-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![\w:-])",
        0.9,
        check.is_mac,
    ),
    after("DEVICE_ID", "a mobile device number", "imei", r"\d{15}", 0.9, check.is_imei),
    TextPattern(
        "IP_ADDRESS", "an internet address", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]\d|\w)", 0.7, is_public_ipv4
    ),
    TextPattern(
        "IP_ADDRESS",
        "an internet address",
        r"(?<![\w:])[0-9A-Fa-f]{1,4}:(?:[0-9A-Fa-f]{0,4}:){1,6}[0-9A-Fa-f]{1,4}(?![\w:])",
        0.7,
        check.is_ipv6,
    ),
    after("BENEFIT_ID", "a medicaid client number", "cin|medicaid", r"[A-Z]{2}\d{5}[A-Z]", 0.9),
    TextPattern("BENEFIT_ID", "a medicaid client number", r"(?<![\w-])[A-Z]{2}\d{5}[A-Z](?![\w-])", 0.5),
    after("JUSTICE_ID", "a state identification number", "nysid", r"\d{7,8}[A-Za-z]", 0.9),
    TextPattern("JUSTICE_ID", "a prison number", r"(?<![\w-])\d{2}-[A-Z]-\d{4}(?![\w-])", 0.7, check.is_din),
    after("JUSTICE_ID", "a prison number", "din", r"\d{2}[A-Z]\d{4}", 0.85, check.is_din),
    after("JUSTICE_ID", "a book and case number", "book and case|b&c|bac", r"\d{3}-?\d{2}-?\d{5}", 0.85),
    after(
        "IMMIGRATION_ID",
        "an alien registration number",
        r"a[ -]?#|a[ -]number|a-no|alien|alien registration|uscis",
        r"A?[- ]?\d{3}[- ]?\d{3}[- ]?\d{2,3}",
        0.85,
    ),
    TextPattern(
        "IMMIGRATION_ID",
        "an alien registration number",
        r"(?<![\w-])A[- ]?\d{3}[- ]?\d{3}[- ]?\d{3}(?![\w-])",
        0.5,
        check.is_a_number,
    ),
    TextPattern(
        "IMMIGRATION_ID", "an immigration receipt", r"(?<!\w)[A-Z]{3}\d{10}(?!\w)", 0.85, check.is_uscis_receipt
    ),
    after("STUDENT_ID", "a student number", "osis", r"\d{9}", 0.9),
    after("PASSPORT_NO", "a passport number", "passport", r"[A-Z]?\d{8,9}", 0.85),
    after(
        "DRIVER_LICENSE",
        "a driver license number",
        r"driver'?s? licen[sc]e|driving licen[sc]e|dl|dmv",
        r"\d{3} ?\d{3} ?\d{3}",
        0.85,
    ),
    after(
        "LICENSE_PLATE",
        "a license plate",
        "plate|plates",
        r"(?=[A-Z0-9 -]{5,8}(?!\w))[A-Z]{3}[- ]?\d{3,4}|\d[A-Z]{3}\d{3}|T\d{6}C",
        0.75,
    ),
    TextPattern(
        "CREDENTIAL",
        "a password",
        r"(?i)(?<=\b(?:password|passwd|pwd)(?: is |[:=] ?))\S{6,40}",
        0.7,
    ),
    after("DOB", "a date of birth", r"born(?: on)?|dob|d\.o\.b\.?|date of birth|birth ?date|birthday", _DATE, 0.9),
    TextPattern(
        "ADDR_HOME",
        "a street address",
        rf"(?<![\w/.$-])\d{{1,5}}(?:-\d{{1,4}})?[A-Z]? {_SIDE}"
        rf"(?:[A-Z][\w'.]*+|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH))(?: [A-Z][\w'.]*+){{0,3}}? {_SUFFIX}(?!\w)\.?{_UNIT}",
        0.75,
    ),
    TextPattern(
        "ADDR_HOME",
        "a street address",
        r"(?<![\w/.$-])\d{1,5}(?:-\d{1,4})?[A-Z]? "
        rf"(?:{_SIDE}\d{{1,3}}(?i:st|nd|rd|th)? {_SUFFIX}|(?i:broadway))(?!\w){_UNIT}",
        0.75,
    ),
    TextPattern(
        "ADDR_HOME",
        "a street address",
        r"(?<![\w/.$-])\d{1,5} (?!(?:way|block|day|lane|the)\b)[a-z]{3,15} "
        r"(?:street|avenue|boulevard|road|drive|lane)(?!\w)",
        0.6,
    ),
    TextPattern(
        "NAME",
        "a name with a title",
        r"(?<![\w.])(?:Mrs|Mr|Ms|Miss|Mx|Sra|Sr|Srta|Señora?|Rev|MRS|MR|MS|(?<![A-Z]\w{1,20} )Dr(?!\.? Pepper\b))\.? "
        r"[A-Z][\p{L}'’-]+(?: [A-Z][\p{L}'’-]+){0,2}",
        0.85,
    ),
    TextPattern(
        "VICTIM_DV_SA",
        "words of domestic violence or sexual assault",
        r"(?i)(?<!\w)(?:domestic (?:violence|abuse)|intimate partner violence|order of protection|protective order"
        r"|sexual(?:ly)? assault(?:ed)?|abusive (?:partner|husband|wife|boyfriend|girlfriend|spouse|ex))(?!\w)",
        0.75,
    ),
)
