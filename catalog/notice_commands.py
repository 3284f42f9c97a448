"""``notices`` and ``metrics``: what is told without being asked, for timers and for whoever looks after them."""

import json
import sys

import click

from catalog.cli import answer, needs, opened, say
from catalog.errors import DeliveryError, RequestError
from catalog.model.notice_views import NoticeLine
from catalog.model.notice_words import sentence
from catalog.services import deliveries, metrics, notice_pages
from catalog.services import notices as noticing
from catalog.services.access import Action, local_administrator

as_json = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")


@click.group()
def notices() -> None:
    """Tell people what happened, and see what was told."""


@needs(Action.READ_RUNS)
@notices.command("list")
@as_json
def list_notices(*, as_json: bool) -> None:
    """List the latest notices, newest first."""
    page = notice_pages.page(local_administrator(), opened())
    rows = [_told(line) if as_json else _shown(line) for line in page.notices]
    answer(rows, as_json=as_json, title="Notices", empty="There is nothing to tell.")
    if not as_json and (page.waiting or page.given_up):
        say(f"Deliveries waiting: {len(page.waiting):,}, given up: {len(page.given_up):,}.")


@needs(Action.ADMINISTER)
@notices.command()
@click.option("--again", is_flag=True, help="Also what was given up.")
@as_json
def send(*, again: bool, as_json: bool) -> None:
    """Look for nights that said nothing, and deliver what waits. Run it by a timer of its own, every few minutes."""
    catalog = opened()
    noticed = noticing.look_around(local_administrator(), catalog)
    sent, heard = deliveries.make_round(local_administrator(), catalog, again=again)
    told = {"noticed": noticed, "sent": sent.sent, "failed": sent.failed, "given_up": sent.given_up, "heartbeat": heard}
    if as_json:
        say(json.dumps(told))
    else:
        say(f"{noticed:,} noticed, {sent.sent:,} sent, {sent.failed:,} to be tried again, {sent.given_up:,} given up.")
    if sent.failed or sent.given_up:
        sys.exit(DeliveryError.exit_code)


@needs(Action.ADMINISTER)
@notices.command()
@click.option("--to", metavar="ADDRESS", help="Send a letter that tells nothing to this address.")
@click.option("--webhook", is_flag=True, help="Send the webhook a notice of the kind trial.")
def test(to: str | None, *, webhook: bool) -> None:
    """Try whether notices arrive."""
    if not to and not webhook:
        raise RequestError("The trial", "nothing is to be tried", "Give --to ADDRESS, --webhook or both.")
    catalog = opened()
    if to:
        deliveries.try_mail(local_administrator(), catalog, to)
        say("The mail server has taken the letter. See whether it arrives.")
    if webhook:
        deliveries.try_webhook(local_administrator(), catalog)
        say("The webhook has taken the trial.")


@needs(Action.READ_AUDIT)
@click.command("metrics")
def metrics_command() -> None:
    """Print the figures for Prometheus, for its textfile collector."""
    click.echo(metrics.exposition(local_administrator(), opened()), nl=False)


def _told(line: NoticeLine) -> dict[str, object]:
    return {
        "at": line.notice.at.isoformat(),
        "kind": line.notice.kind.value,
        "agency": line.agency.id if line.agency else "",
        "source": line.source.name if line.source else "",
        "dataset": line.dataset.name if line.dataset else "",
        "types": list(line.notice.type_codes),
        "says": sentence(line),
    }


def _shown(line: NoticeLine) -> dict[str, object]:
    agency = line.agency.acronym or line.agency.id if line.agency else ""
    return {"at": f"{line.notice.at:%Y-%m-%d %H:%M}", "agency": agency, "says": sentence(line)}
