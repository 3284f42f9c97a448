import os
import re
import subprocess
import sys
from math import sqrt
from random import Random

import pytest

from benchmarks.house import ROOT
from benchmarks.notes import checks, people
from benchmarks.notes.chaff import harmless
from benchmarks.notes.columns import Character, character, column, joined, slipped, written
from benchmarks.notes.homes import home
from benchmarks.notes.numbers import IDENTIFYING, phone, ssn
from benchmarks.notes.templates import COMMON, EXAMINED, Case, Mark, Slot, filled, parsed, writers

MBI = "AC-HJKMNP-RT-Y"
NINE = r"\d{3}([- ]?)\d{2}\1\d{4}"
FORMS = {
    "SSN": NINE,
    "SSN.bare": r"\d{9}",
    "TAXPAYER_ID": r"9\d\d([- ]?)(5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\1\d{4}",
    "PHONE": r"(\+?1[- ])?\(?[2-9]\d\d\)?[-. ]?[2-9]\d\d[-. ]?\d{4}",
    "EMAIL": r"[a-z0-9._-]+@[a-z-]+\.(com|net|org)",
    "PAYMENT_CARD": r"\d{4}[ -]?(\d{4}[ -]?\d{4}[ -]?\d{4}|\d{6}[ -]?\d{5})",
    "FIN_ACCOUNT.iban": r"[A-Z]{2}\d\d[A-Z0-9 ]{14,24}",
    "FIN_ACCOUNT.routing": r"(0[1-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}",
    "HEALTH_ID": rf"[1-9][{MBI}][{MBI}0-9]\d(-?)[{MBI}][{MBI}0-9]\d\1[{MBI}]{{2}}\d\d",
    "PROVIDER_ID": r"[12]\d{9}",
    "VEHICLE_INFO": r"[A-HJ-NPR-Z0-9]{17}",
    "DEVICE_ID.mac": r"(?i)[0-9a-f]{2}([:-])([0-9a-f]{2}\1){4}[0-9a-f]{2}|([0-9a-f]{4}\.){2}[0-9a-f]{4}",
    "DEVICE_ID.imei": r"\d{15}",
    "IP_ADDRESS": r"(?!10\.|127\.|192\.168\.)\d{1,3}(\.\d{1,3}){3}",
    "BENEFIT_ID": r"[A-Z]{2}\d{5}[A-Z]",
    "JUSTICE_ID.nysid": r"\d{8}[A-Z]",
    "JUSTICE_ID.din": r"\d\d(-?)[A-Z]\1\d{4}",
    "IMMIGRATION_ID.alien": r"A ?\d{3}([- ]?)\d{3}\1\d{3}",
    "IMMIGRATION_ID.receipt": r"[A-Z]{3}(\d{10}|-\d\d-\d{3}-\d{5})",
    "STUDENT_ID": r"2\d{8}",
    "PASSPORT_NO": r"[A-Z]?\d{8}|\d{9}",
    "DRIVER_LICENSE": r"\d{3}( ?)\d{3}\1\d{3}",
    "LICENSE_PLATE": r"[A-Z]{3}[- ]?\d{4}|T\d{6}C",
    "ADDR_HOME": r"\d{1,4}(-\d\d)? \w.*",
    "DOB": r"\d{1,2}[/-]\d{1,2}[/-](\d\d){1,2}|\d{4}-\d\d-\d\d|(\d{1,2} )?[A-Z][a-z]{2,8}( \d{1,2},?)? \d{4}",
}
CHECKS = {
    "PAYMENT_CARD": checks.luhn_holds,
    "FIN_ACCOUNT.iban": checks.iban_holds,
    "FIN_ACCOUNT.routing": checks.aba_holds,
    "PROVIDER_ID": checks.npi_holds,
    "VEHICLE_INFO": checks.vin_holds,
    "DEVICE_ID.imei": checks.luhn_holds,
}
NOT_WORDS = {"jr", "sr", "iii"}


def drawn(slot: str, many: int = 200) -> list[str]:
    rng = Random(slot)
    fills = [IDENTIFYING[slot](rng) for _ in range(many)]
    return [fill if isinstance(fill, str) else fill.marked for fill in fills]


def everything() -> list:
    return [template for writer in writers().values() for template in (*writer.harmless, *writer.telling)]


@pytest.mark.parametrize(
    ("check", "number"),
    [
        (checks.luhn_holds, "4111111111111111"),
        (checks.luhn_holds, "490154203237518"),
        (checks.npi_holds, "1234567893"),
        (checks.aba_holds, "021000021"),
        (checks.vin_holds, "1M8GDM9AXKP042788"),
        (checks.iban_holds, "GB82WEST12345698765432"),
    ],
)
def test_a_published_example_passes_and_a_changed_one_does_not(check, number: str) -> None:
    assert check(number)
    assert not check(number[:-1] + ("7" if number[-1] != "7" else "6"))


def test_a_provider_number_begins_with_one_or_two() -> None:
    number = "300000000" + checks.luhn_digit("80840300000000")
    assert checks.luhn_holds(f"80840{number}")
    assert not checks.npi_holds(number)


