"""Notices in words: the same in e-mail, to the webhook and on the page. Names are made harmless, never trusted."""

from catalog.errors import SKIP_TEXT
from catalog.model import report_notices
from catalog.model.notice_views import NoticeLine
from catalog.model.notices import Notice, NoticeKind

#: What each kind is called, one of them and many.
KIND_TEXT: dict[NoticeKind, tuple[str, str]] = {
    NoticeKind.SOURCE_FAILED: ("source failed", "sources failed"),
    NoticeKind.SENSITIVE_TYPE: ("new sensitive finding", "new sensitive findings"),
    NoticeKind.QUIET_NIGHT: ("quiet night", "quiet nights"),
    NoticeKind.SET_ASIDE: ("dataset set aside", "datasets set aside"),
    NoticeKind.NEEDS_A_PERSON: ("thing needs a person", "things need a person"),
    NoticeKind.EXPORT_LIMIT: ("limit of exports reached", "limits of exports reached"),
    NoticeKind.LOCAL_SIGN_IN: ("sign-in by password", "sign-ins by password"),
    NoticeKind.REPORT_OPENED: ("inventory opened", "inventories opened"),
    NoticeKind.REPORT_DUE: ("report due", "reports due"),
    NoticeKind.REPORT_LATE: ("report late", "reports late"),
    NoticeKind.REPORT_RETURNED: ("report sent back", "reports sent back"),
    NoticeKind.DIVISION_ASKED: ("part of a report asked for", "parts of reports asked for"),
    NoticeKind.DIVISION_DUE: ("part of a report due", "parts of reports due"),
    NoticeKind.DIVISION_LATE: ("part of a report late", "parts of reports late"),
}
#: Keys of what needs a person begin so.
PAUSED, REMOVALS = "paused", "removals"
#: Keys of sign-ins by password begin so.
SIGNED_IN, CLOSED = "in", "closed"
_LONGEST = 120


def plain(name: str) -> str:
    """A name as one short line in which nothing acts: no control character, no direction, no address to click on."""
    shown = "".join(each if each.isprintable() else "�" for each in name[:_LONGEST])
    return (shown if len(name) <= _LONGEST else f"{shown}…").replace("://", ":/ /")


def sentence(line: NoticeLine) -> str:
    """What happened, in one sentence."""
    if line.notice.kind in report_notices.KINDS:
        return report_notices.sentence(line.notice, plain(line.agency.name) if line.agency else "an agency")
    return _of_sources(line)


def _of_sources(line: NoticeLine) -> str:
    source = f"“{plain(line.source.name)}”" if line.source else "a source"
    where = f"{source} of {plain(line.agency.name)}" if line.agency else source
    dataset = f"“{plain(line.dataset.name)}” in {where}" if line.dataset else where
    match line.notice.kind:
        case NoticeKind.SOURCE_FAILED:
            why = SKIP_TEXT[line.notice.reason] if line.notice.reason else "no reason was recorded"
            return f"The source {where} could not be read: {why}."
        case NoticeKind.SENSITIVE_TYPE:
            labels = ", ".join(kind.label for kind in line.types) or "sensitive information"
            return f"New in {dataset if line.dataset else f'many datasets of {where}'}: {labels}."
        case NoticeKind.QUIET_NIGHT:
            return f"Nothing was heard of the source {where} in its last window: no scan ended or looked at anything."
        case NoticeKind.SET_ASIDE:
            why = SKIP_TEXT[line.notice.reason] if line.notice.reason else "it could not be read"
            return f"The dataset {dataset} was set aside after three tries: {why}."
        case NoticeKind.NEEDS_A_PERSON:
            return _wanted(line.notice.key, where)
        case _:
            return _of_an_account(line.notice)


def _wanted(key: str, where: str) -> str:
    if key.startswith(PAUSED):
        return f"A scan of {where} has been paused for more than a day. Resume or cancel it."
    if key.startswith(REMOVALS):
        return f"Many datasets of {where} are no longer listed. They count as gone only when a person says so."
    return f"The source {where} needs a person."


def _of_an_account(notice: Notice) -> str:
    if notice.kind is NoticeKind.EXPORT_LIMIT:
        return "Somebody has asked for more rows as files than one person may take away within a day."
    what, account, *_ = notice.key.split(":")
    if what == CLOSED:
        return f"Passwords or codes that do not fit were tried on “{plain(account)}”, which is closed for a while."
    return f"Somebody signed in as “{plain(account)}” with a password and a code, not by single sign-on."


def path(line: NoticeLine) -> str:
    """Where in the application more is told."""
    notice = line.notice
    if notice.kind in report_notices.KINDS:
        return report_notices.path(notice)
    if notice.kind is NoticeKind.SENSITIVE_TYPE and notice.dataset_id is not None:
        return f"/datasets/{notice.dataset_id}"
    if notice.kind is NoticeKind.LOCAL_SIGN_IN:
        return "/people"
    if notice.kind is NoticeKind.EXPORT_LIMIT:
        return "/audit?action=refuse_export"
    return f"/runs/{notice.run_id}" if notice.run_id is not None else "/scans"
