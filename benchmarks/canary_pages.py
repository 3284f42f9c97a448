"""``python -m benchmarks.canary_pages DATA_DIR FOLDER ROLE…``: every page and export of the application, as files.

A process of its own, so that what the application writes to its log and error output can be kept and searched too.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from catalog import logs
from catalog.model import published
from catalog.model.actors import AGENCY_ROLES, Role
from catalog.model.cycles import DivisionTask
from catalog.model.frozen_reports import Format
from catalog.model.report_form import Task
from catalog.model.report_views import CycleLine
from catalog.model.review_views import ItemView
from catalog.model.revisions import RecordKind
from catalog.services import (
    approval_pages,
    declared,
    division_answers,
    events,
    flow_templates,
    flows,
    law_records,
    measures,
    people,
    policy_rules,
    programmes,
    protocols,
    purposes,
    quarterly,
    recognisers,
    reconciling,
    register,
    register_pages,
    report_pages,
    requests,
    review_acts,
    review_pages,
    review_queue,
    scans,
    search,
    setup,
    sources,
)
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support.builders import a_programme, a_protocol, an_activity
from tests.support.recognisers import keep
from web.app import create_app

_SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_PER_PAGE = 500
#: Groups of which one column's own page is asked for.
_FEW = 8
_FORMATS = ("?format=csv", "?format=json", "?format=xlsx")


def fetch(data_dir: Path, folder: Path, roles: Sequence[Role]) -> int:
    """Ask for everything in these roles and write the answers below ``folder``; how many there were."""
    catalog = Catalog.open(Settings.load(data_dir=data_dir, open_sign_in=True))
    setup.mark_demonstration(local_administrator(), catalog)
    _add_people(catalog)
    _add_law(catalog)
    if not recognisers.sets(local_administrator(), catalog):
        keep(catalog, next(_datasets(catalog)), local_administrator())
    app = create_app(catalog)
    folder.mkdir(parents=True)
    addresses = list(_addresses(app, catalog))
    count = 0
    for role in roles:
        client = app.test_client()
        client.post("/sign-in", data={"person": f"canary-{role}"}, headers=_SAME_ORIGIN)
        for address in addresses:
            page = _kept(client, role, address, folder)
            count += page.status_code == 200
            if b"format=csv" in page.data:
                count += sum(_kept(client, role, address + form, folder).status_code == 200 for form in _FORMATS)
    catalog.close()
    return count


def _kept(client: FlaskClient, role: Role, address: str, folder: Path) -> TestResponse:
    answer = client.get(address)
    name = f"{role}{address}".replace("/", "~").replace("?", "!")
    (folder / name).write_bytes(str(answer.headers).encode() + answer.data)
    return answer


def _add_people(catalog: Catalog) -> None:
    known = {person.id for person, _, _ in people.offered(catalog)}
    for role in Role:
        if f"canary-{role}" not in known:
            agency = "A" if role in AGENCY_ROLES else None
            people.add_person(local_administrator(), catalog, f"canary-{role}", "Somebody", role, agency)


def _add_law(catalog: Catalog) -> None:
    """A programme, an approval and a collection that draws from every dataset, so that their pages show them all."""
    actor = local_administrator()
    if programmes.every(actor, catalog):
        return
    programme = law_records.add_programme(actor, catalog, a_programme("PROGRAM", "A"))
    protocol = register.add_protocol(actor, catalog, a_protocol("Approval", "A"))
    activity = an_activity("A", "Intake", programme_id=programme.id)
    everything = list(_datasets(catalog))
    register.add_activity(
        actor, catalog, activity, type_codes=["SSN"], dataset_ids=everything, protocol_ids=[protocol.id]
    )


def _addresses(app: Flask, catalog: Catalog) -> Iterator[str]:
    """Every address of every rule that shows something, with every argument there is."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield from _filled(rule, catalog)


def _filled(rule: Rule, catalog: Catalog) -> Iterator[str]:
    wanted = sorted(rule.arguments)
    for values in product(*(_known(name, rule.endpoint, catalog) for name in wanted)):
        path = rule.rule
        for name, value in zip(wanted, values, strict=True):
            path = re.sub(rf"<(?:\w+:)?{name}>", value, path)
        yield path


