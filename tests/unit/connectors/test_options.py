"""What is said of an option that cannot be used."""

import pytest

from catalog import keys
from catalog.errors import SourceError
from connectors.options import Options


@pytest.mark.parametrize("reference", ["env:S3cretWord", "file:S3cret-Word!", "keyring:S3cret/Word", "S3cret"])
def test_a_secret_pasted_where_its_place_belongs_is_not_repeated_and_its_option_is_named(reference: str) -> None:
    options = Options.of("PostgreSQL source", {"password": reference}, required=(), optional=("password",))
    with pytest.raises(SourceError, match="the option password refers to cannot be had: Secret") as caught:
        options.secret("password", keys.resolve)
    told = f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    assert "S3cret" not in told
    assert "Word" not in told