def test_an_extension_stands_behind_its_telephone_number() -> None:
    around = {(fill.before, fill.after[:2]) for fill in (phone(Random(seed)) for seed in range(200))}
    assert around == {("", ""), ("", " x")}


@pytest.mark.parametrize("slot", sorted(IDENTIFYING))
def test_numbers_have_the_form_of_their_kind(slot: str) -> None:
    assert [value for value in drawn(slot) if not re.fullmatch(FORMS[slot], value)] == []


@pytest.mark.parametrize("slot", sorted(CHECKS))
def test_check_digits_hold(slot: str) -> None:
    assert all(CHECKS[slot](re.sub(r"[ -]", "", value)) for value in drawn(slot))


def test_harmless_numbers_keep_clear_of_cards_and_telephones() -> None:
    rng = Random(1)
    tracked = ["".join(filter(str.isdigit, harmless("tracking", rng))) for _ in range(300)]
    assert not any(map(checks.luhn_holds, tracked))
    assert not any(re.fullmatch(r"[2-9]\d{9}", harmless("po", rng)) for _ in range(300))


def test_social_security_numbers_may_have_been_issued() -> None:
    for number in drawn("SSN.bare", 5000):
        assert number[:3] not in {"000", "666"}
        assert number[0] != "9"
        assert number[3:5] != "00"
        assert number[5:] != "0000"


class Prompted(Random):
    """Draws what it is told to first, then at random."""

    def __init__(self, *told: int) -> None:
        super().__init__(1)
        self.told = list(told)

    def choice(self, seq):
        return self.told.pop(0) if self.told else super().choice(seq)

    def randint(self, a, b):
        return self.told.pop(0) if self.told else super().randint(a, b)


@pytest.mark.parametrize("parts", [(78, 5, 1120), (111, 11, 1111)])
def test_well_known_false_numbers_are_not_drawn(parts: tuple[int, int, int]) -> None:
    assert ssn(Prompted(*parts)) != "{:03}{:02}{:04}".format(*parts)


def test_the_lists_of_names_are_long_and_about_half_of_them_is_held_out() -> None:
    names = people.written_names()
    assert len(names["given"]) >= 250
    assert len(names["surnames"]) >= 400
    assert 0.4 < len(people.given_names()) / len(names["given"]) < 0.6
    assert 0.4 < len(people.surnames()) / len(names["surnames"]) < 0.6


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("José", ["josé", "jose"]),
        ("Jean-Claude", ["jean", "claude"]),
        ("De la Rosa", ["de", "la", "rosa"]),
        ("O'Leary", ["oleary"]),
    ],
)
def test_words_of_a_name(name: str, words: list[str]) -> None:
    assert list(dict.fromkeys(people.name_words(name))) == words


def test_a_name_is_used_only_if_all_its_words_are_held_out() -> None:
    assert people.is_held_out("jones")  # its SHA-256 begins with an odd byte
    assert not people.is_held_out("smith")
    assert people.may_be_used("Jones")
    assert not people.may_be_used("Jones-Smith")


def test_every_slot_of_a_template_is_known_and_harmless_templates_tell_nothing() -> None:
    rng = Random(1)
    for writer in writers().values():
        assert not any(filled(template, rng)[1] for template in writer.harmless)
        assert all(filled(template, rng)[1] for template in writer.telling)


def test_there_are_many_templates_and_most_are_harmless() -> None:
    calm = sum(len(writer.harmless) for writer in writers().values())
    assert len(everything()) >= 300
    assert len({template.parts for template in everything()}) == len(everything())
    assert 0.55 < calm / len(everything()) < 0.7


def test_every_type_can_be_written_alone() -> None:
    alone = {code for template in writers()[COMMON].telling if len(template.codes) == 1 for code in template.codes}
    assert alone == EXAMINED


def test_whose_it_is_is_told_in_three_words() -> None:
    told = {part.who for template in everything() for part in template.parts if isinstance(part, Slot)}
    assert told == {"client", "staff", "third party", None}


@pytest.mark.parametrize(
    ("text", "case", "typed"),
    [
        ("Saw {NAME.last} today", Case.CAPITALS, str.isupper),
        ("saw {NAME.last} today", Case.CAPITALS, str.isupper),
        ("SAW {NAME.last} TODAY", Case.SMALL, str.isupper),
        ("SAW {NAME.last} TODAY", Case.AS_IS, str.isupper),
        ("Saw {NAME.last} today", Case.AS_IS, lambda name: name[0].isupper() and not name.isupper()),
    ],
)
def test_names_are_typed_as_the_words_around(text: str, case: Case, typed) -> None:
    sentence, (mark,) = filled(parsed(text), Random(5), case)
    assert typed(sentence[mark.start : mark.end])


def test_numbers_keep_their_capitals_among_small_letters() -> None:
    sentence, _ = filled(parsed("cin {BENEFIT_ID}"), Random(5), Case.SMALL)
    assert re.fullmatch("cin " + FORMS["BENEFIT_ID"], sentence)


