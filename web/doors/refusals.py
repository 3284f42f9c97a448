"""Why a sign-in at the identity provider did not count: one word for the log, one sentence for the person."""

from enum import StrEnum

from catalog.errors import NotAllowed


class Reason(StrEnum):
    """What did not hold. The word is logged and not shown: an attacker would learn from it."""

    ANSWER = "answer"
    STATE = "state"
    ENDED = "ended_there"
    CODE = "code"
    FORM = "form"
    HEADER = "header"
    ALGORITHM = "algorithm"
    KEY = "key"
    SIGNATURE = "signature"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    SUBJECT = "subject"
    NONCE = "nonce"
    TIME = "time"
    ACCESS_TOKEN = "access_token"  # noqa: S105  # a reason, not a token
    NOT_FRESH = "not_fresh"
    CLAIMS = "claims"
    ACCOUNT = "account"


_CAUSES = {
    Reason.STATE: "it was begun in another browser, too long ago, or is done already",
    Reason.ENDED: "the identity provider did not sign you in",
    Reason.NOT_FRESH: "the identity provider did not ask you anew who you are",
}
_NOT_TRUSTED = "what came back from the identity provider could not be trusted"


class SignInRefused(NotAllowed):
    """What came from the identity provider, or claims to, does not count."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(
            "This sign-in",
            _CAUSES.get(reason, _NOT_TRUSTED),
            "Begin again on the sign-in page. If it happens again, give the reference number to the privacy office.",
        )
        self.reason = reason
