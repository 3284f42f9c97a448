"""Nothing that anybody writes is ever run, unpacked into objects, or put into a page as markup."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import yaml
from flask import Flask

from benchmarks import house
from catalog.taxonomy import recognisers

ROOT = house.ROOT
SHIPPED = [path for package in (*house.PACKAGES, "migrations") for path in sorted((ROOT / package).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "web/templates").rglob("*.*"))

UNPACKERS = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "jsonpickle", "code"}
#: What reads XML without care. To write it safely, ``xml.sax.saxutils`` is enough.
XML_READERS = ("xml.etree", "xml.dom", "xml.sax", "xml.parsers", "lxml", "xmltodict", "defusedxml")
CAREFUL = {
    # Reads with defusedxml, which refuses document types; needs the standard library's name of an error.
    "connectors/files/documents/office.py": {"xml.sax", "defusedxml.common", "defusedxml.expatreader"},
    # Is told of tags by the parser above, and needs the standard library's names of what is told.
    "connectors/files/documents/story.py": {
        *("xml.sax", "xml.sax.handler", "xml.sax.handler.ContentHandler"),
        *("xml.sax.xmlreader", "xml.sax.xmlreader.AttributesImpl"),
    },
    # Only lxml's parser of HTML, which knows no entities but HTML's own, and fetches nothing.
    "connectors/files/documents/web.py": {"lxml", "lxml.etree"},
    # Reads with defusedxml, and names the standard library's type of what it gives.
    "connectors/files/sheet_parts.py": {
        *("defusedxml", "defusedxml.DefusedXmlException"),
        *("defusedxml.ElementTree", "defusedxml.ElementTree.ParseError", "defusedxml.ElementTree.fromstring"),
        *("xml.etree.ElementTree", "xml.etree.ElementTree.Element"),
    },
}
"""What may name these all the same, with what it names; ``test_xml_readers`` tries each."""
PARSERS = {"xml.sax.make_parser", "xml.sax.parse", "xml.sax.parseString"}
OF_LXML = {"etree.HTMLParser", "etree.LxmlError"}
RUNNERS = {"eval", "exec", "compile", "__import__", "breakpoint"}
METHODS = {
    ("os", "system"),
    ("os", "popen"),
    ("subprocess", "getoutput"),
    ("ssl", "_create_unverified_context"),
    ("yaml", "unsafe_load"),
    ("yaml", "full_load"),
    ("jinja2", "Template"),
    ("env", "from_string"),
}
NAMES = {"Markup", "AutoAddPolicy", "WarningPolicy", "render_template_string", "UnsafeLoader", "FullLoader"}
SWITCHES = {("shell", True), ("verify", False), ("allow_pickle", True), ("autoescape", False)}
"""Named arguments that open something."""
SENDERS = {"execute", "executemany", "exec_driver_sql", "text", "scalar", "scalars"}
"""What takes SQL. In ``connectors`` it is other people's, put together from quoted names."""


OUR_OWN_WORDS = {
    "catalog/demo/tables.py",  # the tables of a city that is made up
    "catalog/store/engine.py",  # PRAGMAs
    "migrations/versions/0006_people_and_safety.py",  # triggers, one for each verb
    "migrations/versions/0007_the_register_kept.py",  # the same, of more tables
    "migrations/versions/0008_review.py",  # the same, of more again
    "migrations/versions/0009_the_inventory_cycle.py",  # the same, of what a report is made of
    "migrations/versions/0010_shares_and_documents.py",  # the same, of what is said of copies
}
"""Where nothing but constants of the same file is put together."""


def found(source: str, module: str = "") -> Iterator[str]:
    """Each thing of these that a module does."""
    yield from (name for name in xml_named(source) if name not in CAREFUL.get(module, ()))
    for node in ast.walk(ast.parse(source)):
        yield from _imported(node)
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            yield from ([name] if name in NAMES else [])
        if isinstance(node, ast.Call):
            yield from _called(node)


