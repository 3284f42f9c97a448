"""A city's own recognisers: checked before anybody relies on them, made ready for a scan."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from catalog.errors import RequestError
from catalog.model.recognition import Recogniser, RecogniserFile
from catalog.settings import PersonModel
from catalog.taxonomy import loader
from catalog.taxonomy.recognisers import read
from scanners import linear, pipelines
from scanners.patterns import checks, own, text_patterns
from scanners.recognisers import Recognisers


def recognisers(texts: Sequence[str], model: PersonModel) -> Recognisers:
    """What looks into texts where these files are in use.

    Raises:
        RequestError: where one of them cannot be used.
    """
    return _made(tuple(texts), model)


@lru_cache(maxsize=4)
def _made(texts: tuple[str, ...], model: PersonModel) -> Recognisers:
    return Recognisers([_usable(text) for text in texts], pipelines.chosen(model))


def from_file(path: Path) -> str:
    """The text of a file that can be used.

    Raises:
        RequestError: where it cannot.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise RequestError(f"File {path}", "it cannot be read as text", "Give a YAML file in UTF-8.") from None
    checked(text)
    return text


def checked(text: str) -> RecogniserFile:
    """A file of recognisers whose expressions can be searched in linear time and whose examples hold.

    Raises:
        RequestError: naming the recogniser, what is wrong with it and what to do.
    """
    file = _usable(text)
    for each in file.recognisers:
        _require_examples(each)
    return file


def _usable(text: str) -> RecogniserFile:
    """The same without its examples, which were looked at before it was put in use."""
    file = read(text, loader.load().types)
    known = {each.name for each in own()}
    for name in file.switched:
        if name not in known:
            raise _refusal(name, "it is called predefined, but there is none of this name", "See the list of ours.")
    for each in file.recognisers:
        if each.name in known:
            raise _refusal(each.name, "there is one of ours of this name", "Give yours another name.")
        if each.check and each.check not in checks():
            raise _refusal(
                each.name, f"there is no check {each.check}", "Choose one of: " + ", ".join(sorted(checks())) + "."
            )
        for why in _too_hard(each):
            raise _refusal(each.name, why, "Correct its regex.")
    return file


def _too_hard(recogniser: Recogniser) -> Iterator[str]:
    """Why expressions of a recogniser cannot be searched in linear time, or match nothing at all."""
    for written in recogniser.patterns:
        for part in (written.regex, *written.after):
            if why := linear.refusal(part):
                yield why
        if linear.compiled(written.regex).fullmatch(""):
            yield "one of its expressions matches an empty text, so it would be everywhere"
    yield from filter(None, (linear.refusal(each.regex) for each in text_patterns(recogniser, is_linear=True)))


def _require_examples(recogniser: Recogniser) -> None:
    """Refuse a recogniser, looked at alone, that does not do what its examples say."""
    # What is negative is never told, so it is looked at as if it found something.
    shown = replace(recogniser, enabled=True, type_code=recogniser.type_code or "NAME")
    alone = Recognisers([RecogniserFile((shown,))], only=True)
    for number, example in enumerate(recogniser.match, 1):
        found = [example.text[span.start : span.end] for span in alone.find(example.text)]
        if not found or (example.finds and example.finds not in found):
            what = "something else" if found else "nothing"
            raise _refusal(
                recogniser.name, f"in its match example {number} it finds {what}", "Correct the example or the regex."
            )
    for number, text in enumerate(recogniser.no_match, 1):
        if alone.find(text):
            raise _refusal(
                recogniser.name,
                f"in its no_match example {number} it finds something",
                "Correct the example or the regex.",
            )


def _refusal(name: str, cause: str, next_step: str) -> RequestError:
    return RequestError(f"Recognizer {name}", cause, next_step)
