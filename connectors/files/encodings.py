"""Which encoding a text has: by its marks, by its structure, and else by which reading looks most like a language.

Every reading of the same bytes is a claim about what was written. What it costs to say that in bits, knowing how often
each letter follows another in the languages of that encoding (``letters.toml``), makes readings comparable: the
cheapest is the most likely. Where another one is nearly as cheap, the guess says that it is not certain.
"""

import codecs
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

AS_WINDOWS = "as_windows"
"""What decoders are told to do with a byte that is no UTF-8."""
HEAD_BYTES = 65_536
"""So much of a text is enough to guess by."""

MAINFRAME = ("cp037", "cp1140", "cp500")
"""EBCDIC of the West, likeliest first."""


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding by Python's name, and whether nothing else is nearly as likely."""

    encoding: str
    certain: bool = True

    @property
    def is_ascii_based(self) -> bool:
        """Whether a line ends with the byte that it ends with in ASCII, wherever one begins to read."""
        return not self.encoding.startswith(("utf-16", "utf-32", "iso2022", *MAINFRAME))


_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHIFTS = (
    (re.compile(rb"\x1b\$[@B]|\x1b\$\([D@B]|\x1b\(I"), "iso2022_jp_ext"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
)
_WEST = "en es fr de pt it nl ca sv da fi is et"
_MIDDLE = "pl cs sk sl hr hu ro sq de"
_CYRILLIC = "ru uk be bg mk sr"
#: Encodings with their languages, and how many bits rarer each is than the usual ones. Those whose characters are all
#: in another one's stand here as that one.
_CANDIDATES = (
    ("cp1252", _WEST, 0),
    ("iso8859_15", _WEST, 6),
    ("mac_roman", _WEST, 8),
    ("cp437", _WEST, 8),
    ("cp850", _WEST, 10),
    ("cp1250", _MIDDLE, 2),
    ("iso8859_2", _MIDDLE, 4),
    ("cp852", _MIDDLE, 8),
    ("iso8859_16", "ro hr sl hu pl", 12),
    ("cp1251", _CYRILLIC, 0),
    ("koi8_u", "ru uk be bg", 4),
    ("cp866", "ru uk be bg", 4),
    ("iso8859_5", _CYRILLIC, 6),
    ("mac_cyrillic", _CYRILLIC, 8),
    ("cp855", _CYRILLIC, 12),
    ("cp1253", "el", 0),
    ("iso8859_7", "el", 2),
    ("cp737", "el", 8),
    ("cp1254", "tr", 2),
    ("cp857", "tr", 10),
    ("cp1255", "he", 0),
    ("iso8859_8", "he", 4),
    ("cp862", "he", 8),
    ("cp1256", "ar fa", 0),
    ("iso8859_6", "ar", 4),
    ("cp1257", "lt lv et pl", 2),
    ("iso8859_13", "lt lv et pl", 4),
    ("cp775", "lt lv et", 12),
    ("iso8859_4", "lt lv et se", 10),
    ("iso8859_10", "is se lt lv", 12),
    ("cp1258", "vi", 2),
    ("iso8859_3", "mt eo", 12),
    ("iso8859_14", "cy ga", 8),
    ("cp874", "th", 0),
    ("cp932", "ja", 0),
    ("euc_jp", "ja", 2),
    ("gb18030", "zh", 0),
    ("cp950", "tw", 0),
    ("cp949", "ko", 0),
)
_CHUNK = re.compile(rb"[0-9A-Za-z@\[\\\]^_`{|}~']*[\x80-\xff][0-9A-Za-z@\[\\\]^_`{|}~\x80-\xff']*")
_PLAIN_WORD = re.compile(rb"(?<![A-Za-z\x80-\xff])[A-Za-z]{2,20}(?![A-Za-z\x80-\xff])")
_LONGEST_CHUNK = 64
_CHUNK_BYTES = 2000
_CHUNKS = 300
_FEW_CHUNKS = 40
_LIKELY = 8
_EVEN_LINES = 50
_MOSTLY = 0.5
_FEWEST_PLAIN = 0.07
_FEW = 0.1
_MARGIN = 10
_DEAREST_BYTE = 7.5
_OTHER_TONGUE = 20
_UNREADABLE = 40
_UNKNOWN = 18
_UNSEEN_PAIR = 3
_DEAREST_PAIR = 15
_RISE = 6
_OTHER_LANGUAGE = 10
_EDGE = "_"
_SIGN = 13
_SIGNS = dict.fromkeys("“”„‘’‚–—…•°«»€£©®§½¼¾·¿¡№", 8) | dict.fromkeys("¤¦¨´¸¬¯", 18) | {"\xa0": 10}
_STRANGE_SIGN = 20
_CLOSING = frozenset("’”»…°ºª®©¹²³¼½¾")
_OPENING = frozenset("“„‘‚«¿¡£€")
_WITHIN = frozenset("’–—·\xa0\xad")
_ODDLY_PLACED = 6
_UNSEEN_END = 8
_SELDOM = 14
_HALF_WIDTH = 9
_LATIN_AMONG_OTHERS = 5
#: Encodings of Eastern Asia begin with the characters that are in use; those above this first byte are rare ones.
_USUAL_HALF = {"zh": ("gb2312", 0xD8), "tw": ("big5", 0xC9), "ja": ("euc_jp", 0xD0), "ko": ("euc_kr", 0xC9)}
_NO_CHARACTER = 30


def guess(head: bytes) -> Guess:
    """Guess the encoding of a text that begins with these bytes; UTF-8 where nothing speaks for another."""
    if found := _marked(head):
        return Guess(found)
    head = head.replace(b"\0", b"")
    if head.isascii():
        return Guess(next((encoding for shift, encoding in _SHIFTS if shift.search(head)), "utf-8"))
    share = _share_of_utf8(head)
    if share >= _MOSTLY:
        return Guess("utf-8")
    return _mainframe(head) if _is_mainframe(head) else _by_language(head)


def encoding_of(head: bytes) -> str:
    """The encoding of :func:`guess`."""
    return guess(head).encoding


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is no UTF-8 as Western European Windows does, so that mixed files lose nothing."""
    if isinstance(error, UnicodeDecodeError) and error.encoding == "utf-8":
        return error.object[error.start : error.end].decode("cp1252", "replace"), error.end
    return "\ufffd", getattr(error, "end", 0)


codecs.register_error(AS_WINDOWS, _as_windows)


def _marked(head: bytes) -> str:
    """The encoding that a mark or the NULs of wide characters tell; empty where there are none."""
    mark = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "")
    return mark or (_wide(head) if b"\0" in head else "")


def _wide(head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: of delimiters, digits and ends of lines, all bytes but one are NULs."""
    zeros = [head[place::4].count(0) for place in range(4)]
    quarter = max(len(head) // 4, 1)
    if min(zeros[2:]) > 0.9 * quarter and zeros[0] < 0.5 * quarter:
        return "utf-32-le"
    if min(zeros[:2]) > 0.9 * quarter and zeros[3] < 0.5 * quarter:
        return "utf-32-be"
    plain = [_plain_units(head, 0), _plain_units(head, 1)]
    best = 0 if plain[0] >= plain[1] else 1
    others = zeros[best] + zeros[best + 2]
    is_wide = plain[best] >= _FEWEST_PLAIN * len(head) and plain[1 - best] <= _FEW * plain[best]
    is_wide = is_wide and others <= plain[best] / 2 and _gaps_are_wide(head, best)
    return ("utf-16-le", "utf-16-be")[best] if is_wide else ""


def _plain_units(head: bytes, at: int) -> int:
    """How many pairs of bytes are a character of ASCII, the NUL standing second (0) or first (1)."""
    pairs = zip(head[at::2], head[1 - at :: 2], strict=False)
    return sum(1 for letter, null in pairs if not null and (letter in b"\t\n\r" or b" "[0] <= letter <= b"~"[0]))


def _gaps_are_wide(head: bytes, at: int) -> bool:
    """Whether blanks, commas and ends of lines have a NUL beside them, as they have not where NULs lie about."""
    gaps = b"\t\n\r ,"
    wide = sum(1 for sign, null in zip(head[at::2], head[1 - at :: 2], strict=False) if not null and sign in gaps)
    return 2 * wide >= sum(1 for byte in head if byte in gaps)


def _share_of_utf8(head: bytes) -> float:
    """How much of what is no ASCII is sound UTF-8."""
    sound = torn = 0
    rest = head
    while rest:
        try:
            sound += sum(1 for letter in rest.decode("utf-8") if letter > "\x7f")
            break
        except UnicodeDecodeError as error:
            sound += sum(1 for letter in rest[: error.start].decode("utf-8") if letter > "\x7f")
            if error.end == len(rest) and error.reason == "unexpected end of data":
                break
            torn += 1
            rest = rest[error.end :]
    return sound / (sound + torn) if sound + torn else 1.0


def _is_mainframe(head: bytes) -> bool:
    """Whether it is EBCDIC, in which not one byte means what it means elsewhere: read as such, all of it is plain."""
    text = head.decode("cp037")
    plain = sum(1 for character in text if character.isascii() and (character.isalnum() or character == " "))
    # Blanks, digits and commas of other encodings.
    strange = sum(1 for character in text if "\x80" <= character < "\xa0" and character != "\x85")
    return 2 * plain > len(text) and 50 * strange <= len(text)


def _mainframe(head: bytes) -> Guess:
    """Those of the West differ in a few signs: what stands for one is a sign that is written in none or in pairs."""
    costs = sorted((_oddity(head.decode(encoding)), place) for place, encoding in enumerate(MAINFRAME))
    texts = {head.decode(encoding) for encoding in MAINFRAME}
    return Guess(MAINFRAME[costs[0][1]], len(texts) == 1 or costs[0][0] < costs[1][0])


def _oddity(text: str) -> int:
    """How many signs stand where nobody writes them; strokes are delimiters, or else rare."""
    lines = re.split(r"[\r\n\x85]+", text)
    barred = sum("|" in line for line in lines)
    strokes = barred if 2 * barred < len(lines) else 0
    return sum(map(text.count, "¢¬¤")) + abs(text.count("[") - text.count("]")) + strokes


@dataclass(frozen=True, slots=True)
class _Language:
    letters: Mapping[str, int]
    pairs: Mapping[str, int]


@lru_cache(maxsize=1)
def _languages() -> Mapping[str, _Language]:
    text = files("connectors.files").joinpath("letters.toml").read_text(encoding="utf-8")
    return {
        name: _Language(_costs(table["letters"], 1), _costs(table["pairs"], 2))
        for name, table in tomllib.loads(text).items()
    }


def _costs(levels: Sequence[str], width: int) -> Mapping[str, int]:
    return {level[at : at + width]: cost for cost, level in enumerate(levels) for at in range(0, len(level), width)}


@dataclass(frozen=True, slots=True)
class _Reading:
    """Words as one encoding reads them, and what they cost in the language that suits them best."""

    encoding: str
    cost: float
    texts: Sequence[str] = field(repr=False)


def _by_language(head: bytes) -> Guess:
    chunks = _chunks(head)
    tongues, even = _tongues(head), _even(head)
    few = chunks[:: max(len(chunks) // _FEW_CHUNKS, 1)]
    likely = sorted(_CANDIDATES, key=lambda one: _read(few, one, tongues, even).cost)[:_LIKELY]
    readings = sorted((_read(chunks, one, tongues, even) for one in likely), key=lambda reading: reading.cost)
    best = readings[0]
    rival = next((reading for reading in readings if reading.texts != best.texts), None)
    is_alone = rival is None or rival.cost - best.cost >= _MARGIN
    return Guess(best.encoding, is_alone and best.cost < _DEAREST_BYTE * sum(map(len, chunks)))


def _chunks(head: bytes) -> Sequence[bytes]:
    """Some of the words that are no ASCII, each once."""
    words = _CHUNK.findall(head)
    if len(words) > 1 and len(head) >= HEAD_BYTES:
        # The last one may be cut in half.
        words.pop()
    return _some(dict.fromkeys(word[:_LONGEST_CHUNK] for word in words), _CHUNKS, _CHUNK_BYTES)


def _some(words: Iterable[bytes], most: int, most_bytes: int) -> Sequence[bytes]:
    found = list(words)
    return found[:: max(len(found) // most, sum(map(len, found)) // most_bytes, 1)]


def _tongues(head: bytes) -> Mapping[str, int]:
    """How many bits each language is less likely than the likeliest, going by words that every encoding reads alike.

    Bounded: what people wrote about others tells little of the letters in these others' names.
    """
    words = [
        word.decode("ascii") for word in _some(dict.fromkeys(_PLAIN_WORD.findall(head)), _FEW_CHUNKS, _CHUNK_BYTES)
    ]
    costs = {name: sum(_cost(words, name)) for name in _languages()}
    least = min(costs.values())
    return {name: min((cost - least) // 2, _OTHER_TONGUE) for name, cost in costs.items()}


def _read(
    chunks: Sequence[bytes], candidate: tuple[str, str, int], tongues: Mapping[str, int], even: bytes
) -> _Reading:
    encoding, names, rarer = candidate
    texts, spoilt = [], 0
    between = _signs_between(even, encoding)
    for chunk in chunks:
        try:
            texts.append(chunk.decode(encoding))
        except UnicodeDecodeError:
            texts.append("")
            spoilt += _UNREADABLE + 8 * len(chunk)
    costs = {name: _cost([text.translate(between) for text in texts], name) for name in names.split()}
    least = [min(each) for each in zip(*costs.values(), strict=True)]
    total = min(
        tongues[name] + sum(min(own, other + _OTHER_LANGUAGE) for own, other in zip(cost, least, strict=True))
        for name, cost in costs.items()
    )
    return _Reading(encoding, total + spoilt + rarer, texts)


def _even(head: bytes) -> bytes:
    """Bytes that stand in most lines equally often: delimiters, where they are signs and no letters."""
    lines = [line for line in re.split(rb"[\r\n]+", head)[:_EVEN_LINES] if line]
    found = []
    for byte in set(b"".join(lines)):
        if byte >= 0x80:
            ((count, times),) = Counter(line.count(byte) for line in lines).most_common(1)
            found.append(byte if count and 3 * times > 2 * len(lines) else 0)
    return bytes(filter(None, found))


def _signs_between(even: bytes, encoding: str) -> Mapping[int, str]:
    signs = even.decode(encoding, "ignore")
    return {ord(sign): " " for sign in signs if sign > "\x7f" and not _sort(sign)[0] and len(signs) == len(even)}


def _cost(texts: Sequence[str], name: str) -> list[int]:
    """What it costs to say each text in a language, in bits."""
    language = _languages()[name]
    return [_cost_of(text, language, name) for text in texts]


def _cost_of(text: str, language: _Language, name: str) -> int:
    total, before, was_small = 0, _EDGE, False
    for letter in text + " ":
        small, is_small = _sort(letter)
        if small:
            total += _cost_after(before, small, language, name)
            total += _RISE if was_small and not is_small and small != letter else 0
            before, was_small = small, is_small
        else:
            is_after_letter = bool(_sort(before)[0])
            if is_after_letter and language.pairs:
                total += language.pairs.get(before + _EDGE, _UNSEEN_END)
            if letter > "\x7f":
                total += language.letters.get(letter) or _sign(letter)
                total += _ODDLY_PLACED if is_after_letter and letter in _OPENING else 0
            before, was_small = _gap(letter, is_after_letter=is_after_letter), False
    return total


def _cost_after(before: str, small: str, language: _Language, name: str) -> int:
    cost = language.pairs.get(before + small)
    if cost is None:
        cost = language.letters.get(small, 0)
        if cost and language.pairs:
            cost = min(cost + _UNSEEN_PAIR, _DEAREST_PAIR)
        cost = cost or _rare(small, name)
    return cost + (_ODDLY_PLACED if not _sort(before)[0] and before != _EDGE else 0)


def _gap(sign: str, *, is_after_letter: bool) -> str:
    """What a letter that follows stands after: an edge, or a sign that seldom stands right before one."""
    is_odd = sign in _CLOSING if not is_after_letter else sign > "\x7f" and sign not in _WITHIN
    return sign if is_odd else _EDGE


@lru_cache(maxsize=65_536)
def _sort(letter: str) -> tuple[str, bool]:
    """A letter as its small form and whether it is small itself; nothing for what is no letter."""
    if unicodedata.category(letter)[0] not in "LM":
        return "", False
    small = letter.lower()
    return (small if len(small) == 1 else "i"), small == letter != letter.upper()


def _sign(letter: str) -> int:
    cost = _SIGNS.get(letter)
    if cost:
        return cost
    if unicodedata.category(letter)[0] == "C":
        return _NO_CHARACTER
    return _STRANGE_SIGN if "\u2500" <= letter < "\u25a0" else _SIGN


def _rare(letter: str, name: str) -> int:
    """What a letter costs that the tables of a language do not have."""
    if name not in _USUAL_HALF:
        return _UNKNOWN
    if letter <= "\x7f":
        return _LATIN_AMONG_OTHERS
    if name == "ja" and "\uff66" <= letter <= "\uff9f":
        return _HALF_WIDTH
    encoding, end = _USUAL_HALF[name]
    code = letter.encode(encoding, "ignore")
    return _SELDOM if len(code) == 2 and code[0] < end else _UNKNOWN
