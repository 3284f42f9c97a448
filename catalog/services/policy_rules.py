"""What the CPO's policies add to the law, kept by the privacy office (§23-1203(4), (5), (6)): data, not built in."""

from catalog.errors import RequestError
from catalog.model.actors import Actor
from catalog.model.approval_views import RulePage
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import REVIEWERS, PolicyRule, RuleKind
from catalog.model.revisions import RecordKind
from catalog.services import access, contents, history, reconciling, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law


def every(actor: Actor, catalog: Catalog) -> tuple[PolicyRule, ...]:
    """All rules, those in force first, by kind and title."""
    access.require(actor, Action.READ_FLOWS)
    today = catalog.clock.now().date()
    with catalog.reading() as connection:
        known = law.every(connection, PolicyRule)

    def order(rule: PolicyRule) -> tuple[bool, int, str]:
        over = rule.to_on is not None and rule.to_on < today
        return over, list(RuleKind).index(rule.kind), rule.title.casefold()

    return tuple(sorted(known, key=order))


def one(actor: Actor, catalog: Catalog, rule_id: int) -> RulePage:
    """One rule, and the revision a change of it would be made from.

    Raises:
        NotFound: when there is none.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        rule = law.one(connection, PolicyRule, rule_id)
        if rule is None:
            raise access.nothing_here()
        return RulePage(rule, history.latest(connection, RecordKind.POLICY_RULE, rule_id))


def add(actor: Actor, catalog: Catalog, rule: PolicyRule) -> PolicyRule:
    """Record a rule.

    Raises:
        RequestError: when it is not whole: see :func:`revise`.
    """
    access.require(actor, Action.KEEP_CITY_REGISTER)
    _whole(catalog, rule)
    with catalog.changing(actor, "add_policy_rule", "policy_rule", rule.kind.value) as change:
        change.alone()
        stored = law.add(change.connection, rule)
        change.names(f"policy_rule:{stored.id}")
        said = contents.content_of(change.connection, stored)
        history.keep(change, actor, RecordKind.POLICY_RULE, stored.id, None, said)
        change.compare(None, stored)
        reconciling.touch(change, catalog, policies=True)
    return stored


def revise(actor: Actor, catalog: Catalog, rule: PolicyRule, *, reason: str, expected: int) -> PolicyRule:
    """Change a rule. Approvals in force that it now forbids are due for review when the dates are next looked at.

    Raises:
        Conflict: when it was changed since revision ``expected``.
        NotFound: when there is none.
        RequestError: when a title, a citation or, for a further review, who gives it is missing, its types or parties
            are none that are known, or its days are not in order.
    """
    access.require(actor, Action.KEEP_CITY_REGISTER)
    _whole(catalog, rule)
    with catalog.changing(actor, "revise_policy_rule", f"policy_rule:{rule.id}", rule.kind.value) as change:
        connection = change.connection
        before = rules.existing(connection, PolicyRule, rule.id, "Policy rule")
        said = contents.content_of(connection, before)
        history.open_record(change, RecordKind.POLICY_RULE, rule.id, None, said, expected)
        law.put(connection, rule)
        said = contents.content_of(connection, rule)
        history.keep(change, actor, RecordKind.POLICY_RULE, rule.id, None, said, reason)
        change.compare(before, rule)
        reconciling.touch(change, catalog, policies=True)
    return rule


def _whole(catalog: Catalog, rule: PolicyRule) -> None:
    thing = f"Policy rule {rule.title}".rstrip()
    if not rule.title.strip() or not rule.citation.strip():
        raise RequestError(thing, "its title or citation is missing", "Say what it is called, and where it stands.")
    further = rule.kind is RuleKind.NOT_ROUTINE
    if further != (rule.second_reviewer is not None) or (further and rule.second_reviewer not in REVIEWERS):
        cause = "a further review, and that alone, names who gives it"
        raise RequestError(thing, cause, "Choose the CPO, the privacy office or the head of the agency.")
    if not set(rule.party_kinds) <= {kind.value for kind in PartyKind}:
        raise RequestError(thing, "it names a kind of party that there is not", "Choose among those there are.")
    rules.types_exist(catalog, rule.type_codes)
    rules.in_order(thing, ("its first day", rule.from_on), ("its last day", rule.to_on))
