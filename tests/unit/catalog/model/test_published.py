"""What published datasets go by tells neither their number nor how many there are."""

from catalog.model.published import address


def test_an_address_is_known_to_who_holds_the_key_alone() -> None:
    ours, theirs = b"k" * 32, b"l" * 32
    numbers = range(1, 2000)
    given = [address(ours, number) for number in numbers]
    assert given == [address(ours, number) for number in numbers]
    assert len(set(given)) == len(given)
    assert set(given).isdisjoint(address(theirs, number) for number in numbers)
    assert given != sorted(given)
    assert {len(one) for one in given} == {16}
