"""Declared types of columns, in words known beforehand: what else stands there may be somebody's.

SQLite takes any words for a type, PostgreSQL lets people name their own, and others list the values of an enumeration.
"""

import re
from functools import lru_cache

_KNOWN = """
array bigint bigserial binary bit blob bool boolean box byte bytea char character cidr circle citext clob counter
currency date datetime datetime2 datetimeoffset dec decimal double fixed float float4 float8 geography geometry
hstore image inet int int2 int4 int8 integer interval json jsonb large line local long longblob longtext lseg ltree
macaddr macaddr8 mediumblob mediumint mediumtext memo money name national native nchar nclob ntext null number
numeric nvarchar nvarchar2 object oid path point polygon precision raw real rowid serial signed small smalldatetime
smallint smallmoney smallserial string text time timestamp timestamptz timetz tinyblob tinyint tinytext tsquery
tsvector uint unsigned uuid varbinary varchar varchar2 varying vector with without xml year zone
"""
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[A-Za-z0-9_ (),.\[\]]{1,60}")
_LONG_NUMBER = re.compile(r"\d{6}")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(_KNOWN.split())


def plain_type(declared: str) -> str:
    """A declared type as it is where every word of it is one of a type, else nothing."""
    text = " ".join(declared.split())
    is_known = all(word.lower() in _known() for word in _WORD.findall(text))
    return text if _PLAIN.fullmatch(text) and is_known and not _LONG_NUMBER.search(text) else ""
