"""Rules of passwords and of closing accounts, after NIST SP 800-63B and OWASP ASVS 5.0 (6.2, 6.3): length counts, kinds
of characters do not.
"""

import re
import unicodedata
from datetime import timedelta

#: The fewest and the most characters of a password.
LEAST, MOST = 15, 256
#: Failures after which an account is closed, for how long at first, and for how long at most.
TRIES = 5
_FIRST = timedelta(minutes=15)
_LONGEST = timedelta(days=1)

#: What the commonest passwords are made of. Digits and signs around and between them help nobody.
_COMMON = (
    "password", "passwort", "passwd", "pass", "word", "letmein", "welcome", "administrator", "admin", "root", "login",
    "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "zxcvbn", "abcdefghijklmnopqrstuvwxyz", "abcdef", "abc",
    "iloveyou", "sunshine", "princess", "football", "baseball", "monkey", "dragon", "master", "superman", "batman",
    "trustno", "changeme", "secret", "default", "temporary", "breakglass", "emergency", "newyork", "city", "privacy",
    "catalog", "correcthorsebatterystaple", "the", "my", "is", "your", "new", "spring", "summer", "autumn", "winter",
)  # fmt: skip
_ONLY_COMMON = re.compile(f"(?:{'|'.join(_COMMON)})*")


def same(password: str) -> str:
    """A password as it is compared: one text for what different keyboards write differently."""
    return unicodedata.normalize("NFKC", password)


def password_fault(password: str, account: str) -> str:
    """Why this is no password for the account; empty where it is one."""
    text = same(password).casefold()
    if not LEAST <= len(text) <= MOST:
        return f"it must have {LEAST} to {MOST} characters"
    if account.casefold() in text:
        return "it must not contain the account's name"
    if any(text[at:] == text[:-at] for at in range(1, len(text) // 2 + 1)):
        return "it is one piece repeated"
    if _ONLY_COMMON.fullmatch("".join(each for each in text if each.isalpha())):
        return "it is made of the commonest passwords or of digits alone"
    return ""


def closing(failures: int) -> timedelta | None:
    """How long an account is closed after so many failures in a row: each time twice as long, up to a day."""
    times, rest = divmod(failures, TRIES)
    if rest or not times:
        return None
    pause: timedelta = _FIRST * (1 << min(times - 1, 10))
    return min(pause, _LONGEST)
