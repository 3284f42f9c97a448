"""The house rules no other tool checks, over every committed file."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from benchmarks import house

ROOT = house.ROOT
SHIPPED = [path for package in house.PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]

# Written in parts, so that this file does not hold what it forbids.
REGISTRIES = ["pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "debian" + ".org"]
BANNED_UI_WORDS = re.compile(r"\b(assets?|entit(?:y|ies)|pii|urns?|ingest(?:ion|ed)?|recognisers?)\b", re.IGNORECASE)
PRINTS = {"cli.py", "command.py", "commands.py", "terminal.py"}


def committed() -> list[Path]:
    """Every file git knows or would take, that is text."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in files if path.is_file() and b"\0" not in path.read_bytes()[:8000]]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_holds_a_registry_address() -> None:
    assert lines_with(re.compile("|".join(map(re.escape, REGISTRIES))), committed()) == []


def test_no_file_holds_a_path_of_the_machine_it_was_made_on() -> None:
    places = {str(ROOT.parent) + "/", str(Path.home()) + "/"} - {"//"}
    assert lines_with(re.compile("|".join(map(re.escape, places))), committed()) == []


@pytest.mark.parametrize("figure", house.figures(), ids=lambda figure: figure.name)
def test_the_figures_of_the_house_are_kept(figure: house.Figure) -> None:
    assert figure.kept, figure


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("x = 1  # noqa: S608  # a constant", []),
        ("x = 1  # type: ignore[misc]  # no types", []),
        ("x = 1  # noqa: S608", [1]),
        ("x = 1  # noqa", [1]),
        ("x = 1  # type: ignore", [1]),
        ("x = '# noqa'", []),
    ],
)
def test_an_opt_out_needs_its_reason(source: str, bare: list[int]) -> None:
    assert list(house.unexplained(source)) == bare


def test_function_lengths_leave_out_signature_and_docstring() -> None:
    assert list(house.function_lengths('def f(\n    a,\n):\n    """Doc."""\n    b = a\n    return b\n')) == [2]


def test_only_settings_read_the_environment() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in SHIPPED
        if any(
            isinstance(node, ast.Attribute)
            and node.attr in {"environ", "environb", "getenv"}
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert readers == ["catalog/settings.py"]


def test_only_the_command_line_prints() -> None:
    printers = [
        path.relative_to(ROOT).as_posix()
        for path in SHIPPED
        if path.name not in PRINTS
        and any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    ]
    assert printers == []


def test_log_events_are_constant_sentences() -> None:
    formatted = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SHIPPED
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"log", "_log", "_LOG", "logger"}
        and not all(isinstance(event, ast.Constant) for event in node.args[node.func.attr == "log" :][:1])
    ]
    assert formatted == []


def shown_texts(template: str) -> str:
    """A template without its comments, expressions, statements and tags: what a reader sees."""
    for hidden in (
        r"\{#.*?#\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
        r"<(?:script|style)\b.*?</(?:script|style)>",
        r"<[^>]*>",
    ):
        template = re.sub(hidden, lambda found: "\n" * found[0].count("\n"), template, flags=re.DOTALL)
    return template


def test_pages_do_not_use_words_of_the_trade() -> None:
    used = [
        f"{path.relative_to(ROOT)}:{number}: {found[0]}"
        for path in sorted((ROOT / "web").rglob("*.html"))
        for number, line in enumerate(shown_texts(path.read_text(encoding="utf-8")).splitlines(), 1)
        for found in BANNED_UI_WORDS.finditer(line)
    ]
    assert used == []


def test_templates_keep_to_the_strict_content_security_policy() -> None:
    broken = re.compile(r"""\sstyle=|\son[a-z]+=["']|\shx-on|javascript:|\|\s*safe\b""", re.IGNORECASE)
    assert lines_with(broken, sorted((ROOT / "web").rglob("*.html"))) == []


def test_every_module_says_why_it_exists() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in house.everything()
        if "tests" not in path.parts
        and path.read_text(encoding="utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None
    ]
    assert silent == []
