"""What people answered in the practice queue: never among decisions, and counted in nothing."""

from sqlalchemy import Connection, func, select

from catalog.model.review import PracticeAnswer
from catalog.store import rows
from catalog.store.review_schema import practice_answers


def latest_turn(connection: Connection, person_id: str) -> int:
    """The last turn in which somebody answered anything; 0 where in none."""
    statement = select(func.max(practice_answers.c.turn)).where(practice_answers.c.person_id == person_id)
    return connection.execute(statement).scalar_one() or 0


def of_turn(connection: Connection, person_id: str, turn: int) -> list[PracticeAnswer]:
    """What somebody answered in a turn, in order."""
    where = (practice_answers.c.person_id == person_id, practice_answers.c.turn == turn)
    return sorted(rows.find(connection, practice_answers, PracticeAnswer, *where), key=lambda one: one.id)


def keep(connection: Connection, answer: PracticeAnswer) -> None:
    """Keep an answer."""
    rows.add(connection, practice_answers, answer)
