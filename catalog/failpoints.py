"""Places at which this program can be made to die, so that it can be proved that nothing is lost there.

Every change of the catalog has two: ``<action>.written``, before its transaction ends, and ``<action>.committed``,
after it. Search has ``index.written``, before what was indexed is crossed off.
"""

import os
import signal

from catalog.settings import environment

VARIABLE = "FAILPOINT_OF_PRIVACY_CATALOG"
"""The environment variable that names a place, with how often it is passed before: ``record_result.written:3``."""

_name, _, _times = environment().get(VARIABLE, "").partition(":")
_left = {_name: int(_times or 0)} if _name else {}


def reached(name: str) -> None:
    """Die here, if this place was named."""
    if name not in _left:
        return
    if _left[name] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    _left[name] -= 1
