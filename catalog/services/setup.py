"""Making a catalog: its folder, keys, tables, taxonomy and, if wanted, a template of agencies."""

from collections.abc import Iterable

from catalog import keys
from catalog.errors import SettingsError
from catalog.model.actors import Actor, Person
from catalog.model.holdings import Agency
from catalog.model.marks import DEMONSTRATION, Mark
from catalog.services import access, indexing
from catalog.services.access import Action, local_administrator
from catalog.services.catalog import Catalog, SystemClock
from catalog.settings import Settings
from catalog.store import audit, engine, judgements, marks, migrate, people, register
from catalog.taxonomy.loader import agency_template, load


def init(settings: Settings, template: str | None = None) -> Catalog:
    """Make the catalog, or bring an existing one up to this version; nothing already there is lost.

    Parameters:
        template: name of an agency template to load, such as ``nyc``.
    """
    agencies = agency_template(template) if template else ()
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise SettingsError(
            f"Folder {settings.data_dir}", "it cannot be made", "Choose another PRIVACY_CATALOG_DATA_DIR."
        ) from None
    upgrade(settings)
    catalog = Catalog.open(settings)
    try:
        _fill(catalog, agencies, template or "none")
    except BaseException:
        catalog.close()
        raise
    return catalog


def _fill(catalog: Catalog, agencies: Iterable[Agency], template: str) -> None:
    with catalog.reading() as connection:
        # Where something is recorded already, a lost key is restored from a backup, never replaced.
        key_of = keys.load if audit.head(connection).sequence else keys.load_or_create
    for name in ("audit.key", "names.key"):
        key_of(catalog.settings.keys_dir / name)
    actor = local_administrator()
    access.require(actor, Action.ADMINISTER)
    with catalog.changing(actor, "init", "catalog", f"template={template}") as change:
        judgements.put_types(change.connection, load().types.values())
        local = Person(actor.person_id, "local administrator", None, SystemClock().now())
        people.put_person(change.connection, local)
        for agency in agencies:
            register.put_agency(change.connection, agency)
    indexing.rebuild(actor, catalog)


def mark_demonstration(actor: Actor, catalog: Catalog) -> None:
    """Say that all data in this catalog is made up, so that it may be entered without proof. Nothing takes it back."""
    access.require(actor, Action.ADMINISTER)
    with catalog.changing(actor, "mark_demonstration", "catalog") as change:
        marks.put(change.connection, Mark(DEMONSTRATION, "yes"))
        change.tell("", "demonstration=yes")


def upgrade(settings: Settings) -> str:
    """Bring the catalog's database up to this version; the revision it is at."""
    opened = engine.open_engine(settings.catalog_url)
    try:
        migrate.upgrade(opened)
        return str(migrate.current(opened))
    finally:
        opened.dispose()
