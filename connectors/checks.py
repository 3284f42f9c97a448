"""Testing a source step by step, for the command line and for the scan side."""

from collections.abc import Callable, Mapping, Sequence

from catalog import plugins
from catalog.errors import CatalogError, RequestError, SourceError
from catalog.ports import Check, Connector


def checks_of(kind: str, options: Mapping[str, str], *, resolve: Callable[[str], str], file_mb: int) -> Sequence[Check]:
    """Test a source; settings that cannot be used are a failed check too, not an error.

    Raises:
        SettingsError: when there is no connector of this kind.
    """
    make = plugins.load("connectors", kind)
    try:
        connector: Connector = make(options, resolve=resolve, file_mb=file_mb)
    except CatalogError as error:
        return (Check("settings", passed=False, message=str(error)),)
    try:
        return (Check("settings", passed=True, message="the settings can be used"), *connector.check())
    finally:
        connector.close()


def refuse_wrong_settings(kind: str, options: Mapping[str, str]) -> None:
    """Look at the settings of a source without going near it.

    Raises:
        SettingsError: when there is no connector of this kind.
        RequestError: when its settings cannot be used.
    """
    try:
        plugins.load("connectors", kind)(options, resolve=str, file_mb=1).close()
    except SourceError as error:
        raise RequestError(error.thing, error.cause, error.next_step) from None
