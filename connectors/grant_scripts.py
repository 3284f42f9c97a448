"""What to run on a server so that an account may read and nothing else: our templates with a city's names put in."""

import re
from importlib.resources import files
from pathlib import PurePath

from catalog.errors import RequestError

_PLACE = re.compile(r"(?P<mark>[\"'`\[]?)\{(?P<name>user|schema|database)\}")
#: How an engine sets off a name that the template leaves bare.
_BARE = {"mariadb": "`", "sqlserver": "["}
_CLOSING = {"[": "]", "": ""}
_LONGEST = 128


def kinds() -> tuple[str, ...]:
    """The kinds of sources there is a script for."""
    folder = files("connectors") / "grants"
    return tuple(sorted(PurePath(each.name).stem for each in folder.iterdir() if each.name.endswith(".sql")))


def script(kind: str, **names: str) -> str:
    """The script for one kind of source.

    Parameters:
        names: ``user``, ``schema`` and ``database``, empty where there is none; each is quoted as the engine does.

    Raises:
        RequestError: when there is no script of this kind, a name is missing that it needs, or one cannot be a name.
    """
    if kind not in kinds():
        cause = "there is no script for it"
        raise RequestError(f"Source kind {kind}", cause, f"Choose one of: {', '.join(kinds())}.")
    for option, name in names.items():
        if not name.isprintable() or len(name) > _LONGEST:
            cause = "it is too long or holds a control character"
            raise RequestError(f"The option --{option}", cause, "Give the name as the server has it.")
    template = (files("connectors") / "grants" / f"{kind}.sql").read_text(encoding="utf-8")
    return "".join(_filled(kind, line, names) for line in template.splitlines(keepends=True))


def _filled(kind: str, line: str, names: dict[str, str]) -> str:
    return _PLACE.sub(lambda place: _put(kind, place["mark"], place["name"], names, in_words=_is_comment(line)), line)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("--")


def _put(kind: str, mark: str, option: str, names: dict[str, str], *, in_words: bool) -> str:
    """One name in its quotes; those of the template where it has some."""
    name = names.get(option, "")
    if not name:
        raise RequestError(f"The option --{option}", "it is missing", f"The script for {kind} needs it.")
    if kind == "mariadb" and option == "schema" and not in_words:
        name = re.sub(r"([\\_%])", r"\\\1", name)  # what stands for any letters in a GRANT
    if not mark and in_words:
        return name
    quote = mark or _BARE.get(kind, '"')
    closing = _CLOSING.get(quote, quote)
    quoted = quote + name.replace(closing, closing * 2)
    return quoted if mark else quoted + closing
