"""What the documents say is there, is there; what is there, they say."""

import re
from pathlib import Path

import click
import pytest

from benchmarks.house import ROOT
from catalog import __version__, plugins
from catalog.cli import cli
from catalog.errors import SKIP_TEXT, SkipReason, SourceError
from catalog.model.coverage import CAVEAT_TEXT, Caveat
from catalog.settings import Settings
from connectors.files import formats
from connectors.files.formats import Format
from tests.support.bounds import here

DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / package / "README.md" for package in (*plugins.PACKAGES, "frontend", "benchmarks/detection")),
]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", plugins.names("commands"))
def test_every_command_is_in_the_readme_and_says_what_it_does(name: str) -> None:
    assert f"`{name}`" in README
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if not target.startswith(("http", "mailto"))]
    assert [target for target in local if not (path.parent / target).exists()] == []


def test_the_make_targets_in_the_documents_exist() -> None:
    said = {target for path in DOCUMENTS for target in re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8"))}
    there = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert said <= there


def test_decisions_are_numbered_in_one_row_dated_and_short() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(f"# {int(path.name[:4])}. ")
        assert len(lines) <= 30


def test_the_operators_guide_has_every_setting_as_it_is() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    said = re.findall(r"^\| `PRIVACY_CATALOG_(\w+)` \| (.+?) \| (?:`(.*)` )?\|$", guide, re.MULTILINE)
    there = [
        (name.upper(), field.description, "" if field.default is None else str(field.default))
        for name, field in Settings.model_fields.items()
    ]
    assert said == there


def test_the_section_the_sign_in_page_speaks_of_is_there() -> None:
    page = (ROOT / "web" / "templates" / "pages" / "sign_in.html").read_text(encoding="utf-8")
    section = re.findall("under “(.+?)”", page)
    assert section
    assert f"## {section[0]}\n" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_reason_for_not_looking_has_its_words() -> None:
    assert set(SKIP_TEXT) == set(SkipReason)
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = guide.partition("## When something could not be read")[2]
    told = re.findall(r"^\| (.+?) \| .+? \| .+? \|$", section, re.MULTILINE)
    assert set(SKIP_TEXT.values()) <= set(told)


def test_every_reason_for_a_partial_look_has_its_words() -> None:
    assert set(CAVEAT_TEXT) == set(Caveat)
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = guide.partition("**Partly scanned** says why")[2].partition("## ")[0]
    assert set(CAVEAT_TEXT.values()) == set(re.findall(r"^\| (.+?) \| .+? \| .+? \|$", section, re.MULTILINE)[2:])


@pytest.mark.parametrize("kind", plugins.names("places"))
def test_every_setting_of_a_share_is_in_the_guide(kind: str) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    row = re.findall(rf"^\| `{kind}` \| `{kind}`, `files` \| (.+?) \|", guide, re.MULTILINE)
    with pytest.raises(SourceError) as refusal:
        plugins.load("connectors", kind)({"none such": "x"}, resolve=str, bounds=here())
    known = refusal.value.next_step.partition("There are: ")[2].rstrip(".").split(", ")
    assert set(re.findall("`(.+?)`", row[0])) == set(known)


@pytest.mark.parametrize("found", [one for one in formats.FORMATS if one.reader or one is formats.PLAIN])
def test_every_ending_that_is_read_is_in_the_guide(found: Format) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(found.endings) <= set(re.findall(r"`(\.\w+)`", guide.partition("### Shares")[2].partition("### ")[0]))


def test_the_version_is_in_the_changelog() -> None:
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