def test_what_stands_around_a_name_or_home_is_not_marked() -> None:
    sentence, (mark,) = filled(parsed("Saw {NAME.titled} at {time}"), Random(5))
    assert re.fullmatch(r"Saw (Mr|Mrs|Ms|Miss)\.? ", sentence[: mark.start])
    assert sentence[mark.end :].startswith(" at ")
    assert all(len(people.last(Random(seed)).marked) >= len("Miss ") for seed in range(100))
    homes = [home(Random(seed)) for seed in range(300)]
    assert any(each.after for each in homes)
    assert all(len(each.after) <= len(each.marked) for each in homes)


def test_marks_move_with_their_sentences() -> None:
    text, (first, second) = joined([("ab", ()), ("x1", (Mark("SSN", 1, 2),)), ("y2.", (Mark("DOB", 1, 2),))], Random(1))
    assert (text[first.start : first.end], text[second.start : second.end]) == ("1", "2")


def test_a_slip_changes_one_place_inside_a_word() -> None:
    slips = {slipped("we moved", Random(seed)) for seed in range(40)}
    assert slips == {"we mvoed", "we moevd", "we moed", "we movd"}
    assert slipped("A 12 B", Random(1)) == "A 12 B"


@pytest.mark.parametrize("seed", range(8))
def test_every_mark_of_a_column_is_what_it_says(seed: int) -> None:
    each = column(seed, 400)
    assert {mark.code for marks in each.truth for mark in marks} <= set(each.character.asked)
    for text, marks in zip(each.texts, each.truth, strict=True):
        ends = [0]
        for mark in sorted(marks, key=lambda mark: mark.start):
            assert mark.start >= ends[-1]
            ends.append(mark.end)
            assert is_so(mark.code, text[mark.start : mark.end])


def is_so(code: str, value: str) -> bool:
    if code == "NAME":
        words = [word for word in people.name_words(value.replace(".", "").replace(",", "")) if len(word) > 1]
        return bool(words) and all(people.is_held_out(word) for word in words if word not in NOT_WORDS)
    flags = re.IGNORECASE
    return any(re.fullmatch(form, value, flags) for slot, form in FORMS.items() if slot.partition(".")[0] == code)


def test_a_column_is_the_same_whenever_and_wherever_it_is_made() -> None:
    program = "import hashlib; from benchmarks.notes.columns import column; c = column(4, 200); print(c.texts, c.truth)"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert column(4, 200) != column(5, 200)


def test_shares_are_as_asked_for_and_what_was_not_asked_for_is_absent() -> None:
    asked = {"NAME": 0.5, "PHONE": 0.1, "SSN": 0.01}
    wanted = Character("nursing", asked, together=0.5, empty=0.15, repeated=0.05, harmless=1)
    rows = 4000
    shares = written(wanted, 1, rows).shares()
    assert {code for code, share in shares.items() if share} == set(asked)
    for code, share in asked.items():
        # Repeated rows widen what chance does.
        assert abs(shares[code] - share) < 4.5 * sqrt(share * (1 - share) / rows), code


def test_rows_are_empty_and_repeated_as_asked_for() -> None:
    each = written(Character("school", {}, empty=0.2), 1, 2000)
    assert 0.16 < sum(len(text) < 5 for text in each.texts) / 2000 < 0.25
    told = {"SSN": 0.6}
    once, twice = (written(Character("school", told, repeated=share), 1, 1000) for share in (0.0, 0.5))
    assert len({text for text in twice.texts if "9" in text}) < 0.7 * len({text for text in once.texts if "9" in text})


def test_a_column_is_typed_as_its_clerks_type() -> None:
    def texts(**character: float) -> list[str]:
        return list(written(Character("school", {}, harmless=4, **character), 1, 400).texts)

    assert all(text.isupper() for text in texts(capitals=1.0))
    assert sum(text.islower() for text in texts(small=1.0)) > 2 * sum(text.islower() for text in texts())
    assert {text.count("Left voicemail.") for text in texts()} == {0, 1}
    assert not any("Left voicemail." in text for text in texts(careless=1.0))


def test_characters_differ_and_their_shares_keep_to_the_bounds() -> None:
    many = [character(seed) for seed in range(200)]
    shares = [share for each in many for share in each.asked.values()]
    assert all(0.0005 <= share <= 0.6 for share in shares)
    assert sum(share < 0.005 for share in shares) > len(shares) / 4
    assert {each.writer for each in many} == set(writers()) - {COMMON}
    assert {code for each in many for code in each.asked} == EXAMINED
    assert 0 < sum(not each.asked for each in many) < 40
    assert sum("PHONE" in each.asked for each in many) > 1.5 * sum("VEHICLE_INFO" in each.asked for each in many)


def test_a_sample_is_drawn_at_random_and_the_same_for_its_seed() -> None:
    each = column(1, 300)
    assert each.sample(50, 1) == each.sample(50, 1) != each.sample(50, 2)
    assert len(set(each.sample(50, 1))) == 50
    assert each.sample(1000, 1) == list(range(300))
