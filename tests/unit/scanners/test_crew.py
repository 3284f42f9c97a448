import threading
from contextlib import suppress

from scanners.crew import Crew


def test_no_more_work_at_a_time_than_there_is_room_for() -> None:
    going, most, guard = 0, 0, threading.Lock()

    def work() -> None:
        nonlocal going, most
        with guard:
            going += 1
            most = max(most, going)
        threading.Event().wait(0.01)
        with guard:
            going -= 1

    with Crew(2) as crew:
        for source_id in range(8):
            crew.start(source_id, work)
    assert (going, most) == (0, 2)


def test_left_in_the_ordinary_way_it_waits_and_left_by_an_error_it_has_the_work_stop() -> None:
    with Crew(1) as crew:
        first, waiting = crew.start(1, lambda: crew.stopped.wait(0.05)), crew.start(2, lambda: "done")
        assert crew.is_at(1)
    assert (first.result(), waiting.result()) == (False, "done")
    assert not crew.is_at(1)
    with suppress(KeyboardInterrupt), Crew(1) as crew:
        first, waiting = crew.start(1, lambda: crew.stopped.wait(10)), crew.start(2, lambda: "done")
        raise KeyboardInterrupt
    assert first.result() is True
    assert waiting.cancelled()
