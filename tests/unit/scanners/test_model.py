"""The small trained model: what it says of columns it never met, and when it holds its tongue."""

import math
from datetime import date, timedelta
from importlib.resources import files

import numpy as np
import pytest

from catalog.model.evidence import Evidence, EvidenceKind, sentence
from scanners import model, traits
from scanners.looks import Look
from scanners.traits import FEW

PERSONS = """
Maribel Quintanar, Joseph Okwuosa, Hanneke Terpstra, Luca Brambilla, Shirin Golzari, Thomas Wetherby, Agnes Pohjola,
Rajiv Chatterji, Colette Vasseur, Milan Dvorsky, Priscilla Yancey, Tadeusz Wrona
"""
REVERSED = """
ABERNETHY, CLARENCE J; MCILROY, DEIRDRE; FUENTES, RAMON A; OYELARAN, BUKOLA; STANISLAU, PETER; DRUMMOND, LETITIA R;
VILLALOBOS, INES; KOWALCZYK, ADAM; TRUONG, BAO; HARGREAVES, SIMON T
"""
TITLES = """
The Lantern Keeper, Midnight in the Orchard, A Season of Rain, Broken Compass, Where Rivers Meet, The Last Ferry,
Silver Dust, Letters from Nowhere, Running on Empty Roads, The Glass Harbour, Beneath the Ice, Two Minutes Late
"""
COMPANIES = """
Brightwater Plumbing LLC, Castellan Holdings Inc, Delta Roofing Co, Fairmont Dental Group, Harbor Freight Lines Inc,
Juniper Landscaping LLC, Keystone Paving Corp, Lakeside Auto Repair, Monarch Printing Services, Northgate Realty
Partners
"""
PLACES = """
Fairview Park, Lincoln Stadium, Cedar Creek, Mount Hollis, Ashford Bridge, Harmony Hall, Stony Point Beach, Larkin
Library, Wexford Arena, Brookdale Cemetery, Elm Street Station, Lake Moraine
"""
JOBS = """
Senior Accountant, Bus Driver, Assistant Planner II, Police Officer, School Nurse, Civil Engineer, Office Manager,
Payroll Clerk, Chief Inspector, Software Developer, Parking Attendant, Deputy Director
"""


def look(text: str) -> Look:
    return Look([value.strip() for value in text.replace("\n", " ").split(";" if ";" in text else ",")])


def said(column: Look) -> dict[str, float]:
    return {item.type_code: item.weight for item in model.opinion(column)}


@pytest.mark.parametrize("names", [PERSONS, REVERSED, PERSONS.upper()])
def test_names_of_persons_speak_for_a_name(names):
    assert said(look(names))["NAME"] > 0.3


@pytest.mark.parametrize("words", [TITLES, COMPANIES, PLACES, JOBS, JOBS.upper(), TITLES.upper()])
def test_titles_companies_places_and_jobs_speak_against_a_name(words):
    assert said(look(words))["NAME"] < -0.25


def test_names_of_jobs_speak_for_an_occupation():
    assert said(look(JOBS))["OCCUPATION"] > 0


@pytest.mark.parametrize(
    "values", [["Ann Lee", "Bob Ray", "Cy Fox", "Di Orr"], ["NY", "CA", "TX", "FL", "WA", "OR"], ["12:30"] * 9]
)
def test_it_abstains_from_few_values_and_from_codes(values):
    assert model.opinion(Look(values)) == ()


def test_it_abstains_where_it_is_not_sure(monkeypatch):
    monkeypatch.setattr(model, "_SURE", 1.01)
    assert model.opinion(look(PERSONS)) == ()


def test_the_less_sure_the_less_it_counts(monkeypatch):
    whole = said(look(PERSONS))["NAME"]
    reader = model.readers()["words"]
    shares = reader.shares(traits.of_words(look(PERSONS)))
    assert whole == round(0.7 * (2 * sum(shares[kind] for kind in ("person", "given", "family")) - 1), 3)
    assert 0 < whole < 0.7


def test_days_as_of_births_and_other_days():
    start = date(1934, 3, 9)
    births = [(start + timedelta(days=653 * n * n % 25_000)).isoformat() for n in range(60)]
    records = [(date(2023, 1, 2) + timedelta(days=3 * n)).isoformat() for n in range(60)]
    assert said(Look(births)).get("DOB", 0) > 0
    assert said(Look(records))["DOB"] < -0.2


