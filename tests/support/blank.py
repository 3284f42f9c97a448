"""A catalog as ``init`` leaves it, made once a process and copied for every test that begins with one.

Making one migrates through the whole history, which takes longer than most of what is tested on it.
"""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from catalog.services import setup
from catalog.settings import Settings
from tests.support.postgres import create_database


def put_blank(folder: Path, cluster: str = "") -> str:
    """Put the data folder of one at ``folder``; the address of its database, where it is to be in PostgreSQL."""
    made, database = _make(cluster)
    shutil.copytree(made, folder, dirs_exist_ok=True)
    return create_database(cluster, like=database) if cluster else ""


@cache
def _make(cluster: str) -> tuple[Path, str]:
    folder = Path(tempfile.mkdtemp(prefix="blank-catalog-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = create_database(cluster) if cluster else ""
    setup.init(Settings(data_dir=folder, database_url=database)).close()
    return folder, database
