"""The parts of the proofs of manners that need no server: what they make of logs, names and slices of time."""

import socket
import threading
from itertools import islice

import pytest

from benchmarks import load
from benchmarks.manners import hostile, statements
from benchmarks.manners.proxy import Break, proxy
from benchmarks.manners.statements import Entry

_LOG = """a line of before
@7||1.000@ LOG:  connection received: host=127.0.0.1 port=1
@7|reader|1.001@ LOG:  connection authorized: user=reader database=postgres
@8|owner|1.002@ LOG:  connection authorized: user=owner database=postgres
@7|reader|1.003@ LOG:  execute <unnamed>: SELECT 1
\tFROM "city"."small_1"
@7|reader|1.004@ DETAIL:  parameters: $1 = '1'
@7|reader|1.005@ LOG:  duration: 12.500 ms
@8|owner|1.006@ LOG:  statement: DELETE FROM t
@8|owner|1.007@ LOG:  process 8 still waiting for ShareLock on relation 1 of database 2 after 5.0 ms
@7|reader|1.008@ LOG:  temporary file: path "base/pgsql_tmp/a", size 8192
@7|reader|1.009@ LOG:  disconnection: session time: 0:00:00.008 user=reader database=postgres
"""


def test_a_log_of_postgres_is_read_entry_by_entry() -> None:
    found = [(each.session, each.account, each.kind, each.amount) for each in statements.postgres_entries(_LOG)]
    assert found == [
        (7, "reader", "login", 0.0),
        (8, "owner", "login", 0.0),
        (7, "reader", "statement", 0.0),
        (7, "reader", "seconds", 0.0125),
        (8, "owner", "statement", 0.0),
        (8, "owner", "waits", 0.0),
        (7, "reader", "file", 8192.0),
        (7, "reader", "logout", 0.0),
    ]
    asked = next(each.text for each in statements.postgres_entries(_LOG) if each.kind == "statement")
    assert statements.table_of(asked) == "small_1"


def test_a_log_of_mariadb_is_read_row_by_row() -> None:
    rows = [
        (1.0, "[reader] @  [127.0.0.1]", 5, "Connect", "reader@127.0.0.1 on "),
        (2.0, "reader[reader] @  [127.0.0.1]", 5, "Query", "SHOW GRANTS"),
        (3.0, "reader[reader] @  [127.0.0.1]", 5, "Quit", ""),
    ]
    found = [(each.account, each.kind, each.text) for each in statements.mariadb_entries(rows)]
    assert found == [
        ("reader", "login", "reader@127.0.0.1 on "),
        ("reader", "statement", "SHOW GRANTS"),
        ("reader", "logout", ""),
    ]


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("SELECT 1", "SELECT"),
        ("\n  (select 1)", "SELECT"),
        ("-- a remark\nSET a = 1", "SET"),
        ("/* SELECT */ DELETE FROM t", "DELETE"),
        ("WITH gone AS (DELETE FROM t RETURNING 1) SELECT * FROM gone", "WITH"),
        ("SELECT a FROM t FOR UPDATE", "SELECT and more"),
        ("SELECT a FROM t FOR NO KEY UPDATE", "SELECT and more"),
        ("SELECT a INTO b FROM t", "SELECT and more"),
        ("SELECT a FROM t LOCK IN SHARE MODE", "SELECT and more"),
        ("""SELECT 'FOR UPDATE', "INTO", `for share` FROM t""", "SELECT"),
        ("KILL QUERY 7", "KILL"),
        ("", ""),
    ],
)
def test_what_a_statement_does_is_said_by_its_first_word_and_by_what_locks(statement: str, word: str) -> None:
    assert statements.first_word(statement) == word


def test_sessions_at_a_time_are_counted() -> None:
    kinds = [(1, "login"), (1, "logout"), (2, "login"), (3, "login"), (2, "logout"), (4, "login")]
    assert statements.most_at_a_time(Entry(session, "", 0.0, kind) for session, kind in kinds) == 2


@pytest.mark.parametrize("longest", [12, 63])
def test_hostile_names_are_different_fit_and_come_again(longest: int) -> None:
    def fits(name: str) -> bool:
        return len(name.encode()) <= longest

    found = list(islice(hostile.names(1, fits), 400))
    assert found == list(islice(hostile.names(1, fits), 400))
    assert found != list(islice(hostile.names(2, fits), 400))
    assert len({"".join(letter for letter in name if letter in "0123456789") for name in found}) > 300
    assert len(set(found)) == 400
    assert all(fits(name) and "\0" not in name for name in found)
    assert max(len(name.encode()) for name in found) == longest


def test_hostile_names_can_do_without_letters_beyond_the_first_plane() -> None:
    found = list(islice(hostile.names(1, lambda name: len(name) <= 64, beyond=False), 400))
    assert max(ord(letter) for name in found for letter in name) < 0x10000
    together = "".join(found)
    assert all(sign in together for sign in "'\"`%\\\n[]{};.\u202e\u200b")


def test_a_line_breaks_at_the_byte_that_was_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_talk, args=(server,), daemon=True).start()
        with proxy(server.getsockname()[1]) as way:
            assert _heard(way.port) == b"x" * 100
            assert way.passed == 100
            way.break_at(30, Break.CUT)
            assert _heard(way.port) == b"x" * 30
            assert way.has_broken
            way.break_at(30, Break.RESET)
            with pytest.raises(ConnectionResetError):
                _heard(way.port)
            done = threading.Event()
            way.break_at(30, Break.ACT, done.set)
            assert _heard(way.port) == b"x" * 100
            assert done.is_set()
            way.break_at(30, Break.SILENCE)
            with pytest.raises(TimeoutError):
                _heard(way.port, 0.2)


def _talk(server: socket.socket) -> None:
    for _ in range(5):
        line, _ = server.accept()
        with line:
            line.sendall(b"x" * 100)


def _heard(port: int, seconds: float = 5) -> bytes:
    heard = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
        while piece := line.recv(1000):
            heard += piece
    return heard


def test_transactions_are_counted_in_the_slice_in_which_they_end() -> None:
    turns = [("alone", 0.0, 2.0), ("plain", 3.0, 4.0), ("alone", 5.0, 7.0), ("plain", 8.0, 9.0)]
    ends = [(0.5, 1.0), (1.5, 3.0), (2.5, 99.0), (3.5, 9.0), (6.0, 5.0), (8.2, 7.0), (8.9, 7.0), (9.0, 99.0)]
    found = load._sorted_out(turns, ends)
    assert (found["alone"].done, found["alone"].seconds, found["alone"].waits) == ([2, 1], [2.0, 2.0], ([1, 3], [5]))
    assert found["alone"].rates == [0.75, 1.0, 0.5]
    assert (found["plain"].done, found["plain"].waits) == ([1, 2], ([9.0], [7.0, 7.0]))
