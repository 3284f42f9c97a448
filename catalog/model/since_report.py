"""What an agency holds now against what its last signed report ticked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from catalog.model.decisions import Standing


@dataclass(frozen=True, slots=True)
class SinceReport:
    """How what is held now differs from what the last report ticked."""

    found_since: tuple[str, ...]
    suggested_since: tuple[str, ...]
    no_longer: tuple[str, ...]
    not_looked: tuple[str, ...]


def since_report(ticked: Collection[str], held: Mapping[str, Standing], *, looked_everywhere: bool) -> SinceReport:
    """How what an agency holds now differs from what its last signed report said it holds.

    A type nobody finds any more is "no longer" only where everything was looked at.
    """
    gone = tuple(sorted(set(ticked) - set(held)))
    new = {code: standing for code, standing in sorted(held.items()) if code not in ticked}
    return SinceReport(
        found_since=tuple(code for code, standing in new.items() if standing is Standing.CONFIRMED),
        suggested_since=tuple(code for code, standing in new.items() if standing is not Standing.CONFIRMED),
        no_longer=gone if looked_everywhere else (),
        not_looked=() if looked_everywhere else gone,
    )
