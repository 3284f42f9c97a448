"""How a decision is answered: with the way on, as a browser without our script needs it or as our script asks."""

from collections.abc import Sequence

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

#: What our script says of itself: it keeps the form until it knows that what was decided is kept.
BY_SCRIPT = "X-Review"


def on(address: str, left_out: Sequence[str] = (), *, done: str = "") -> ResponseReturnValue:
    """Lead on to an address of ours.

    Parameters:
        left_out: what is to be said before, to a script alone: a browser without it was shown a page that says so.
        done: what was done all the same.
    """
    if is_by_script():
        return jsonify(to=address, left=list(left_out), done=done)
    return redirect(address, 303)


def is_by_script() -> bool:
    """Whether our script asks, which shows what went wrong beside the form."""
    return BY_SCRIPT in request.headers
