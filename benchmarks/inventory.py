"""The inventory cycle of three agencies of the demo city, walked in Chromium: from what is filled in before anybody
writes to reports that were signed, sent back, signed again and accepted, and to the next report two years later.

Over a copy of the demo that was built, or of one that is built here. ``INVENTORY_PICTURES`` names a folder for pictures
of every page on the way. What a person reads and thinks is assumed, and said.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

from benchmarks import inventory_walk as walk
from benchmarks.demo import SCAN, environment
from benchmarks.inventory_walk import Walker
from benchmarks.proof import Proof
from catalog import logs
from catalog.demo import city, register
from catalog.model.cycles import Cycle
from catalog.model.frozen_reports import Format
from catalog.model.report_content import header
from catalog.model.report_items import SourceKind
from catalog.model.report_views import ReportNow
from catalog.search.memory_index import MemoryIndex
from catalog.services import report_files, report_pages, setup
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import law
from tests.browser.conftest import FLAGS, PROGRAMS
from tests.support.serving import served

#: The agencies: who their officer is, and who signs on paper; "" where the head has an account.
_AGENCIES = {
    "dso": ("Department of Shelter and Outreach", "ben.ortiz", ""),
    "dhp": ("Department of Housing Preservation", "hana.suzuki", "Owen Drake"),
    "dpr": ("Department of Parks and Recreation", "marcus.bell", "Lena Park"),
}
_HEAD, _CPO = "wendell.hayes", "ada.cole"
_NOW, _NEXT, _BACK = 2028, 2030, "dpr"
_FILLED, _SOURCED, _MINUTES = 0.8, 1.0, 15.0
#: What is assumed of a person: seconds for a press with finding it, seconds to find one's way on a page, and words a
#: minute of what is new to read on it.
_CLICK, _PAGE, _WORDS = 10.0, 5.0, 200.0
#: How much of a page is told where it does not go on.
_SAID = 600
_ALONE = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
_BUILT = Path("var/demo/catalog")
_VERIFY = (sys.executable, "-c", "from catalog.cli import main; main()", "report", "verify")


def proofs() -> Iterator[Proof]:
    """Count what is filled in, walk the cycle, walk the next one, and look at what is frozen."""
    logs.configure("CRITICAL")
    with tempfile.TemporaryDirectory(prefix="inventory-") as name, sync_playwright() as playwright:
        folder = Path(name)
        catalog = _catalog(folder)
        yield from _prefilled(catalog, "in the demo as it is")
        program = next(filter(None, map(shutil.which, PROGRAMS)))
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *_ALONE])
        page = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True).new_page()
        pictures = os.environ.get("INVENTORY_PICTURES")
        with served(catalog) as server:
            walker = Walker(page, server, Path(pictures) if pictures else None)
            yield from _cycle(walker)
            yield from _again(walker)
            yield _opened(walker)
            yield from _prefilled(catalog, f"in the round to {_NEXT}", until=_NEXT)
            yield from _next(walker)
            yield from _files(walker, catalog)
        browser.close()
        catalog.close()
        yield _verified(folder)


def _catalog(folder: Path) -> Catalog:
    if _BUILT.exists():
        shutil.copytree(_BUILT, folder / "catalog")
    else:
        city.build(folder / "sources")
        made = setup.init(Settings(data_dir=folder / "catalog"))
        register.register_sources(made, folder / "sources")
        subprocess.run(SCAN, env=environment(folder), check=True, stdout=subprocess.DEVNULL)
        register.register_records(made)
        made.close()
    settings = Settings(data_dir=folder / "catalog", open_sign_in=True, demonstration=True)
    return Catalog.open(settings, index=MemoryIndex())


def _prefilled(catalog: Catalog, where: str, *, until: int = _NOW) -> Iterator[Proof]:
    """Of all that a report asks for, its head and every answer: what says something before anybody writes, and from
    where.
    """
    filled = asked = sourced = 0
    for now in _reports(catalog, until):
        head = header(now.cycle, now.facts, now.preparer)
        answers = [one for one in now.answers if one.prefilled]
        asked += len(head) + len(now.answers)
        told = [source for _, words, source in head if words and words != "Not recorded"]
        filled += len(told) + len(answers)
        sourced += len([source for source in told if source])
        sourced += len([one for one in answers if one.item.sources])
    carried = sum(
        any(source.kind is SourceKind.LAST_REPORT for source in one.item.sources)
        for now in _reports(catalog, until)
        for one in now.answers
    )
    share, known = filled / asked, sourced / filled
    yield Proof(
        f"fields of the reports of three agencies that are filled in before anybody writes, {where}",
        f"{filled:,} of {asked:,} ({share:.1%}); {carried} of them with words of the last report",
        f"at least {_FILLED:.0%}",
        share >= _FILLED,
    )
    yield Proof(
        f"of these, with a source that is named, {where}",
        f"{sourced:,} of {filled:,}", f"{_SOURCED:.0%}", known >= _SOURCED,
    )  # fmt: skip


def _reports(catalog: Catalog, until: int) -> Iterator[ReportNow]:
    with catalog.reading() as connection:
        for cycle in _cycles(catalog, until):
            yield report_pages.state_of(connection, catalog, cycle)


def _cycles(catalog: Catalog, until: int) -> Sequence[Cycle]:
    with catalog.reading() as connection:
        every = law.every(connection, Cycle)
    return [one for one in every if one.agency_id in _AGENCIES and one.period_to.year == until]


def _cycle(walker: Walker) -> Iterator[Proof]:
    """Each agency from where the demo has it to a report that is signed and submitted."""
    for agency_id, (name, officer, head) in _AGENCIES.items():
        walker.begin()
        walker.enter(officer)
        walk.to_report(walker, _NOW)
        walk.prepare(walker, agency_id)
        waits = list(walker.waits)
        if waits:
            walker.enter(_HEAD)
            for address in waits:
                walker.page.goto(address)
                walk.approve(walker)
            walker.enter(officer)
            walk.to_report(walker, _NOW)
            walk.prepare(walker, agency_id)
        walk.answer(walker, agency_id)
        walk.sign(walker, agency_id)
        if head:
            walk.on_paper(walker, agency_id, head)
        else:
            walker.enter(_HEAD)
            walk.as_head(walker, agency_id, _NOW)
        yield _walked(walker, f"{name}: from the demo as it is to a report signed by both and submitted", "Submitted")


def _again(walker: Walker) -> Iterator[Proof]:
    """The privacy office sends one back with comments; it is answered, signed again and accepted."""
    name, officer, head = _AGENCIES[_BACK]
    walker.begin()
    walker.enter(_CPO)
    walk.look_through(walker, "office", name, _NOW)
    comments = ("Why is this ticked, where no dataset holds it?", "Is this approval still the one in force?")
    walk.send_back(walker, "office", comments)
    walker.enter(officer)
    walk.to_report(walker, _NOW)
    walk.answer_comments(walker, f"{_BACK}-back")
    walk.sign(walker, f"{_BACK}-again")
    walk.on_paper(walker, f"{_BACK}-again", head)
    walker.enter(_CPO)
    walk.look_through(walker, "office-again", name, _NOW)
    walker.read(walker.page.locator(".comment-box"))
    walker.button("Accept and hand to the committee")
    walker.picture("office-accepted")
    yield _walked(walker, f"{name}: sent back with comments, answered, signed again, accepted", "With the committee")


def _walked(walker: Walker, promise: str, state: str) -> Proof:
    taken = walker.done()
    told = walker.page.locator("main").inner_text()
    figure = (
        f"{taken.clicks} presses, {taken.typed:,} letters, {taken.pages} pages; the driver took {taken.seconds:.0f} s"
    )
    return Proof(promise, figure, f"it says: {state}", state.lower() in told.lower())


def _opened(walker: Walker) -> Proof:
    """The privacy office opens the next round for the three."""
    walker.begin()
    walker.enter(_CPO)
    walk.open_round(walker, tuple(_AGENCIES))
    return _walked(walker, f"the next round is opened, for {len(_AGENCIES)} of twelve agencies", "Not started")


def _next(walker: Walker) -> Iterator[Proof]:
    """The next report, where nothing changed: how long it takes the officer."""
    for agency_id, (name, officer, _) in _AGENCIES.items():
        walker.begin()
        walker.enter(officer)
        walk.to_report(walker, _NEXT)
        walk.prepare(walker, f"{agency_id}-next")
        walk.answer(walker, f"{agency_id}-next")
        try:
            walk.sign(walker, f"{agency_id}-next")
        except PlaywrightError:
            lacks = " ".join(walker.page.locator("main").inner_text().split())[:_SAID]
            yield Proof(f"{name}: from the last report to a signed one", f"not signed: {lacks}", "signed", False)
            continue
        taken = walker.done()
        minutes = taken.minutes(click=_CLICK, page=_PAGE, words=_WORDS)
        figure = (
            f"{minutes:.1f} minutes: {taken.clicks} presses at {_CLICK:.0f} s, {taken.pages} pages at {_PAGE:.0f} s, "
            f"{taken.words:,} words that are new at {_WORDS:.0f} a minute; the driver took {taken.seconds:.0f} s"
        )
        promise = f"{name}: from the last report to a signed one, nothing changed meanwhile"
        yield Proof(promise, figure, f"under {_MINUTES:.0f} minutes", minutes < _MINUTES)


def _files(walker: Walker, catalog: Catalog) -> Iterator[Proof]:
    """What the browser takes away, twice, is what was submitted, to the bit."""
    same = taken = 0
    for cycle in _cycles(catalog, _NOW):
        walker.enter(_AGENCIES[cycle.agency_id][1])
        stored = _stored(catalog, cycle)
        for (number, format_, is_public), digest in stored.items():
            version = "public" if is_public else "full"
            address = f"{walker.server}/inventory/{cycle.id}/report.{format_}?number={number}&version={version}"
            for _ in range(2):
                data = walk.downloaded(walker, address)
                taken += 1
                same += hashlib.sha256(data).hexdigest() == digest
    what = "files of signed reports taken in the browser, each format and version twice, that have the digest stored"
    yield Proof(what, f"{same} of {taken}", "all", same == taken and taken > 0)


def _stored(catalog: Catalog, cycle: Cycle) -> dict[tuple[int, str, bool], str]:
    found: dict[tuple[int, str, bool], str] = {}
    for version in report_files.history(local_administrator(), catalog, cycle.id).numbers:
        page = report_pages.frozen(local_administrator(), catalog, cycle.id, version.number)
        for one in page.renditions:
            found[version.number, Format(one.format).value, one.public] = one.digest
    return found


def _verified(folder: Path) -> Proof:
    """Another process makes all of it again, from the data alone."""
    good = []
    for agency_id in _AGENCIES:
        told = subprocess.run(
            [*_VERIFY, agency_id, "--period", f"{_NOW}-06-30", "--json"],
            env=environment(folder), capture_output=True, text=True, check=False,
        )  # fmt: skip
        good.append(told.returncode == 0 and json.loads(told.stdout)["holds"] is True)
    what = "signed reports that another process makes again, and finds the same to the bit"
    return Proof(what, f"{sum(good)} of {len(good)}", "all", all(good))