def _known(argument: str, endpoint: str, catalog: Catalog) -> Iterable[str]:
    """The values an argument of an address may have; one that is not known here has to be taught."""
    actor = local_administrator()
    if argument == "code":
        programme = endpoint.startswith("programmes.")
        return (
            [line.programme.code for line in programmes.every(actor, catalog)] if programme else catalog.taxonomy.types
        )
    known: dict[str, Callable[[], Iterable[int | str]]] = {
        "law": lambda: catalog.taxonomy.laws,
        "quarter": lambda: [line.quarter.key for line in quarterly.quarters(actor, catalog).lines],
        "account": lambda: [person.id for person, _, _ in people.offered(catalog)],
        "agency_id": lambda: ["A"],
        "act_id": lambda: [line.act.id for line in review_acts.mine(actor, catalog).lines],
        "activity_id": lambda: [line.view.activity.id for line in flows.find(actor, catalog).lines],
        "designation_id": lambda: [line.designation.id for line in approval_pages.queue(actor, catalog).lines],
        "difference_id": lambda: [line.difference.id for line in reconciling.find(actor, catalog).lines],
        "event_id": lambda: [line.event.id for line in events.events(actor, catalog).exigent],
        "violation_id": lambda: [line.violation.id for line in events.events(actor, catalog).violations],
        "rule_id": lambda: [rule.id for rule in policy_rules.every(actor, catalog)],
        "protocol_id": lambda: [line.protocol.id for line in protocols.every(actor, catalog).lines],
        "party_id": lambda: [line.party.id for line in register_pages.parties(actor, catalog)],
        "contract_id": lambda: [one.id for one in register_pages.choices(actor, catalog).contracts],
        "system_id": lambda: [line.system.id for line in declared.systems(actor, catalog)],
        "programme_id": lambda: [line.programme.id for line in programmes.every(actor, catalog)],
        "purpose_id": lambda: [line.purpose.id for line in purposes.library(actor, catalog)],
        "template_id": lambda: [line.template.id for line in flow_templates.every(actor, catalog)],
        "request_id": lambda: [line.request.id for line in requests.every(actor, catalog).lines],
        "kind": lambda: RecordKind,
        "record_id": lambda: [line.view.activity.id for line in flows.find(actor, catalog).lines],
        "period_to": lambda: [line.period_to.isoformat() for line in report_pages.rounds(actor, catalog)],
        "ending": lambda: [one.value for one in Format],
        "cycle_id": lambda: [line.cycle.id for line in _cycles(catalog)],
        "task": lambda: Task,
        "source_id": lambda: [one.id for one in sources.all_sources(actor, catalog)],
        "run_id": lambda: [line.run.id for line in scans.runs(actor, catalog)],
        "dataset_id": lambda: _datasets(catalog),
        "key": lambda: [line.key for line in review_queue.queue(actor, catalog, {}).lines],
        "column_id": lambda: [one.column.id for one in _waiting(catalog)],
        "type_code": lambda: {one.tag.type.code for one in _waiting(catalog)},
        "address": lambda: [published.address(catalog.names_key, number) for number in _datasets(catalog)],
        "measure_id": lambda: [line.measure.id for line in measures.every(actor, catalog)],
        "task_id": lambda: [one.id for line in _cycles(catalog) for one in _asked(catalog, line.cycle.id)],
        "set_id": lambda: [one.id for one in recognisers.sets(actor, catalog)],
    }
    return [str(value) for value in known[argument]()]


def _asked(catalog: Catalog, cycle_id: int) -> Iterable[DivisionTask]:
    return [line.task for line in division_answers.of_cycle(local_administrator(), catalog, cycle_id).lines]


def _cycles(catalog: Catalog) -> Iterator[CycleLine]:
    actor = local_administrator()
    for line in report_pages.rounds(actor, catalog):
        yield from report_pages.round_page(actor, catalog, line.period_to).cycles


def _waiting(catalog: Catalog) -> Iterator[ItemView]:
    actor = local_administrator()
    for line in review_queue.queue(actor, catalog, {}).lines[:_FEW]:
        yield review_pages.group(actor, catalog, line.key).shown


def _datasets(catalog: Catalog) -> Iterator[int]:
    actor = local_administrator()
    first = search.find(actor, catalog, "", per_page=_PER_PAGE)
    rest = (search.find(actor, catalog, "", page=at, per_page=_PER_PAGE) for at in range(2, first.pages + 1))
    return (line.dataset.id for page in (first, *rest) for line in page.datasets)


if __name__ == "__main__":
    logs.configure("DEBUG")
    print(fetch(Path(sys.argv[1]), Path(sys.argv[2]), [Role(word) for word in sys.argv[3:]]))
