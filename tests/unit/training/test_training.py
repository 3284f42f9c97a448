"""Training: the same weights every time, from words that are kept apart and have nothing to do with the demo city."""

import ast
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="the training extra is not installed")

from scanners import model
from training import lists, recipe
from training.columns import columns
from training.making import Words
from training.stock import Part, Stock
from training.weights import write

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ["words", "figures"])
def test_the_same_seed_gives_the_same_bytes(name, tmp_path):
    (chosen,) = [one for one in recipe.READERS if one.name == name]
    for file in ("one.npz", "two.npz"):
        write({name: recipe.train(chosen, 120).reader}, tmp_path / file)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    write({name: recipe.train(chosen, 120, seed=5).reader}, tmp_path / "three.npz")
    assert (tmp_path / "one.npz").read_bytes() != (tmp_path / "three.npz").read_bytes()


def test_the_weights_that_ship_know_the_kinds_that_are_trained():
    trained = {one.name: tuple(kind.value for kind in one.kinds) for one in recipe.READERS}
    assert {name: reader.kinds for name, reader in model.readers().items()} == trained


def test_words_held_back_are_not_trained_on():
    trained, held = Stock(Part.TRAINED), Stock(Part.HELD_BACK)
    for words in ("family", "english", "jobs"):
        one, other = (set(getattr(stock, words)) for stock in (trained, held))
        assert one
        assert other
        assert one.isdisjoint(other)


def test_a_column_is_the_same_for_a_seed_whatever_was_made_before():
    stock = Stock(Part.ALL)
    few = list(columns(tuple(Words), stock, 7, 3, held_back=None))
    assert list(islice(columns(tuple(Words), stock, 7, 30, held_back=None), 3)) == few
    assert list(columns(tuple(Words), stock, 8, 3, held_back=None)) != few


def test_a_column_is_the_same_in_every_process():
    code = (
        "from training.columns import columns\nfrom training.making import Words\n"
        "from training.stock import Part, Stock\n"
        "print([column.values for column in columns(tuple(Words), Stock(Part.ALL), 7, 22, held_back=None)])"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, check=True
        )
        for seed in ("1", "2")
    ]
    assert len(printed[0].stdout) > 1000
    assert printed[0].stdout == printed[1].stdout


def test_training_and_the_demo_city_share_nothing():
    for path in (ROOT / "training").glob("*.py"):
        if path.name.startswith("practice"):
            continue  # what people practise on teaches no model
        imported = {
            name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [a.name for a in getattr(node, "names", [])]
            )
        }
        assert not any(name.startswith(("catalog.demo", "training.practice")) for name in imported), path.name
    # The demo city's people have Faker's American names.
    assert "en_US" not in lists.own("faker")
