"""Routes of an agency's own report × every role, written by hand; ``{cycle}`` is Social Services', just opened."""

from tests.support.matrix import INSIDERS, OFFICE, Change, Page

#: Who reads reports; who answers for the agency; who may sign for it.
READS = (*OFFICE, "officer", "deputy", "head", "auditor")
ANSWERS = ("officer", "deputy")
SIGNS_FOR = ("officer", "head")

GETS: dict[str, Page] = {
    "inventory.index": Page("/inventory", INSIDERS, but={"foil": 403}),
    "inventory.show": Page("/inventory/{cycle}", READS, foreign=404),
    "inventory.task": Page("/inventory/{cycle}/tasks/types", READS, foreign=404),
    "inventory.check": Page("/inventory/{cycle}/check", READS, foreign=404),
    "inventory_signing.sign_page": Page("/inventory/{cycle}/sign", ("officer",), foreign=404),
    "inventory_signing.signature_page": Page("/inventory/{cycle}/signature", SIGNS_FOR, foreign=404),
}
LIGHT: dict[str, Change] = {
    "inventory.say": Change(
        "/inventory/{cycle}/say",
        ANSWERS,
        foreign=404,
        data={"item": "access", "kind": "added", "text": "Caseworkers alone.", "expected": "0"},
    ),
    # What was seen was something else.
    "inventory.attest": Change(
        "/inventory/{cycle}/tasks/access/attest", ANSWERS, foreign=404, status=409, data={"holds": "yes", "digest": "x"}
    ),
    # Nobody has started it, and only who answers starts it.
    "inventory.move": Change(
        "/inventory/{cycle}/move", ANSWERS, foreign=404, data={"event": "started", "expected": "open"}
    ),
}
#: Nothing is ready: what they sign is not there.
WEIGHTY: dict[str, Change] = {
    "inventory_signing.sign": Change(
        "/inventory/{cycle}/sign", ("officer",), foreign=404, status=409, data={"content_hash": "none"}
    ),
    "inventory_signing.signature": Change(
        "/inventory/{cycle}/signature", SIGNS_FOR, foreign=404, status=409,
        data={"content_hash": "none", "capacity": "Commissioner", "signer": "Ada", "on": "2026-11-01", "filed": "A 1"},
    ),
}  # fmt: skip
