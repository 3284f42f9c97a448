"""The pipeline for persons in prose: what it learns from, that it comes out the same, and what ships."""

import hashlib
import json
import random
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("symspellpy", reason="the training extra is not installed")

import spacy

from scanners import lexicons
from training.ner.held_out import holds_held_out, is_held_out
from training.ner.recipe import Recipe, train, write
from training.ner.texts import Text, texts, unmarked

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "scanners" / "data" / "ner"
SMALL = replace(Recipe(), texts=20, rows=(50, 50, 50, 50))


@pytest.fixture(scope="module")
def shipped():
    return spacy.load(SHIPPED)


@pytest.fixture(scope="module")
def small():
    return train(SMALL)


def _weights(nlp) -> str:
    return hashlib.sha256(nlp.get_pipe("ner").model.to_bytes()).hexdigest()


@pytest.mark.parametrize("word", ["smith", "garcia", "nguyen", "josé", "okafor"])
def test_a_word_is_held_out_when_the_first_byte_of_its_digest_is_odd(word):
    assert is_held_out(word) == (hashlib.sha256(word.encode()).digest()[0] % 2 == 1)
    assert is_held_out(word.upper()) == is_held_out(word)


def test_a_name_is_held_out_by_any_of_its_parts_and_with_or_without_accents():
    surnames = sorted(lexicons.surnames())
    held = next(word for word in surnames if is_held_out(word))
    free, other = (word for word in islice((word for word in surnames if not is_held_out(word)), 2))
    joined = next(word for word in surnames if not is_held_out(word) and not is_held_out(f"{free}{word}"))
    accented = next(word.replace("a", "á") for word in surnames if is_held_out(word) and not _with_accents(word))
    assert not holds_held_out(f"{free} J. {other}")
    assert not holds_held_out(f"{free}-{joined}")
    whole = next(word for word in surnames if not is_held_out(word) and is_held_out(f"{free}{word}"))
    for name in (held, f"{free} {held}", f"{free}-{held}", f"{free}-{whole}", held.upper(), accented):
        assert holds_held_out(name), name


def _with_accents(word: str) -> bool:
    return "a" not in word or is_held_out(word.replace("a", "á"))


def test_no_name_of_the_training_holds_a_word_that_is_held_out():
    names = [each.text[start:end] for each in islice(texts(3), 500) for start, end in each.persons]
    words = {word.strip(",.'’\"").lower() for name in names for word in name.split()}
    words -= {"jr", "iii"}  # they tell no name
    assert len(words) > 500
    assert not [word for word in words if len(word) > 1 and word.isalpha() and is_held_out(word)]


def test_marks_become_places():
    assert unmarked("Dear \ue000Ann Lee\ue001, hi") == Text("Dear Ann Lee, hi", ((5, 12),))


def test_the_same_seed_gives_the_same_weights(small):
    assert _weights(train(SMALL)) == _weights(small) != _weights(train(replace(SMALL, seed=8)))


def test_no_words_of_the_training_are_written(small, tmp_path):
    write(small, SMALL, tmp_path)
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == _shipped_files()


def _shipped_files() -> set[str]:
    return {path.name for path in SHIPPED.rglob("*") if path.is_file()}


def test_what_ships_was_made_by_this_recipe():
    # The digest was taken in another process: so texts are the same in every one.
    assert json.loads((SHIPPED / "meta.json").read_text(encoding="utf-8"))["recipe"] == Recipe().digest()


def test_what_ships_is_small_and_nothing_that_runs():
    assert _shipped_files() == {"config.cfg", "meta.json", "tokenizer", "cfg", "model", "moves"}
    held = [path.read_bytes() for path in SHIPPED.rglob("*") if path.is_file()]
    assert sum(map(len, held)) <= 5_000_000
    assert not any(each.startswith(b"\x80") and each.endswith(b".") for each in held)  # a pickle


def test_what_ships_finds_names_no_training_met(shipped):
    chance = random.Random(5)
    given = sorted(word for word in lexicons.given_names() - lexicons.ordinary_words() if is_held_out(word))
    family = sorted(word for word in lexicons.frequent_surnames() if is_held_out(word))
    forms = (
        "Client {} reported that the heat in her apartment was off.",
        "Spoke with {} about the appointment on Tuesday.",
        "The application was signed by {} in March.",
        "{} moved to the shelter with two children.",
    )
    names = [f"{chance.choice(given)} {chance.choice(family)}".title() for _ in range(200)]
    found = shipped.pipe(form.format(name) for name, form in zip(names, forms * 50, strict=True))
    right = sum(name in {each.text for each in doc.ents} for name, doc in zip(names, found, strict=True))
    assert right >= 160


@pytest.mark.parametrize(
    "text",
    [
        "The Department of Homeless Services opened the office on Fulton Street in March.",
        "She was taken to Lincoln Hospital with asthma and given ibuprofen.",
        "Heat complaint at 450 Martin Luther King Jr. Boulevard, Apt 3.",
        "Please send the report by Monday and keep a copy for the file.",
    ],
)
def test_what_ships_takes_no_places_and_offices_for_persons(shipped, text):
    assert [each.text for each in shipped(text).ents] == []
