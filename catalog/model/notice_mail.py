"""The one mail a person gets about all that waits for them, as plain text; and what the webhook is sent."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.model.notice_views import NoticeLine
from catalog.model.notice_words import KIND_TEXT, path, plain, sentence

#: Things told one by one in a mail; the rest is counted.
_MOST_TOLD = 40


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, not yet on its way. ``id`` is the same whenever it tells the same to the same person."""

    id: str
    to: str
    subject: str
    text: str
    at: datetime


def letter(person_id: str, to: str, lines: Sequence[NoticeLine], public_url: str, at: datetime) -> Letter:
    """One letter about these notices.

    Parameters:
        to: the person's address.
        public_url: where the web application is reached; no links where it is empty.
    """
    told = f"{person_id} {' '.join(str(line.notice.id) for line in lines)}"
    name = hashlib.sha256(told.encode()).hexdigest()[:32]
    return Letter(f"notices.{name}", to, subject(lines), _text(lines, public_url.rstrip("/")), at)


def trial(to: str, public_url: str, at: datetime) -> Letter:
    """A letter that tells nothing but that letters arrive."""
    text = "This letter was sent to try whether notices of Privacy Catalog arrive here. They do.\n"
    stamp = f"{at:%Y%m%d%H%M%S}"
    return Letter(
        f"trial.{stamp}", to, "Privacy Catalog: a trial", text + (f"\n{public_url}\n" if public_url else ""), at
    )


def subject(lines: Sequence[NoticeLine]) -> str:
    """How many of what; no name, so that nothing of anybody's making stands in a header."""
    counts = Counter(line.notice.kind for line in lines)
    told = [
        f"{count} {one if count == 1 else many}" for kind, (one, many) in KIND_TEXT.items() if (count := counts[kind])
    ]
    return f"Privacy Catalog: {', '.join(told)}"


def payload(line: NoticeLine, public_url: str) -> dict[str, Any]:
    """A notice as the webhook gets it."""
    notice = line.notice
    return {
        "schema": 1,
        "id": notice.id,
        "kind": notice.kind.value,
        "at": notice.at.isoformat(),
        "agency": {"id": line.agency.id, "name": line.agency.name} if line.agency else None,
        "source": {"id": line.source.id, "name": line.source.name} if line.source else None,
        "run": notice.run_id,
        "dataset": {"id": line.dataset.id, "name": line.dataset.name} if line.dataset else None,
        "types": [{"code": one.code, "label": one.label, "tier": one.tier.name.lower()} for one in line.types],
        "reason": notice.reason.value if notice.reason else None,
        "text": sentence(line),
        "link": f"{public_url.rstrip('/')}{path(line)}" if public_url else None,
    }


def _text(lines: Sequence[NoticeLine], public_url: str) -> str:
    parts = []
    by_agency: dict[str, list[NoticeLine]] = {}
    for line in lines[:_MOST_TOLD]:
        by_agency.setdefault(plain(line.agency.name) if line.agency else "The city", []).append(line)
    for name, its in sorted(by_agency.items()):
        parts.append(f"{name}\n" + "\n".join(_entry(line, public_url) for line in its))
    if len(lines) > _MOST_TOLD:
        parts.append(f"And {len(lines) - _MOST_TOLD:,} more.")
    if public_url:
        parts.append(f"All notices: {public_url}/notices")
    parts.append("Privacy Catalog tells names, counts and types, never a value of anybody's data.")
    return "\n\n".join(parts) + "\n"


def _entry(line: NoticeLine, public_url: str) -> str:
    when = f"{line.notice.at:%Y-%m-%d %H:%M} UTC"
    entry = f"- {when}: {sentence(line)}"
    return f"{entry}\n  {public_url}{path(line)}" if public_url else entry
