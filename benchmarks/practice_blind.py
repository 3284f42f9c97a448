"""The practice queue as a new reviewer meets it, with the page alone: for people, and for whoever reads text.

::

    python -m benchmarks.practice_blind serve [PORT]   the queue in a browser, in a small city with an officer
    python -m benchmarks.practice_blind write FOLDER   what each page says, as texts 001.txt to 200.txt, and no answer
    python -m benchmarks.practice_blind grade FILE     lines such as "001 confirm", "002 change_type SSN", "003 reject",
                                                       "004 not_identifying", judged: right by band, and what was missed

The texts are those of the pages as they are served, in the order of a turn. Nobody who is to try it reads
``catalog/taxonomy/data/practice`` or ``training/practice_tables.toml`` before.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

from benchmarks.practice import PERSON
from catalog import logs
from catalog.model.review import ActKind
from catalog.taxonomy import practice as items
from tests.support import city as cities
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City
from tests.support.page_forms import to
from tests.support.serving import running
from web.app import create_app

_XHTML = "{http://www.w3.org/1999/xhtml}"
_ADDRESS = "/review/practice"
_SKIPPED = {"select", "script", "input"}
_BLOCKS = {"p", "h1", "h2", "h3", "li", "tr", "dt", "dd", "div", "section", "caption", "details", "label"}
Answers = Mapping[str, tuple[str, str | None]]


def main(asked: list[str]) -> int:
    """Do what is asked; 2 where that cannot be understood."""
    logs.configure("CRITICAL")
    match asked:
        case ["serve"]:
            _serve(0)
        case ["serve", port]:
            _serve(int(port))
        case ["write", folder]:
            print(f"{_write(Path(folder))} pages in {folder}")
        case ["grade", file]:
            print(_graded(_read(Path(file))))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def _serve(port: int) -> None:
    with _city() as city, running(create_app(city.catalog), port) as address:
        print(f"{address}{_ADDRESS} (sign in as the officer of Social Services). Ctrl+C ends it.", flush=True)
        try:
            while True:
                time.sleep(60)
        except KeyboardInterrupt:
            return


def _write(folder: Path) -> int:
    """Each page of a turn as a text; what was answered before is not told."""
    folder.mkdir(parents=True, exist_ok=True)
    with _city() as city:
        client, count = _client(city), 0
        for text in _pages(client):
            count += 1
            (folder / f"{count:03}.txt").write_text(text, encoding="utf-8")
    return count


def _pages(client: HouseClient) -> Iterator[str]:
    """The queue's frame on each page, without what is said of the answer before."""
    answer = client.get(_ADDRESS)
    while 'id="queue"' in (page := answer.get_data(as_text=True)):
        yield _text(page)
        answer = client.get(to(page, _ADDRESS, kind="confirm").send(client).location)


def _text(page: str) -> str:
    parsed = html5lib.parse(page)
    frame = next(each for each in parsed.iter(f"{_XHTML}section") if each.get("id") == "queue")
    lines = ("".join(_words(frame))).splitlines()
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line) + "\n"


def _words(element: Element) -> Iterator[str]:
    tag = str(element.tag).removeprefix(_XHTML)
    if tag in _SKIPPED or element.get("role") == "status":
        return
    yield "\n" if tag in _BLOCKS else ""
    yield element.text or ""
    for child in element:
        yield from _words(child)
        yield " " + (child.tail or "")
    yield " | " if tag in {"td", "th"} else ""


def _read(file: Path) -> Answers:
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return {line[0].zfill(3): (line[1], line[2] if len(line) > 2 else None) for line in lines}


def _graded(answers: Answers) -> str:
    """What the product says of these answers, given in the order of the turn they were written down in."""
    with _city() as city:
        client = _client(city)
        page, number = client.get(_ADDRESS).get_data(as_text=True), 0
        while 'id="queue"' in page:
            number += 1
            kind, code = answers.get(f"{number:03}", (ActKind.CONFIRM.value, None))
            form = to(page, _ADDRESS, kind=kind)
            page = client.get(form.send(client, **({"to_code": code} if code else {})).location).get_data(as_text=True)
        left_out = len(items.load()) - len(answers)
        told = html5lib.parse(page)
        main_ = next(told.iter(f"{_XHTML}main"))
        words = [" ".join(line.split()) for line in "".join(_words(main_)).splitlines()]
    note = f"\n{left_out} were not answered and count as confirmed." if left_out else ""
    return "\n".join(filter(None, words)) + note


@contextmanager
def _city() -> Iterator[City]:
    with tempfile.TemporaryDirectory(prefix="practice-") as folder:
        city = cities.build(Path(folder))
        yield city
        city.catalog.close()


def _client(city: City) -> HouseClient:
    return enter(application(city.catalog), PERSON)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
