"""Word lists: census names, and our own vocabulary of places, groups, companies and codes (data/words.toml)."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

_TOP_SHARE = 75.0
_MOST_FREQUENT_SHARE = 62.0


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, str]]:
    text = files("scanners").joinpath("data", "words.toml").read_text(encoding="utf-8")
    data: dict[str, dict[str, str]] = tomllib.loads(text)
    return data


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """One list of single words, lower case."""
    return frozenset(_data()["words"][name].split())


@lru_cache(maxsize=64)
def phrases(name: str) -> frozenset[str]:
    """One list of whole values, lower case."""
    return frozenset(" ".join(phrase.split()) for phrase in _data()["phrases"][name].split(",") if phrase.strip())


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names of the 1990 census and our additions."""
    return _census("dist.female.first") | _census("dist.male.first") | words("given_extra")


@lru_cache(maxsize=1)
def surnames() -> frozenset[str]:
    """Surnames of the 1990 census and our additions."""
    return _census("dist.all.last") | words("surname_extra")


@lru_cache(maxsize=1)
def frequent_surnames() -> frozenset[str]:
    """The surnames that three in four people bear, without words that mean something else."""
    return (_census("dist.all.last", _TOP_SHARE) | words("surname_extra")) - ordinary_words()


@lru_cache(maxsize=1)
def most_frequent_surnames() -> frozenset[str]:
    """The four thousand or so that three in five people bear."""
    return _census("dist.all.last", _MOST_FREQUENT_SHARE)


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Words that appear in name lists and mean something else far more often."""
    return words("common_not_name") | words("title_noise") | words("place") | words("function")


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Words of English: those of books that a dictionary knows, some frequent names among them."""
    found = find_spec("symspellpy")  # of which only the list is wanted
    folder = Path(found.origin).parent if found and found.origin else Path()
    lines = (folder / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines()
    return frozenset(line.partition(" ")[0] for line in lines)


def _census(name: str, up_to: float = 100.0) -> frozenset[str]:
    lines = files("names").joinpath(name).read_text(encoding="ascii").splitlines()
    fields = (line.split() for line in lines)
    return frozenset(parts[0].lower() for parts in fields if float(parts[2]) <= up_to)