def xml_named(source: str) -> Iterator[str]:
    """Each thing that reads XML, or has to do with it, that a module names."""
    for node in ast.walk(ast.parse(source)):
        yield from (
            name
            for name in _names_imported(node)
            if name.startswith(XML_READERS) and not name.startswith("xml.sax.saxutils")
        )
        name = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
        if name in PARSERS or (name.startswith("etree.") and name not in OF_LXML):
            yield name


def _names_imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return [each.name for each in node.names] if isinstance(node, ast.Import) else []


def _imported(node: ast.AST) -> Iterator[str]:
    for name in _names_imported(node):
        if name.split(".")[0] in UNPACKERS or name.rpartition(".")[2] in NAMES:
            yield name


def _called(node: ast.Call) -> Iterator[str]:
    function = node.func
    if isinstance(function, ast.Name) and function.id in RUNNERS:
        yield function.id
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        name = (function.value.id, function.attr)
        if name in METHODS or (name == ("yaml", "load") and ast.unparse(node.args[-1]) != "_Loader"):
            yield ".".join(name)
    for switch in node.keywords:
        if isinstance(switch.value, ast.Constant) and (switch.arg, switch.value.value) in SWITCHES:
            yield f"{switch.arg}={switch.value.value}"


def put_together(source: str) -> Iterator[str]:
    """SQL that is made by putting texts together."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            made = isinstance(node.args[0], ast.JoinedStr | ast.BinOp) or (
                isinstance(node.args[0], ast.Call)
                and isinstance(node.args[0].func, ast.Attribute)
                and node.args[0].func.attr in {"format", "join", "replace"}
            )
            if name in SENDERS and made:
                yield ast.unparse(node.args[0])


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import xml.etree.ElementTree as ET",
        "from lxml import etree",
        "from xml.dom import minidom",
        "eval(x)",
        "exec(x)",
        "os.system(x)",
        "yaml.load(x, yaml.Loader)",
        "yaml.unsafe_load(x)",
        "subprocess.run(x, shell=True)",
        "requests.get(x, verify=False)",
        "np.load(x, allow_pickle=True)",
        "from markupsafe import Markup",
        "flask.Markup(x)",
        "render_template_string(x)",
        "client.set_missing_host_key_policy(paramiko.AutoAddPolicy())",
        "Environment(autoescape=False)",
    ],
)
def test_each_of_these_would_be_found(source: str) -> None:
    assert list(found(source))


@pytest.mark.parametrize("argument", ["f'SELECT {x}'", "'SELECT ' + x", "'SELECT %s' % x", "'SELECT {}'.format(x)"])
def test_sql_put_together_would_be_found(argument: str) -> None:
    assert list(put_together(f"connection.execute({argument})"))
    assert list(put_together(f"text({argument})"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_shipped_runs_or_unpacks_what_it_is_given(path: Path) -> None:
    assert list(found(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())) == []


def test_only_connectors_put_sql_together() -> None:
    made = {
        path.relative_to(ROOT).as_posix(): list(put_together(path.read_text(encoding="utf-8")))
        for path in SHIPPED
        if not path.is_relative_to(ROOT / "connectors")
    }
    assert {path for path, texts in made.items() if texts} <= OUR_OWN_WORDS


def test_the_one_reader_of_yaml_is_a_safe_one() -> None:
    assert issubclass(recognisers._Loader, yaml.SafeLoader | yaml.CSafeLoader)


def test_workbooks_are_read_without_entities() -> None:
    assert openpyxl.DEFUSEDXML


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_template_is_escaped(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert Flask("any").select_jinja_autoescape(path.name)
    for hole in (r"\|\s*safe\b", "autoescape", r"\|\s*tojson", "srcdoc", r"=\s*\{\{", r"</?\s*\{\{(?! heading )"):
        assert not re.search(hole, text), hole


def test_no_code_changes_what_is_escaped() -> None:
    assert [
        path.name for path in (ROOT / "web").rglob("*.py") if "autoescape" in path.read_text(encoding="utf-8")
    ] == []


def test_the_web_application_never_writes_the_search_index() -> None:
    """Opening one can run code from it, so the fewer write it the better."""
    writing = re.compile(r"\bindexing\b|search_index")
    assert [
        path.name for path in (ROOT / "web").rglob("*.py") if writing.search(path.read_text(encoding="utf-8"))
    ] == []
