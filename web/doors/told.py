"""From the claims of an identity provider to who somebody is here."""

from collections.abc import Mapping

from catalog.services.single_sign_on import Told
from catalog.settings import Settings
from web.doors.id_token import moment
from web.doors.refusals import Reason, SignInRefused

_MOST_GROUPS = 5000
_LONGEST_GROUP = 200
_LONGEST_ACCOUNT = 64
_LONGEST_NAME = 200


def of(claims: Mapping[str, object], more: Mapping[str, object], settings: Settings) -> Told:
    """Whom checked claims are about.

    Parameters:
        more: what was told besides the token, of the same subject.

    Raises:
        SignInRefused: when a claim is not of its kind.
    """
    both = {**more, **claims}
    return Told(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        account=_account(both, settings.oidc_account_claim),
        name=_name(both),
        groups=_groups(both.get(settings.oidc_groups_claim, [])),
        authenticated_at=moment(claims, "auth_time"),
    )


def _account(claims: Mapping[str, object], claim: str) -> str:
    account = claims.get(claim, "")
    if not isinstance(account, str) or len(account) > _LONGEST_ACCOUNT or not account.isprintable():
        raise SignInRefused(Reason.CLAIMS)
    # Whoever may write any address into their profile is not yet its owner (OpenID Connect Core, 5.7).
    return "" if claim == "email" and claims.get("email_verified") is not True else account


def _name(claims: Mapping[str, object]) -> str:
    name = claims.get("name")
    shown = "".join(one for one in name if one.isprintable()) if isinstance(name, str) else ""
    return shown.strip()[:_LONGEST_NAME]


def _groups(value: object) -> frozenset[str]:
    groups = [value] if isinstance(value, str) else value
    if not isinstance(groups, list) or len(groups) > _MOST_GROUPS:
        raise SignInRefused(Reason.CLAIMS)
    if not all(isinstance(one, str) for one in groups):
        raise SignInRefused(Reason.CLAIMS)
    return frozenset(one for one in groups if one.isprintable() and 0 < len(one) <= _LONGEST_GROUP)
