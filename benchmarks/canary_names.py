"""How many names that are somebody's are withheld where they name a file, a table or a column, by kind of name.

The guard knows people by lists of names, so what it cannot know is measured here and told, not promised.
"""

import random
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.canary_words import Breeder
from benchmarks.proof import Proof
from scanners.naming import NameGuard

_MANY = 2000
_LEAST_SHARE = 0.99
_FORMS: Mapping[str, str] = {
    "Given Surname": "{given} {surname}",
    "SURNAME, GIVEN": "{SURNAME}, {GIVEN}",
    "given_surname.csv": "{lower}_{surlower}.csv",
    "intake GivenSurname 2024.xlsx": "intake {given}{surname} 2024.xlsx",
}
_WORLD = """
Xiomara Quispe|Oluwaseun Adeyemi|Thuy Pham|Siobhan Gallagher|Amarjit Dhillon|Fatoumata Diallo|Yevgenia Kaplan|
Md Rahman|Mamadou Sow|Wing Cheung|Xiaoling Zheng|Priya Raghunathan|Aleksandr Volkov|Nkechi Okonkwo|Ioannis Pappas|
Zeynep Yildiz|Tenzin Dolma|Kwabena Boateng|Shanelle Beckford|Marisol Xochihua|Ngozi Eze|Hyun Seo|Dmitri Orlov|
Guadalupe Tlatelpa|Ousmane Barry|Soledad Huamani|Tashi Sherpa|Iman Abdi|Rukhsana Begum|Abdoulaye Bah
"""
_WORDS = """
Grace Park|Hope Green|Mark Price|Rich Banks|Summer Fields|Bill Rivers|Frank Church|Art Bell|Dawn Waters|Will Power|
Drew Page|May Day|Jack Stone|Rose Gardener|Chase Ford|Autumn Brook|Dean Street|Joy Fountain|Guy Short|Penny Cash
"""


def shares(seed: int) -> Iterator[tuple[str, int, int]]:
    """Per kind of name: what kind, how many were tried, how many were withheld."""
    breeder, chance = Breeder(seed), random.Random(seed)
    pairs = {
        "frequent names": [breeder.ordinary_person("") for _ in range(_MANY // 4)],
        "names frequent elsewhere": _listed(_WORLD),
        "names that are words": _listed(_WORDS),
        "invented names": [breeder.person("") for _ in range(_MANY // 4)],
    }
    for kind, names in pairs.items():
        tried = [_written(form, name) for name in names for form in _FORMS.values()]
        yield kind, len(tried), _withheld(tried)
    surnames = [name.split()[1] for name in pairs["frequent names"]]
    yield "a frequent surname alone", len(surnames), _withheld(surnames)
    for kind, make in (("SSNs", breeder.ssn), ("phones", breeder.phone), ("e-mails", breeder.email)):
        numbers = [chance.choice(("{}", "case {}", "{}.csv")).format(make("")) for _ in range(_MANY // 4)]
        yield kind, len(numbers), _withheld(numbers)
    for kind, make in (("cards", breeder.card), ("home addresses", breeder.address)):
        told = [chance.choice(("{}", "re {}", "{}.pdf")).format(make("")) for _ in range(_MANY // 4)]
        yield kind, len(told), _withheld(told)


#: Kinds that are promised; the others are told as they are.
PROMISED = frozenset({"frequent names", "SSNs", "phones", "e-mails", "cards"})


def share_proofs(seed: int) -> Iterator[Proof]:
    """The shares, for the record."""
    for kind, tried, held in shares(seed):
        is_promised = kind in PROMISED
        target = f"at least {_LEAST_SHARE:.0%}" if is_promised else "told, not promised"
        kept = not is_promised or held >= _LEAST_SHARE * tried
        yield Proof(f"{kind} as names, withheld", f"{held / tried:.1%} of {tried:,}", target, kept, seed)


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split("|")]


def _withheld(names: Sequence[str]) -> int:
    guard = NameGuard(bytes(32))
    return sum(guard.name(name).withheld for name in names)


def _written(form: str, name: str) -> str:
    given, surname = name.split(" ")
    return form.format(
        given=given,
        surname=surname,
        GIVEN=given.upper(),
        SURNAME=surname.upper(),
        lower=given.lower(),
        surlower=surname.lower(),
    )
