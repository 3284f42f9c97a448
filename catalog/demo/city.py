"""Writes Port Meridian: three agencies, each with a database and a file share."""

from pathlib import Path

from catalog.demo import health, requests, shelter
from catalog.demo.people import residents

#: The seed the shipped demo, its answers and its README speak of.
SEED = 20260731


def build(folder: Path, seed: int = SEED) -> None:
    """Write all sources under ``folder``: ``<agency>/*.db`` and ``<agency>/share/``; the same for the same seed."""
    people = residents(seed, 1660)
    for agency in (shelter, health, requests):
        agency.write(folder, seed, people)
