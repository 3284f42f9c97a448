"""Which encoding a text has: by its marks, by its structure, and else by which reading looks most like a language.

Every reading of the same bytes is a claim about what was written. What it costs to say that in bits, knowing how often
each letter follows another in the languages of that encoding (``letters.toml``), makes readings comparable: the
cheapest is the most likely. Where another one is nearly as cheap, the guess says that it is not certain.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.files.languages import costs, languages, sort_of

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
#: What is compared is bounded, so that guessing takes a tenth of a second at most: first some words, then more of them
#: in the likeliest encodings.
_CHUNK_BYTES = 2000
_CHUNKS = 300
_FEW_CHUNKS = 40
_LIKELY = 8
_EVEN_LINES = 50
_FEWEST_EVEN_LINES = 4
_MET = 2
_ODD = 2
_MOSTLY = 0.5
_FEWEST_PLAIN = 0.07
_FEW = 0.1
#: Bits. A guess is certain when the next best costs so much more, and it itself is not as dear as noise.
_MARGIN = 10
_DEAREST_BYTE = 7.5
_OTHER_TONGUE = 20
_UNREADABLE = 40
_OTHER_LANGUAGE = 10


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
    has_gaps = " " in text or "," in text
    return has_gaps and 2 * plain > len(text) and 50 * strange <= len(text)


def _mainframe(head: bytes) -> Guess:
    """Those of the West differ in a few signs: what stands for one is a sign that is written in none or in pairs."""
    texts = {encoding: head.decode(encoding) for encoding in MAINFRAME}
    best = min(MAINFRAME, key=lambda encoding: _oddity(texts[encoding]))
    rivals = [_oddity(text) for text in texts.values() if text != texts[best]]
    return Guess(best, min(rivals, default=_ODD) >= _oddity(texts[best]) + _ODD)


def _oddity(text: str) -> int:
    """How odd its signs are; strokes are delimiters, or else rare."""
    lines = re.split(r"[\r\n\x85]+", text)
    barred = sum("|" in line for line in lines)
    strokes = barred if 2 * barred < len(lines) else 0
    brackets = abs(text.count("[") - text.count("]"))
    return _ODD * (strokes + brackets + sum(map(text.count, "¬¤"))) + sum(map(text.count, "¢^"))


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
    return _some(_rarest_first(dict.fromkeys(word[:_LONGEST_CHUNK] for word in words)), _CHUNKS, _CHUNK_BYTES)


def _rarest_first(words: Iterable[bytes]) -> Sequence[bytes]:
    """Words with bytes that no other word before them had, then all others: one euro sign may tell encodings apart."""
    met: Counter[int] = Counter()
    fresh: list[bytes] = []
    others: list[bytes] = []
    for word in words:
        high = {byte for byte in word if byte >= 0x80}
        (fresh if any(met[byte] < _MET for byte in high) else others).append(word)
        met.update(high)
    return [*fresh, *others]


def _some(words: Iterable[bytes], most: int, most_bytes: int) -> Sequence[bytes]:
    found: list[bytes] = []
    left = most_bytes
    for word in words:
        left -= len(word)
        if left < 0 or len(found) == most:
            break
        found.append(word)
    return found


def _tongues(head: bytes) -> Mapping[str, int]:
    """How many bits each language is less likely than the likeliest, going by words that every encoding reads alike.

    Bounded: what people wrote about others tells little of the letters in these others' names.
    """
    words = [
        word.decode("ascii") for word in _some(dict.fromkeys(_PLAIN_WORD.findall(head)), _FEW_CHUNKS, _CHUNK_BYTES)
    ]
    bits = {name: sum(costs(words, name)) for name in languages()}
    least = min(bits.values())
    return {name: min((cost - least) // 2, _OTHER_TONGUE) for name, cost in bits.items()}


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
    bits = {name: costs([text.translate(between) for text in texts], name) for name in names.split()}
    least = [min(each) for each in zip(*bits.values(), strict=True)]
    total = min(
        tongues[name] + sum(min(own, other + _OTHER_LANGUAGE) for own, other in zip(cost, least, strict=True))
        for name, cost in bits.items()
    )
    return _Reading(encoding, total + spoilt + rarer, texts)


def _even(head: bytes) -> bytes:
    """Bytes that stand in most lines equally often: delimiters, where they are signs and no letters."""
    lines = [line for line in re.split(rb"[\r\n]+", head)[:_EVEN_LINES] if line]
    if len(lines) < _FEWEST_EVEN_LINES:
        return b""
    high = {byte for byte in b"".join(lines) if byte >= 0x80}
    return bytes(sorted(byte for byte in high if _is_even(byte, lines, head)))


def _is_even(byte: int, lines: Sequence[bytes], head: bytes) -> bool:
    ((count, times),) = Counter(line.count(byte) for line in lines).most_common(1)
    return (count > 0 and 3 * times > 2 * len(lines)) or head.count(b'"%c"' % byte) >= len(lines)


def _signs_between(even: bytes, encoding: str) -> Mapping[int, str]:
    signs = even.decode(encoding, "ignore")
    return {ord(sign): " " for sign in signs if sign > "\x7f" and not sort_of(sign)[0] and len(signs) == len(even)}
