"""Renditions of a frozen report: what they were when it was submitted, and whether they come out the same now."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from catalog import documents
from catalog.errors import RequestError, SettingsError
from catalog.model.frozen_reports import Check, Format, FrozenReport, Rendition, RenditionCheck
from catalog.model.report_content import public
from catalog.model.report_said import ReportContent, SaidSignature
from catalog.services import report_contents

#: What the audit log calls what could not be made.
_NOT_MADE = "not_made="


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a report: the renditions to keep, and the formats that cannot be made on this machine."""

    kept: tuple[Rendition, ...]
    missing: tuple[Format, ...]

    @property
    def lacking(self) -> str:
        """What is lacking, for the audit log; nothing where nothing is."""
        return f" {_NOT_MADE}{','.join(one.value for one in self.missing)}" if self.missing else ""


def not_made(detail: str) -> tuple[Format, ...]:
    """The formats that an entry of the audit log says could not be made."""
    _, found, told = detail.partition(f" {_NOT_MADE}")
    return tuple(Format(one) for one in told.split(",")) if found else ()


def make(frozen: FrozenReport, content: ReportContent, signatures: Sequence[SaidSignature]) -> Made:
    """Every rendition of a report, whole and as the public has it."""
    kept, missing = [], []
    for format, is_public in _every():  # noqa: A001  # what it is called everywhere
        data = _made(content, signatures, format, is_public=is_public)
        if data is None:
            missing.append(format)
            continue
        digest, made_by = hashlib.sha256(data).hexdigest(), documents.RENDERER[format]
        kept.append(Rendition(frozen.id, format, is_public, digest, len(data), made_by))
    return Made(tuple(kept), tuple(dict.fromkeys(missing)))


def check(
    frozen: FrozenReport,
    kept: Sequence[Rendition],
    signatures: Sequence[SaidSignature],
    *,
    is_submitted: bool,
    not_kept: Collection[Format],
) -> tuple[RenditionCheck, ...]:
    """Make every rendition again, and say whether it is what was kept of it.

    Parameters:
        not_kept: the formats of which nothing was kept when it was submitted, as the audit log has it.
    """
    was = {(one.format, one.public): one for one in kept}
    lacking = {one: _lacking(one, not_kept) if is_submitted else Check.NOT_SUBMITTED for one in Format}
    try:
        content = report_contents.decode(frozen.content)
    except RequestError:  # somebody changed it: nothing can be made of it
        content = None
    return tuple(
        _check(was.get((format, is_public)), content, signatures, format, is_public=is_public, lacking=lacking[format])
        for format, is_public in _every()  # noqa: A001  # what it is called everywhere
    )


def _lacking(format: Format, not_kept: Collection[Format]) -> Check:  # noqa: A002  # what it is called everywhere
    return Check.NOT_KEPT if format in not_kept else Check.GONE


def _check(
    was: Rendition | None,
    content: ReportContent | None,
    signatures: Sequence[SaidSignature],
    format: Format,  # noqa: A002  # what it is called everywhere
    *,
    is_public: bool,
    lacking: Check,
) -> RenditionCheck:
    made_by = documents.RENDERER[format]
    if was is None:
        return RenditionCheck(format, is_public, lacking, "", made_by)
    return RenditionCheck(
        format, is_public, _found(was, content, signatures, is_public=is_public), was.renderer, made_by
    )


def _found(
    was: Rendition, content: ReportContent | None, signatures: Sequence[SaidSignature], *, is_public: bool
) -> Check:
    if content is None:
        return Check.DIFFERENT
    data = _made(content, signatures, was.format, is_public=is_public)
    if data is None:
        return Check.NOT_MADE
    if hashlib.sha256(data).hexdigest() == was.digest:
        return Check.SAME
    return Check.DIFFERENT if was.renderer == documents.RENDERER[was.format] else Check.OTHER_RENDERER


def _made(
    content: ReportContent,
    signatures: Sequence[SaidSignature],
    format: Format,  # noqa: A002  # what it is called everywhere
    *,
    is_public: bool,
) -> bytes | None:
    """The bytes of a rendition; None where what makes it is not installed here."""
    told = public(content) if is_public else content
    try:
        return documents.render(told, signatures, format, public=is_public)
    except SettingsError:
        return None


def _every() -> Iterator[tuple[Format, bool]]:
    return ((each, is_public) for each in Format for is_public in (False, True))
