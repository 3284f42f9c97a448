"""``python -m benchmarks.manners.scanning FOLDER``: scans all sources of the catalog there, again and again, until it
is ended. It says "scanning" when a first dataset has been looked at.
"""

import sys
from pathlib import Path

from catalog.model.holdings import Source
from catalog.services import sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from scanners.processes import Template
from scanners.runs import Progress, run_source
from tests.support.bounds import EGRESS


def main(folder: Path) -> None:
    """Scan without end."""
    catalog = Catalog.open(Settings.load(data_dir=folder, egress=EGRESS))
    actor = local_administrator()
    with Template() as template:
        while True:
            for source in sources.all_sources(actor, catalog):
                _scan(catalog, source, template)


def _scan(catalog: Catalog, source: Source, template: Template) -> None:
    run_source(local_administrator(), catalog, source, full=True, template=template, watch=_tell)


def _tell(progress: Progress) -> None:
    if progress.done == 1:
        print("scanning", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
