"""``source change``, ``source grants``, and accounts that may write."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog import plugins
from catalog.errors import CatalogError, Conflict, NotFound, RequestError, SourceError
from catalog.model.audit import AuditEvent
from catalog.services import sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import audit
from connectors import grant_scripts
from connectors.cli import source
from tests.support.blank import put_blank

BASE = ("host=db1", "database=permits", "user=reader", "password=env:PERMITS")


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setenv("PRIVACY_CATALOG_DATA_DIR", str(tmp_path / "catalog"))
    monkeypatch.setenv("PRIVACY_CATALOG_EGRESS", "db1:5432, db1:5433, canary.example")
    put_blank(tmp_path / "catalog")
    return Catalog.open(Settings.load())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(source, arguments)


def add(*options: str, reason: str = "") -> Result:
    given = [part for option in (*BASE, *options) for part in ("-o", option)]
    why = ("--reason", reason) if reason else ()
    return run("add", "permits", "--kind", "postgres", "--agency", "DOB", "--agency-name", "Buildings", *given, *why)


def change(*options: str, reason: str = "") -> Result:
    given = [part for option in options for part in ("-o", option)]
    return run("change", "permits", *given, *(("--reason", reason) if reason else ()))


def options(catalog: Catalog) -> dict[str, str]:
    return dict(sources.source_named(local_administrator(), catalog, "permits").options)


def trail(catalog: Catalog) -> list[AuditEvent]:
    with catalog.reading() as connection:
        return list(audit.events(connection))


def refusal(result: Result) -> CatalogError:
    assert isinstance(result.exception, CatalogError)
    return result.exception


def test_options_are_changed_added_and_taken_away_and_only_their_names_are_told(catalog: Catalog) -> None:
    add("port=5433")
    assert change("host=canary.example", "sslmode=require", "port=").exit_code == 0
    assert options(catalog) == {
        "host": "canary.example",
        "database": "permits",
        "user": "reader",
        "password": "env:PERMITS",
        "sslmode": "require",
    }
    last = trail(catalog)[-1]
    assert (last.action, last.thing, last.detail) == ("change_source", "source:permits", "options=host,port,sslmode")
    assert "canary" not in str(trail(catalog))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (("hots=db2",), RequestError),
        (("port=many",), RequestError),
        (("host=",), RequestError),
        (("password=hunter2",), RequestError),
        ((), RequestError),
    ],
)
def test_a_change_that_cannot_work_changes_nothing(
    given: tuple[str, ...], kind: type[CatalogError], catalog: Catalog
) -> None:
    add()
    before = options(catalog)
    refused = refusal(change(*given))
    assert isinstance(refused, kind)
    assert "hunter2" not in str(refused)
    assert options(catalog) == before


@pytest.mark.parametrize("pasted", ["c2VjcmV0LXRva2Vu=", "c2VjcmV0LXRva2VuMQ==", "port="])
def test_what_the_source_does_not_have_is_not_taken_away_nor_repeated(pasted: str, catalog: Catalog) -> None:
    add()
    before = trail(catalog)
    result = change(pasted, "database=other")
    assert "c2Vj" not in f"{refusal(result)} {result.output}"
    assert trail(catalog) == before
    assert options(catalog)["database"] == "permits"


def test_an_authority_of_this_machine_is_kept_as_it_is_seen_from_everywhere(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ca.pem").touch()
    add("sslmode=verify-full", "sslrootcert=ca.pem")
    assert options(catalog)["sslrootcert"] == str(tmp_path / "ca.pem")
    change("sslrootcert=system")
    assert options(catalog)["sslrootcert"] == "system", "PostgreSQL's word for the authorities of the system"
    change("sslrootcert=")
    assert "sslrootcert" not in options(catalog)
    share = ("-o", "bucket=files", "-o", "endpoint=https://db1:5432", "-o", "path=exports", "-o", "ca=ca.pem")
    login = ("-o", "access_key=reader", "-o", "secret_key=env:PERMITS")
    assert run("add", "bucket", "--kind", "s3", "--agency", "DOB", *share, *login).exit_code == 0
    kept = sources.source_named(local_administrator(), catalog, "bucket").options
    assert (kept["ca"], kept["path"]) == (str(tmp_path / "ca.pem"), "exports")


def test_the_command_to_go_on_with_can_be_pasted(catalog: Catalog) -> None:
    add()
    actor = local_administrator()
    system = sources.source_named(actor, catalog, "permits").system_id
    settings = dict(option.split("=", 1) for option in BASE)
    sources.add_source(actor, catalog, system, "the permits; rm x", "postgres", settings)
    assert "source test 'the permits; rm x'" in run("change", "the permits; rm x", "-o", "port=5433").output


def test_a_source_that_is_not_there_is_not_changed() -> None:
    assert isinstance(refusal(change("host=db2")), NotFound)


@pytest.mark.parametrize("reference", ["env:PERMITS", "file:/etc/permits", "keyring:city/permits"])
def test_a_secret_is_given_by_any_of_the_three_references(reference: str, catalog: Catalog) -> None:
    add()
    assert change(f"password={reference}").exit_code == 0
    assert options(catalog)["password"] == reference


@pytest.mark.parametrize("key", ["password", "key_passphrase", "wallet_password", "client_secret", "ACCESS_TOKEN"])
def test_whatever_is_called_a_secret_is_taken_by_reference_only(key: str, catalog: Catalog) -> None:
    add()
    with pytest.raises(RequestError, match="must be a reference") as caught:
        sources.change_source(local_administrator(), catalog, "permits", {key: "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_an_account_that_may_write_needs_a_reason_which_is_kept(catalog: Catalog) -> None:
    for reason in ("", "   "):
        assert "--reason" in str(refusal(add("allow_write=yes", reason=reason)))
    assert add("allow_write=yes", reason="the vendor has one account only").exit_code == 0
    events = [(event.action, event.detail) for event in trail(catalog)][-2:]
    assert events == [("add_source", "kind=postgres"), ("override_write", "the vendor has one account only")]


def test_the_same_for_a_change(catalog: Catalog) -> None:
    add()
    refused = refusal(change("allow_write=yes"))
    assert "reason" in str(refused)
    assert "allow_write" not in options(catalog)
    assert change("allow_write=yes", reason="until March").exit_code == 0
    assert change("allow_write=").exit_code == 0
    assert [event.action for event in trail(catalog)][-3:] == ["change_source", "override_write", "change_source"]


def test_nothing_is_left_of_an_addition_that_failed(catalog: Catalog) -> None:
    add()
    assert isinstance(refusal(add("allow_write=yes", reason="again")), Conflict)
    assert "override_write" not in {event.action for event in trail(catalog)}


def test_changes_may_happen_together_with_others(catalog: Catalog) -> None:
    add()
    actor = local_administrator()
    with catalog.together() as joined:
        sources.change_source(actor, joined, "permits", {"host": "db2"})
        sources.change_source(actor, joined, "permits", {"port": "1"})
    assert options(catalog)["port"] == "1"


@pytest.mark.parametrize("kind", grant_scripts.kinds())
def test_every_script_is_printed_with_nothing_left_to_fill_in(kind: str) -> None:
    names = ("--user", "reader_x", "--schema", "app_y", "--database", "db_z", "--place", "files_w")
    printed = run("grants", "--kind", kind, *names)
    assert printed.exit_code == 0
    assert "reader_x" in printed.output
    assert not re.search(r"\{\w+\}", printed.output)
    if kind in plugins.names("places"):
        assert "files_w" in printed.output


@pytest.mark.parametrize("name", ["a b", "a'b", "$(id)", "a;b", "-rf", 'a"b', "a`b", "a\\b", "a$b", "%x"])
@pytest.mark.parametrize("option", ["--user", "--place"])
def test_no_name_gets_into_a_command_that_would_mean_something_there(option: str, name: str) -> None:
    names = {"--user": "reader", "--place": "exports", option: name}
    for kind in plugins.names("places"):
        refused = refusal(run("grants", "--kind", kind, *(part for pair in names.items() for part in pair)))
        assert option in refused.thing


def test_a_server_that_the_operator_does_not_allow_is_neither_added_nor_changed_to(catalog: Catalog) -> None:
    refused = refusal(add("host=db2"))
    assert "add db2:5432 to PRIVACY_CATALOG_EGRESS" in refused.next_step
    with pytest.raises(NotFound):
        options(catalog)
    add()
    assert "add db1:9 to PRIVACY_CATALOG_EGRESS" in refusal(change("port=9")).next_step
    assert "port" not in options(catalog)


def test_a_source_of_before_there_was_a_list_says_what_is_missing(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    add()
    monkeypatch.setenv("PRIVACY_CATALOG_EGRESS", "")
    result = run("test", "permits")
    assert (result.exit_code, "add db1:5432 to" in result.output) == (SourceError.exit_code, True)


@pytest.mark.parametrize("name", ["a\nDROP TABLE x", "a\x00", "a\u202eb", "x" * 129, ""])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    assert isinstance(refusal(run("grants", "--kind", "mariadb", "--user", name, "--schema", "s")), RequestError)


def test_a_script_says_which_name_it_misses_and_a_kind_without_one_which_there_are() -> None:
    assert "--schema" in str(refusal(run("grants", "--kind", "mariadb", "--user", "u")))
    assert "mariadb" in str(refusal(run("grants", "--kind", "../options", "--user", "u")))


@pytest.mark.parametrize(
    ("kind", "template", "names", "filled"),
    [
        ("mariadb", "GRANT ON `{schema}`.* TO `{user}`@`%`", ("r`x", "a_b%"), r"GRANT ON `a\_b\%`.* TO `r``x`@`%`"),
        ("mariadb", "ON {schema}.*", ("r", "a`b"), "ON `a``b`.*"),
        ("postgres", 'GRANT ON SCHEMA "{schema}" TO {user};', ('r"x', 's"'), 'GRANT ON SCHEMA "s""" TO "r""x";'),
        ("postgres", "WHERE n = '{schema}'", ("r", "o'neil"), "WHERE n = 'o''neil'"),
        ("sqlserver", "GRANT ON SCHEMA::[{schema}] TO {user}", ("r]x", "s]"), "GRANT ON SCHEMA::[s]]] TO [r]]x]"),
        ("postgres", "-- may read {schema} and nothing else", ("r", "s"), "-- may read s and nothing else"),
    ],
)
def test_names_are_quoted_as_the_engine_does(
    kind: str, template: str, names: tuple[str, str], filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "grants").mkdir()
    (tmp_path / "grants" / f"{kind}.sql").write_text(template, encoding="utf-8")
    monkeypatch.setattr(grant_scripts, "files", lambda _: tmp_path)
    assert grant_scripts.script(kind, user=names[0], schema=names[1]) == filled


def test_the_script_of_a_second_account_on_a_server_overwrites_nothing_of_the_first() -> None:
    def written(user: str) -> set[str]:
        script = grant_scripts.script("sftp", user=user, place="/srv/exports")
        return set(re.findall(r"(?:>|PUBLIC-KEY\.pub) (/etc/\S+)", script))

    assert len(written("reader")) == 2
    assert not written("reader") & written("another")


def test_every_signature_of_the_script_for_azure_says_itself_that_it_may_only_read() -> None:
    script = grant_scripts.script("azure", user="dobfiles", place="archive").replace("# ", "").replace("\\\n", " ")
    signed = [line for line in script.splitlines() if "generate-sas" in line]
    assert len(signed) == 2
    assert all(re.search(r"--permissions rl\b", line) for line in signed)
