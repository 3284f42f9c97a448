"""Forms in which identifiers are written."""

import pytest

from catalog.taxonomy.loader import load
from scanners import forms
from scanners.looks import Look

WRITTEN = [
    ("DRIVER_LICENSE", "A{:012}"), ("BENEFIT_ID", "{:08}B"), ("BENEFIT_ID", "{:016}"), ("TAXPAYER_ID", "07-{:07}"),
    ("IMMIGRATION_ID", "R{:09}"), ("SOCIAL_MEDIA", "@maria_{}"), ("HEALTH_INFO", "M54.{}"), ("INCOME", "{}-40k"),
    ("ADDR_HOME", "APT {}B"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "written"), WRITTEN)
def test_a_form_is_known(code, written):
    found = {item.type_code: item for item in forms.written(Look(written.format(n) for n in range(10, 40)))}
    assert found[code].agreed == 30


def test_two_of_them_may_be_chance():
    assert not list(forms.written(Look(["@maria", "@james"] * 20)))


def test_words_and_plain_numbers_have_none():
    assert not list(forms.written(Look(["open", "closed", "12", "4711"] * 5)))


def test_every_form_speaks_of_a_type_of_the_taxonomy():
    assert {form.code for form in forms._forms()} <= set(load().types)
