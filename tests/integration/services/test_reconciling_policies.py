"""What the policies ask for beside the law, as lines; and lines written as each database takes them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import StoreError
from catalog.model.difference_views import DifferenceLine
from catalog.model.differences import Difference, Match, Reason
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.reconciliation import Doubt
from catalog.model.register import Verb
from catalog.services import flows, memberships, policy_rules, reconciling, register, sources
from catalog.services.catalog import Catalog
from catalog.store import bulk, rows
from catalog.store.difference_schema import differences
from catalog.store.engine import Connection
from tests.support import city as cities
from tests.support.builders import CPO, OPERATOR, a_catalog, an_activity, an_agency
from tests.support.city import City


@pytest.fixture
def own_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return cities.build(tmp_path_factory.mktemp("own"))


def lines(catalog: Catalog) -> dict[str, DifferenceLine]:
    return {line.difference.key: line for line in reconciling.find(CPO, catalog, per_page=500).lines}


def test_a_rule_of_the_policies_asks_for_an_agreement_at_once(own_city: City) -> None:
    catalog = own_city.catalog
    university = flows.flow(CPO, catalog, own_city.law.study).line.view.party
    assert university is not None
    told = an_activity("DSS", "Lists for a study", verb=Verb.DISCLOSURE, party_id=university.id)
    lists = register.add_activity(CPO, catalog, told, type_codes=["RACE"]).id
    key = f"a:{lists}:agreement"
    assert key not in lines(catalog)
    kind = RuleKind.ROUTINE_NEEDS_AGREEMENT
    rule = PolicyRule(0, kind, "Origin", "", "Policies 2025, 4.2", None, (), ("RACE",), None, date(2025, 1, 1), None)
    rule = policy_rules.add(CPO, catalog, rule)
    line = lines(catalog)[key]
    assert (line.match, line.difference.reason) == (Match.NO_AGREEMENT, Reason.POLICY_ASKS_AGREEMENT)
    assert (line.why.section, line.why.citations) == ("§23-1203(4)", ("Policies 2025, 4.2",))
    (concern,) = (one for one in flows.flow(CPO, catalog, lists).line.concerns if one.doubt is Doubt.NO_AGREEMENT)
    assert concern.citations == ("Policies 2025, 4.2",)
    moved = reconciling.run(OPERATOR, catalog)
    assert (moved.new, moved.gone, moved.moved) == (0, 0, 0)
    expected = policy_rules.one(CPO, catalog, rule.id).expected
    over = replace(rule, to_on=catalog.clock.now().date() - timedelta(1))
    policy_rules.revise(CPO, catalog, over, reason="It is over", expected=expected)
    assert key not in lines(catalog)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_many_lines_are_written_as_they_are_read_and_refused_without_a_word_of_them(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    cluster = request.getfixturevalue("postgres_cluster") if database == "postgresql" else ""
    catalog = a_catalog(tmp_path, cluster=cluster)
    sources.add_agency(OPERATOR, catalog, an_agency("dso", "Department of Shelter"))
    first = Difference(
        0, "k\t1", "dso", Match.NO_AGREEMENT, None, None, "RACE", None, ("NAME",), (), confirmed=True, columns=2,
        bound=None, rank=3.5, facts="x\\y", since=catalog.clock.now(), reason=Reason.NO_DATA_NAMED,
        day=date(2026, 1, 2),
    )  # fmt: skip
    second = replace(first, key="k2", types=(), bound=0.003, day=None, confirmed=False, type_code=None)
    catalog.note(lambda connection: bulk.add(connection, differences, [first, second]))
    with catalog.reading() as connection:
        found = rows.find(connection, differences, Difference)
    assert [replace(one, id=0) for one in found] == [first, second]
    with pytest.raises(StoreError) as refused:
        catalog.note(lambda connection: bulk.add(connection, differences, [replace(second, key="k3"), first]))
    assert "k\t1" not in str(refused.value)
    with catalog.reading() as connection:
        assert len(rows.find(connection, differences, Difference)) == 2
    catalog.close()


def test_of_many_edits_together_suggestions_are_derived_once_and_before_the_lines(
    own_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, done = own_city.catalog, []
    derive, renew = memberships.suggest, reconciling._renew

    def derived(connection: Connection, here: Catalog, ids: Collection[int]) -> None:
        done.append(("suggest", set(ids)))
        derive(connection, here, ids)

    def renewed(*given: Any) -> object:
        done.append(("renew", own_city.clients in given[3]))
        return renew(*given)

    monkeypatch.setattr(memberships, "suggest", derived)
    monkeypatch.setattr(reconciling, "_renew", renewed)
    with catalog.together() as joined:
        for number in range(3):
            new = an_activity("DSS", f"New {number}")
            register.add_activity(CPO, joined, new, type_codes=["NAME"], dataset_ids=[own_city.clients])
        assert not done
    assert done == [("suggest", {own_city.clients}), ("renew", True)]
    register.add_activity(CPO, catalog, an_activity("DSS", "Alone"), type_codes=[], dataset_ids=[own_city.visits])
    assert done[2] == ("suggest", {own_city.visits})
