"""What to run on a server so that an account may read and nothing else: our templates with a city's names put in.

Templates of databases are SQL, in which names are quoted; those of shares are for a command line, and take plain names.
"""

import re
from importlib.resources import files
from pathlib import PurePath

from catalog.errors import RequestError

_PLACE = re.compile(r"(?P<mark>[\"'`\[]?)\{(?P<name>user|schema|database|place)\}")
#: How an engine sets off a name that the template leaves bare.
_BARE = {"mariadb": "`", "sqlserver": "["}
_CLOSING = {"[": "]", "": ""}
_LONGEST = 128
_SQL, _SHARE = ".sql", ".txt"
#: What stands for nothing else on any command line.
_PLAIN = re.compile(r"[A-Za-z0-9/_][A-Za-z0-9_./@-]*\$?")


def kinds() -> tuple[str, ...]:
    """The kinds of sources there is a script for."""
    return tuple(sorted(_templates()))


def _templates() -> dict[str, str]:
    """The endings of the templates, by kind of source."""
    names = [PurePath(each.name) for each in (files("connectors") / "grants").iterdir()]
    return {name.stem: name.suffix for name in names if name.suffix in (_SQL, _SHARE)}


def script(kind: str, **names: str) -> str:
    """The script for one kind of source.

    Parameters:
        names: ``user``, ``schema``, ``database`` and ``place``, empty where there is none; each is quoted as the engine
            does.

    Raises:
        RequestError: when there is no script of this kind, a name is missing that it needs, or one cannot be a name.
    """
    ending = _templates().get(kind)
    if ending is None:
        cause = "there is no script for it"
        raise RequestError(f"Source kind {kind}", cause, f"Choose one of: {', '.join(kinds())}.")
    for option, name in names.items():
        if not name.isprintable() or len(name) > _LONGEST:
            cause = "it is too long or holds a control character"
            raise RequestError(f"The option --{option}", cause, "Give the name as the server has it.")
    template = (files("connectors") / "grants" / f"{kind}{ending}").read_text(encoding="utf-8")
    if ending == _SHARE:
        return _PLACE.sub(lambda place: place["mark"] + _plain(kind, place["name"], names), template)
    return "".join(_filled(kind, line, names) for line in template.splitlines(keepends=True))


def _plain(kind: str, option: str, names: dict[str, str]) -> str:
    """One name of a share, as it is."""
    name = _given(kind, option, names)
    if not _PLAIN.fullmatch(name):
        cause = "it holds signs that mean something on a command line"
        raise RequestError(f"The option --{option}", cause, "Give another name, and put this one in by hand.")
    return name


def _given(kind: str, option: str, names: dict[str, str]) -> str:
    name = names.get(option, "")
    if not name:
        raise RequestError(f"The option --{option}", "it is missing", f"The script for {kind} needs it.")
    return name


def _filled(kind: str, line: str, names: dict[str, str]) -> str:
    return _PLACE.sub(lambda place: _put(kind, place["mark"], place["name"], names, in_words=_is_comment(line)), line)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("--")


def _put(kind: str, mark: str, option: str, names: dict[str, str], *, in_words: bool) -> str:
    """One name in its quotes; those of the template where it has some."""
    name = _given(kind, option, names)
    if kind == "mariadb" and option == "schema" and not in_words:
        name = re.sub(r"([\\_%])", r"\\\1", name)  # what stands for any letters in a GRANT
    if not mark and in_words:
        return name
    quote = mark or _BARE.get(kind, '"')
    closing = _CLOSING.get(quote, quote)
    quoted = quote + name.replace(closing, closing * 2)
    return quoted if mark else quoted + closing
