"""Reads recognisers as people write them: Presidio's YAML, with examples and a few keys of ours.

What is read is checked as far as that needs no engine: keys, types of identifiers, scores, names, sizes. Whether the
examples hold and an expression can be searched in linear time is for ``scanners`` to say.

Source: the keys are those of Presidio's recogniser registry (https://microsoft.github.io/presidio/analyzer/
recognizer_registry_provider/); ``after``, ``check``, ``clue``, ``examples``, ``fragments``, ``negative``, ``source``
and ``verified`` are ours.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from catalog.errors import RequestError
from catalog.model.recognition import Example, Recogniser, RecogniserFile, WrittenPattern

#: Longest file, in characters; and most recognisers in it.
LONGEST = 200_000
_MOST = 500
_FRAGMENT = re.compile(r"\(\?&([a-z_]+)\)")
_FOUND = re.compile(r"«(.+?)»", re.DOTALL)
_CLUE = re.compile(r"[a-z0-9 _.,:;'()/+%-]{1,80}")
#: The flag of Python's ``re`` in Presidio's ``global_regex_flags``; the two others it usually sets change nothing here.
_IGNORE_CASE = 2
_PRESIDIOS_FLAGS = 26
_SEE = "See docs/recognizers.md for the form."

#: What Presidio calls the types.
PRESIDIOS_NAMES: Mapping[str, str] = MappingProxyType({
    "ABA_ROUTING_NUMBER": "FIN_ACCOUNT",
    "AGE": "AGE",
    "CREDIT_CARD": "PAYMENT_CARD",
    "EMAIL_ADDRESS": "EMAIL",
    "IBAN_CODE": "FIN_ACCOUNT",
    "IP_ADDRESS": "IP_ADDRESS",
    "MAC_ADDRESS": "DEVICE_ID",
    "MEDICAL_LICENSE": "PROVIDER_ID",
    "PERSON": "NAME",
    "PHONE_NUMBER": "PHONE",
    "US_BANK_NUMBER": "FIN_ACCOUNT",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE",
    "US_ITIN": "TAXPAYER_ID",
    "US_MBI": "HEALTH_ID",
    "US_NPI": "PROVIDER_ID",
    "US_PASSPORT": "PASSPORT_NO",
    "US_SSN": "SSN",
})  # fmt: skip

_Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
_Score = Annotated[float, Field(gt=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


class _Pattern(_Strict):
    name: _Word = ""
    regex: _Text
    score: _Score
    after: list[_Text] = []


class _Examples(_Strict):
    match: list[_Text] = Field(min_length=1)
    no_match: list[_Text] = Field(min_length=1)


class _Language(_Strict):
    language: _Word
    context: list[_Word] = []


class _Entry(_Strict):
    name: _Word
    type: Literal["custom", "predefined"] = "custom"
    enabled: bool | None = None
    supported_entity: _Word = ""
    supported_entities: list[_Word] = Field([], max_length=1)
    supported_language: Literal["en"] = "en"
    supported_languages: list[_Language | _Word] = []
    country_code: _Word = ""
    global_regex_flags: int | None = None
    patterns: list[_Pattern] = Field([], max_length=50)
    deny_list: list[_Word] = Field([], max_length=5000)
    deny_list_score: _Score = 1.0
    context: list[_Word] = Field([], max_length=100)
    check: _Word = ""
    clue: _Word = ""
    negative: bool = False
    verified: bool = True
    source: _Text = ""
    examples: _Examples | None = None


class _File(_Strict):
    version: int = 1
    supported_languages: list[_Word] = ["en"]
    global_regex_flags: int = _PRESIDIOS_FLAGS
    fragments: dict[_Word, _Text] = {}
    recognizers: list[_Entry] = Field(min_length=1, max_length=_MOST)


_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_FAST):  # type: ignore[misc]  # which of two is known when it runs
    """Plain data only, and no key twice, of which one would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if len(keys) != len({str(key) for key in keys}):
            raise yaml.constructor.ConstructorError(problem="a key stands twice", problem_mark=node.start_mark)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def read(text: str, types: Collection[str]) -> RecogniserFile:
    """Read a file of recognisers.

    Parameters:
        text: what the file holds.
        types: the codes of identifier types there are.

    Raises:
        RequestError: naming the recogniser, the key and what is wrong with it.
    """
    entries = _parsed(text)
    flags = entries.global_regex_flags
    found = [_recogniser(each, entries.fragments, flags, types) for each in entries.recognizers if _is_custom(each)]
    switched = {each.name: each.enabled is not False for each in entries.recognizers if not _is_custom(each)}
    names = [each.name for each in entries.recognizers]
    for name in names:
        if names.count(name) > 1:
            raise _refusal(name, "there are two of this name", "Give each a name of its own.")
    return RecogniserFile(tuple(found), MappingProxyType(switched))