def test_numbers_that_run_are_nobodys():
    against = said(Look([str(512_000_001 + n) for n in range(60)]))
    assert set(against) >= {"SSN", "PHONE", "FIN_ACCOUNT"}
    assert max(against.values()) < -0.2
    scattered = [str(100_000_000 + 7_919_881 * n * n % 899_999_999) for n in range(60)]
    assert said(Look(scattered)) == {}


def test_it_says_so_in_a_plain_sentence_of_our_own_words():
    (item,) = model.opinion(look(PERSONS))
    assert item.kind is EvidenceKind.MODEL
    assert sentence(item) == "12 values taken together look like names of persons to the trained model"


def test_it_looks_at_few_values_and_says_the_same_each_time():
    many = [f"{given} {family}" for given in ("Ada", "Ben", "Cleo", "Dan", "Eve") for family in PERSONS.split()]
    assert {item.looked_at for item in model.opinion(Look(many))} == {FEW}
    assert model.opinion(Look(many)) == model.opinion(Look(many))


def test_shares_add_up_and_the_weights_fit_the_traits():
    for name, reader in model.readers().items():
        assert len(reader.mean) == len(reader.scale) == len(reader.general)
        assert reader.heat >= 1, name
    shares = model.readers()["words"].shares(traits.of_words(look(TITLES)))
    assert math.isclose(sum(shares.values()), 1, abs_tol=1e-5)
    assert len(traits.of_words(look(TITLES)).general) == len(model.readers()["words"].mean)


def test_every_kind_it_knows_has_its_group():
    known = {kind for reader in model.readers().values() for kind in reader.kinds}
    assert known == {kind for kinds, _ in model._TOGETHER for kind in kinds}
    assert {word.kind for word in model._SPEAKS} <= known


@pytest.mark.parametrize(
    "values",
    [
        ["\x00"] * 9,
        ["𝄞𝄞 ∑∂"] * 9,
        [f"🙂{n} \u202eabc def" for n in range(9)],
        ["a" * 100_000 + str(n) for n in range(9)],
    ],
)
def test_strange_values_do_no_harm(values):
    assert all(np.isfinite(item.weight) for item in model.opinion(Look(values)))


def test_the_weights_stay_small():
    assert len(files("scanners").joinpath("data", "model.npz").read_bytes()) <= 2_000_000


def a_list(code: str, weight: float, agreed: int = 12) -> Evidence:
    return Evidence(code, EvidenceKind.LEXICON, "a list", weight, looked_at=12, agreed=agreed, distinct=agreed)


def test_a_clear_name_or_a_list_of_codes_needs_no_model():
    column, unsaid = look(PERSONS), a_list("NAME", -0.4)
    assert model.heard(column, [Evidence("RELIGION", EvidenceKind.NAME, "religion", 0.9)], [unsaid]) == (unsaid,)
    assert model.heard(column, [], [a_list("RACE", 0.72)]) == (a_list("RACE", 0.72),)
    vague = [Evidence("NAME", EvidenceKind.NAME, "name", 0.3)]
    assert len(model.heard(column, vague, [a_list("RACE", 0.72, agreed=5)])) == 2


def test_lists_that_do_not_know_a_name_yield_to_the_model_and_others_stay():
    known, unknown = a_list("NAME", 0.5), a_list("NAME", -0.4)
    kept = model.heard(look(PERSONS), [], [known, unknown])
    assert kept[0] == known
    assert [item.kind for item in kept] == [EvidenceKind.LEXICON, EvidenceKind.MODEL]
    assert model.heard(look(TITLES), [], [unknown])[0] == unknown


def test_days_and_numbers_are_looked_at_only_where_something_is_suspected(monkeypatch):
    running = Look([str(512_000_001 + n) for n in range(60)])
    suspected = a_list("SSN", 0.4, agreed=60)
    assert len(model.heard(running, [], [suspected])) > 1
    monkeypatch.setattr(model, "opinion", lambda _look: pytest.fail("asked"))
    assert model.heard(running, [], [a_list("POSTAL_CODE", 0.4, agreed=60)]) == (a_list("POSTAL_CODE", 0.4, agreed=60),)
