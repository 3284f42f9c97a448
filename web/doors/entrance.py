"""The page with every way in that is open here."""

from flask import render_template, request

from web import proxy
from web.auth import cookie_name, local
from web.context import visitor
from web.doors import demo


def page(target: str, *, account: str = "", fault: str = "") -> str:
    """The ways in, or how signing in is set up.

    Parameters:
        target: where one wants to be led; only a page of ours counts.
        account: what was given as the account, to be kept in its field.
        fault: why the last try did not let anybody in.
    """
    told = proxy.vouched()
    return render_template(
        "pages/sign_in.html",
        doors=demo.doors(),
        target=local(target),
        by_proxy=told.account if told else "",
        account=account if account.isprintable() else "",  # what cannot stand in a page is not shown again
        fault=fault,
        has_ended=visitor() is None and not told and bool(request.cookies.get(cookie_name())),
    )