def _parsed(text: str) -> _File:
    if len(text) > LONGEST:
        raise RequestError("The file of recognizers", f"it is longer than {LONGEST:,} characters", "Split it.")
    try:
        plain = _loaded(text)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "some line"
        raise RequestError(
            "The file of recognizers", f"it is no YAML: {line}, {error.problem or 'a mistake'}", "Correct the line."
        ) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise RequestError(
            "The file of recognizers", "it is no YAML", "See docs/recognizers.md for the form."
        ) from None
    if not isinstance(plain, dict):
        raise RequestError("The file of recognizers", "it has no list under “recognizers”", _SEE)
    try:
        return _File.model_validate(plain)
    except ValidationError as error:
        raise _malformed(plain, error) from None


def _loaded(text: str) -> object:
    for event in yaml.parse(text, _FAST):
        if isinstance(event, yaml.AliasEvent):  # a few lines of them blow up to any size
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(problem="an alias (*) cannot be used", problem_mark=mark)
    return yaml.load(text, _Loader)  # noqa: S506  # a SafeLoader, only stricter


def _malformed(plain: Mapping[str, Any], error: ValidationError) -> RequestError:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place: Sequence[int | str] = first["loc"]
    entries = plain.get("recognizers")
    thing, keys = "The file of recognizers", place
    if place[:1] == ("recognizers",) and len(place) > 1 and isinstance(place[1], int) and isinstance(entries, list):
        entry, keys = entries[place[1]], place[2:]
        named = entry.get("name") if isinstance(entry, dict) else None
        thing = f"Recognizer {_shown(named) if isinstance(named, str) else f'number {place[1] + 1}'}"
    where = ".".join(str(key + 1) if isinstance(key, int) else key for key in keys) or "its content"
    cause = "there is no such key" if first["type"] == "extra_forbidden" else first["msg"].lower()
    return RequestError(f"{thing}, {where}", cause, "Correct it; docs/recognizers.md tells of every key.")


def _shown(name: str) -> str:
    return "".join(sign for sign in name[:60] if sign.isprintable())


def _is_custom(entry: _Entry) -> bool:
    return entry.type == "custom"


def _recogniser(entry: _Entry, fragments: Mapping[str, str], flags: int, types: Collection[str]) -> Recogniser:
    if not entry.patterns and not entry.deny_list:
        raise _refusal(entry.name, "it has neither patterns nor a deny_list", "Give it one of them.")
    if entry.examples is None:
        raise _refusal(entry.name, "it has no examples", "Give at least one text under match and one under no_match.")
    clue = entry.clue or entry.name.lower()
    if not _CLUE.fullmatch(clue):
        raise _refusal(
            entry.name,
            "its name holds signs that reasons cannot show",
            "Use letters, digits and spaces, or give a clue.",
        )
    own = entry.global_regex_flags
    return Recogniser(
        name=entry.name,
        type_code=_type_code(entry, types),
        clue=clue,
        patterns=tuple(
            WrittenPattern(
                _filled(entry.name, each.regex, fragments),
                each.score,
                tuple(_filled(entry.name, word, fragments) for word in each.after),
            )
            for each in entry.patterns
        ),
        deny_list=tuple(entry.deny_list),
        deny_list_score=entry.deny_list_score,
        context=_context(entry),
        check=entry.check,
        ignores_case=bool((flags if own is None else own) & _IGNORE_CASE),
        enabled=entry.verified if entry.enabled is None else entry.enabled,
        verified=entry.verified,
        source=entry.source,
        match=tuple(map(_example, entry.examples.match)),
        no_match=tuple(entry.examples.no_match),
    )


def _type_code(entry: _Entry, types: Collection[str]) -> str:
    named = entry.supported_entity or next(iter(entry.supported_entities), "")
    if entry.negative:
        if named:
            raise _refusal(entry.name, "what is negative finds no type", "Leave out supported_entity, or negative.")
        return ""
    code = PRESIDIOS_NAMES.get(named, named)
    if code not in types:
        raise _refusal(
            entry.name,
            f"there is no identifier type {_shown(named)}" if named else "it names no identifier type",
            "Give supported_entity the code of one, as on the page of identifier types.",
        )
    return code


def _context(entry: _Entry) -> tuple[str, ...]:
    """Context words, of whichever of Presidio's two places."""
    languages = [
        each if isinstance(each, _Language) else _Language(language=each) for each in entry.supported_languages
    ]
    if languages and all(each.language != "en" for each in languages):
        raise _refusal(entry.name, "it is not for English", "Add en to supported_languages.")
    more = [word for each in languages if each.language == "en" for word in each.context]
    return tuple(dict.fromkeys([*entry.context, *more]))


def _filled(name: str, regex: str, fragments: Mapping[str, str], depth: int = 0) -> str:
    """The expression with the fragments it names in their places."""

    def fragment(found: re.Match[str]) -> str:
        if found[1] not in fragments or depth > 5:
            raise _refusal(name, f"there is no fragment {found[1]}", "Define it under fragments.")
        return f"(?:{_filled(name, fragments[found[1]], fragments, depth + 1)})"

    return _FRAGMENT.sub(fragment, regex)


def _example(text: str) -> Example:
    marked = _FOUND.search(text)
    return Example(_FOUND.sub(r"\1", text), marked[1] if marked else "")


def _refusal(name: str, cause: str, next_step: str) -> RequestError:
    return RequestError(f"Recognizer {_shown(name)}", cause, next_step)
