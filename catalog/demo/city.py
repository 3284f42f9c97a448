"""Writes Port Meridian: twelve agencies with their databases and file shares."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from catalog.demo import health, papers, requests, shelter
from catalog.demo.make import make_table
from catalog.demo.media import write_broken, write_source
from catalog.demo.people import Resident, residents
from catalog.demo.plans import AgencyPlan, agency_plans

#: The seed the shipped demo, its answers and its README speak of.
SEED = 20260731
#: How many people live in it; the first of them are those of the three agencies that are not planned but written out.
PEOPLE, _FIRST = 4000, 1660


def build(folder: Path, seed: int = SEED) -> None:
    """Write all sources under ``folder``: ``<agency>/*.db`` and ``<agency>/<share>/``; the same for the same seed."""
    people = residents(seed, PEOPLE)
    with ProcessPoolExecutor() as pool:
        written = [
            *(pool.submit(_write, folder, plan, seed, people) for plan in agency_plans()),
            *(pool.submit(agency.write, folder, seed, people[:_FIRST]) for agency in (health, requests, shelter)),
        ]
        for one in written:
            one.result()
    # Not by a worker: what sets PDFs has threads, which a copy of a process that used it before has not.
    papers.write(folder, seed, people[:_FIRST])
    papers.copy_of_clients(folder)


def _write(folder: Path, agency: AgencyPlan, seed: int, people: Sequence[Resident]) -> None:
    for source in agency.sources:
        plans = [plan for plan in agency.datasets if plan.source == source.name]
        write_source(folder, source, [(plan, make_table(plan, seed, people)) for plan in plans])
        for broken in agency.broken:
            if broken.source == source.name:
                write_broken(folder, source, broken)
