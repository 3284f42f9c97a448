"""What an account of a MariaDB or MySQL server may see, as one short text that moves when that does.

The server shows a table only to whoever has a right to it: with a right that is lost, tables vanish from the listing
that are still there.
"""

import hashlib
import json
import re
from collections.abc import Sequence

from connectors.sql import mariadb_queries as queries
from connectors.sql.mariadb_session import Session

_QUOTED = r"`(?:[^`]|``)*`|'(?:[^'\\]|''|\\.)*'|\"(?:[^\"\\]|\"\"|\\.)*\""
# A name may hold any words, so names are passed over whole.
_GRANT = re.compile(rf"(?:{_QUOTED}|(?! (?:IDENTIFIED|REQUIRE|WITH) ).)*", re.DOTALL)


def view(session: Session) -> str:
    """A digest of the account and its grants: not of its password, its limits or the order of the list."""
    account = [name or "" for row in session.execute(queries.ACCOUNT) for name in row]
    return digest(account, [grant or "" for (grant,) in session.execute(queries.GRANTS)])


def digest(account: Sequence[str], grants: Sequence[str]) -> str:
    """The same of lists as the server gives them."""
    rights = sorted({found[0] for grant in grants if (found := _GRANT.match(grant))})
    return hashlib.sha256(json.dumps([list(account), rights]).encode()).hexdigest()
