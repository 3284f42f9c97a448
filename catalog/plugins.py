"""Entry-point lookup: connectors, the detector and commands plug in by name; nothing is imported before use."""

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points, packages_distributions
from typing import Any

from catalog.errors import RequestError, SettingsError

DISTRIBUTION = "privacy-catalog"
PACKAGES = ("catalog", "connectors", "scanners", "web")


def names(group: str) -> tuple[str, ...]:
    """The names plugged in under ``privacy_catalog.<group>``, sorted."""
    return tuple(sorted({point.name for point in _points(group)}))


def load(group: str, name: str) -> Callable[..., Any]:
    """Load one plug-in.

    Raises:
        RequestError: when there is none of this name.
        SettingsError: when the extra it needs is not installed.
    """
    for point in _points(group):
        if point.name == name:
            try:
                loaded: Callable[..., Any] = point.load()
            except ModuleNotFoundError as error:
                raise SettingsError(
                    f"{group} {name}",
                    f"it is disabled because the package {error.name} is not installed",
                    f"Install it with: pip install 'privacy-catalog[{name}]'.",
                ) from None
            return loaded
    known = ", ".join(names(group)) or "none"
    raise RequestError(
        f"{group.removesuffix('s').capitalize()} {name}", "there is no such one", f"Choose one of: {known}."
    )


def foreign_owners() -> tuple[str, ...]:
    """Other distributions that also claim one of our four import names: a broken install waiting to happen."""
    owners = packages_distributions()
    return tuple(
        sorted(
            f"{package} ({owner})"
            for package in PACKAGES
            for owner in set(owners.get(package, []))
            if owner.lower().replace("_", "-") != DISTRIBUTION
        )
    )


def _points(group: str) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=f"privacy_catalog.{group}"))
