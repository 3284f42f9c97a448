"""Testing a source step by step, for the command line and for the scan side."""

from collections.abc import Callable, Mapping, Sequence

from catalog import plugins
from catalog.errors import CatalogError, RequestError, SourceError
from catalog.ports import Bounds, Check, Connector


def checks_of(
    kind: str, options: Mapping[str, str], *, resolve: Callable[[str], str], bounds: Bounds
) -> Sequence[Check]:
    """Test a source; settings that cannot be used are a failed check too, not an error.

    Raises:
        SettingsError: when there is no connector of this kind.
    """
    make = plugins.load("connectors", kind)
    try:
        connector: Connector = make(options, resolve=resolve, bounds=bounds)
    except CatalogError as error:
        return (Check("settings", passed=False, message=str(error)),)
    try:
        return (Check("settings", passed=True, message="the settings can be used"), *connector.check())
    finally:
        connector.close()


def refuse_wrong_settings(kind: str, options: Mapping[str, str], bounds: Bounds) -> None:
    """Look at the settings of a source, and whether the operator lets it be read, without going near it.

    Raises:
        SettingsError: when there is no connector of this kind.
        RequestError: when its settings cannot be used, or it is out of bounds.
    """
    try:
        plugins.load("connectors", kind)(options, resolve=str, bounds=bounds).close()
    except SourceError as error:
        raise RequestError(error.thing, error.cause, error.next_step) from None
