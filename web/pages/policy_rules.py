"""What the CPO's policies add to the law (§23-1203(4), (5), (6)): data that the privacy office keeps."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.actors import ROLE_TITLES, Role
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import REVIEWERS, PolicyRule, RuleKind
from catalog.model.register import Verb
from catalog.model.revisions import RecordKind
from catalog.services import policy_rules
from catalog.services.access import Action
from web import approval_lists, exports
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes

routes = Routes("policy_rules")


@routes.get("/policy-rules", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """All rules, those in force first."""
    rules = policy_rules.every(actor(), catalog())
    if exports.asked_for():
        return exports.answer(approval_lists.policy_rules(rules))
    return render_template(
        "pages/policy_rules.html", rules=rules, kinds=catalog().taxonomy.types, today=catalog().clock.now().date()
    )


@routes.get("/policy-rules/<int:rule_id>", Action.READ_FLOWS)
def show(rule_id: int) -> ResponseReturnValue:
    """One rule."""
    page = policy_rules.one(actor(), catalog(), rule_id)
    return render_template("pages/policy_rule.html", rule=page.rule, kinds=catalog().taxonomy.types)


@routes.get("/policy-rules/new", Action.KEEP_CITY_REGISTER)
def new() -> ResponseReturnValue:
    """A form to add one."""
    return _show(Form.of())


@routes.post("/policy-rules/new", Action.KEEP_CITY_REGISTER)
def add() -> ResponseReturnValue:
    """Add one."""

    def keep(form: Form) -> str:
        return _address(policy_rules.add(actor(), catalog(), _read(form, 0)).id)

    return kept(keep, _show)


@routes.get("/policy-rules/<int:rule_id>/edit", Action.KEEP_CITY_REGISTER)
def edit(rule_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(rule_id)


@routes.post("/policy-rules/<int:rule_id>/edit", Action.KEEP_CITY_REGISTER)
def revise(rule_id: int) -> ResponseReturnValue:
    """Change one."""

    def keep(form: Form) -> str:
        rule, reason, expected = _read(form, rule_id), form.line("reason", longest=500), form.number("expected")
        form.check()
        policy_rules.revise(actor(), catalog(), rule, reason=reason, expected=expected)
        return _address(rule_id)

    return kept(keep, lambda form: _edit(rule_id, form))


def _read(form: Form, rule_id: int) -> PolicyRule:
    rule = PolicyRule(
        id=rule_id,
        kind=form.choice("kind", RuleKind),
        title=form.line("title", needed=True),
        text=form.text("text"),
        citation=form.line("citation", needed=True),
        verb=form.choice_if_any("verb", Verb),
        party_kinds=form.many("party_kind", [kind.value for kind in PartyKind]),
        type_codes=form.many("type", catalog().taxonomy.types),
        second_reviewer=form.choice_if_any("second_reviewer", Role),
        from_on=form.day("from_on"),
        to_on=form.day_if_any("to_on"),
    )
    if rule.kind is RuleKind.NOT_ROUTINE and rule.second_reviewer is None and not form.errors:
        form.errors["second_reviewer"] = "Choose whose: a rule that something is not routine needs it."
    form.check()
    return rule


def _address(rule_id: int) -> str:
    return url_for("policy_rules.show", rule_id=rule_id)


def _show(form: Form) -> str:
    rules = url_for("policy_rules.index")
    return _page(form, Frame("Add a policy rule", [("Policy rules", rules)], rules, RecordKind.POLICY_RULE))


def _edit(rule_id: int, form: Form | None = None) -> str:
    page = policy_rules.one(actor(), catalog(), rule_id)
    now = page.rule
    form = form or Form.of(
        kind=now.kind, title=now.title, text=now.text, citation=now.citation, verb=now.verb,
        party_kind=now.party_kinds, type=now.type_codes, second_reviewer=now.second_reviewer,
        from_on=now.from_on, to_on=now.to_on,
    )  # fmt: skip
    crumbs = [("Policy rules", url_for("policy_rules.index")), (now.title, _address(rule_id))]
    title = f"Change “{now.title}”"
    return _page(form, Frame(title, crumbs, _address(rule_id), RecordKind.POLICY_RULE, rule_id, page.expected))


def _page(form: Form, frame: Frame) -> str:
    reviewers = [(role.value, ROLE_TITLES[role]) for role in REVIEWERS]
    kinds = catalog().taxonomy.types.values()
    return render_template("forms/policy_rule.html", form=form, frame=frame, reviewers=reviewers, kinds=kinds)
