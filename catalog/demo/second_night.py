"""What happens in Port Meridian between the first night and the second, so that "what changed" tells something true."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from catalog.demo import numbers

#: The source that cannot be reached in the second night, by its path.
UNREACHABLE = Path("mhc/business")


def pass_a_day(folder: Path, seed: int) -> None:
    """Change the sources under ``folder`` as a day at the agencies does.

    A clerk adds a column of Social Security numbers to the agents' accounts (OSR); the clinics rename their table of
    appointments (DCH); an export is cleared away (DSO); a share goes off line (MHC); cases of benefits keep Social
    Security numbers no more (DHB).
    """
    _add_column(folder / "osr" / "requests.db", seed)
    with closing(sqlite3.connect(folder / "dhb" / "eligibility.db")) as cases, cases:
        cases.execute("UPDATE WMS_CASE SET F07 = NULL")
    with closing(sqlite3.connect(folder / "dch" / "clinics.db")) as clinics, clinics:
        clinics.execute("ALTER TABLE APPT RENAME TO APPT_2026")
    (folder / "dso" / "share" / "exports" / "bednight_feed.csv").unlink()
    shutil.move(folder / UNREACHABLE, folder / UNREACHABLE.with_name("business (off line)"))


def _add_column(database: Path, seed: int) -> None:
    rng = numbers.stream(seed, "second night")
    with closing(sqlite3.connect(database)) as requests, requests:
        requests.execute("ALTER TABLE AGT_LOGIN ADD COLUMN BKGD_CHK_NO VARCHAR(11)")
        agents = [row[0] for row in requests.execute("SELECT rowid FROM AGT_LOGIN ORDER BY rowid")]
        requests.executemany(
            "UPDATE AGT_LOGIN SET BKGD_CHK_NO = ? WHERE rowid = ?", [(numbers.ssn(rng), agent) for agent in agents]
        )
