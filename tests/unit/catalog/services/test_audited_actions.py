"""Every action that a service writes into the audit log is placed by hand, with whether its entry tells what was before
and what is after (:mod:`catalog.model.audit_actions`). A new one fails until it is placed.
"""

import ast
from collections.abc import Iterator

from benchmarks.house import ROOT
from catalog.model.audit import ANCHORING, RESTORED
from catalog.model.audit_actions import BARE, TELLING
from catalog.services.catalog import GOES_ON

NAMED = {"ANCHORING": ANCHORING, "RESTORED": RESTORED}
SERVICES = ROOT / "catalog" / "services"


def functions() -> Iterator[tuple[dict[str, ast.FunctionDef], ast.FunctionDef]]:
    """Each function of the services, with all those of its module by name."""
    for path in sorted(SERVICES.glob("*.py")):
        found = [n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.FunctionDef)]
        for one in found:
            yield {each.name: each for each in found}, one


def called(function: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id, node


def actions(function: ast.FunctionDef) -> Iterator[str]:
    """The actions that a function writes; a name stands for what the function gives it."""
    given = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    parameters = {argument.arg for argument in function.args.args}
    for name, call in called(function):
        if name not in {"changing", "_changing"} or function.name == name:
            continue
        argument = call.args[2 if name == "_changing" else 1]
        if isinstance(argument, ast.Name) and argument.id in parameters:
            continue  # whoever calls it is met themselves
        argument = given.get(argument.id, argument) if isinstance(argument, ast.Name) else argument
        words = [n.value for n in ast.walk(argument) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        yield from words or [NAMED.get(getattr(argument, "id", ""), "?")]


def tells(module: dict[str, ast.FunctionDef], function: ast.FunctionDef) -> bool:
    """Whether a function, or one of its module that it calls, says what moved."""
    helpers = [module[name] for name, _ in called(function) if name in module]
    return any(says(call) for each in (function, *helpers) for _, call in called(each))


def says(call: ast.Call) -> bool:
    """Whether this is ``change.tell`` or ``change.compare``."""
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return False
    return (function.value.id, function.attr) in {("change", "tell"), ("change", "compare")}


def test_every_action_is_placed_and_says_what_it_is_placed_to_say() -> None:
    written = [(action, tells(module, one)) for module, one in functions() for action in actions(one)]
    assert {action for action, does in written if does} == TELLING
    assert {action for action, does in written if not does} == BARE
    assert not TELLING & BARE


def test_nothing_that_changes_the_catalog_goes_on_where_the_log_was_cut_short() -> None:
    assert {"link_identity"} == GOES_ON & TELLING  # who comes in for the first time does so by it
