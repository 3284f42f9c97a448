"""What a record of the register says, whole, in the form in which histories keep it and approvals are over it.

A reference stands as the number of what is meant and what it was called then. Only the number counts when contents are
compared: a party that is renamed changes no activity. Datasets stand by their number alone: what their source calls
them may be somebody's name, and is told by the holdings, or withheld.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from catalog.model.agreements import ActivityDeclaredSystem, Agreement, AgreementParty, Contract, DeclaredSystem
from catalog.model.events import Violation
from catalog.model.flow_templates import FlowTemplate, TemplateProtocol
from catalog.model.parties import Party
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Protocol
from catalog.store import law, register
from catalog.store.engine import Connection

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Content = Mapping[str, Any]
D = TypeVar("D", bound="DataclassInstance")

#: The fields that refer to another record, and to which kind.
_REFERENCES: Mapping[str, "type[DataclassInstance]"] = {
    "party_id": Party,
    "programme_id": Programme,
    "purpose_id": Purpose,
    "template_id": FlowTemplate,
    "mirror_of_id": Activity,
    "supersedes_id": Protocol,
    "rider_id": Protocol,
    "contract_id": Contract,
    "activity_id": Activity,
    "violation_id": Violation,
}


def content_of(connection: Connection, record: "DataclassInstance") -> dict[str, Any]:
    """What the fields of a record say; its own number is no content."""
    told = ((field.name, getattr(record, field.name)) for field in fields(record) if field.name != "id")
    return {name: _told(connection, name, value) for name, value in told}


def content_of_activity(connection: Connection, activity: Activity) -> dict[str, Any]:
    """What an activity says, involves, draws from and stands on."""
    joined = register.joined_of(connection, activity.id)
    papers = _named(connection, Protocol, joined.protocol_ids)
    links = {"types": list(joined.type_codes), "datasets": list(joined.dataset_ids), "protocols": papers}
    return content_of(connection, activity) | links


def content_of_protocol(connection: Connection, protocol: Protocol) -> dict[str, Any]:
    """What a protocol says; of an agreement also its terms, and whom it binds."""
    terms = law.one(connection, Agreement, protocol.id)
    content = content_of(connection, protocol)
    if terms is not None:
        bound = [link.party_id for link in law.where(connection, AgreementParty, protocol_id=protocol.id)]
        said = content_of(connection, terms)
        del said["protocol_id"]
        content |= said | {"parties": _named(connection, Party, bound)}
    return content


def content_of_programme(connection: Connection, programme: Programme) -> dict[str, Any]:
    """What a programme says, and which parties take part as what."""
    members = law.where(connection, ProgrammeMember, programme_id=programme.id)
    parts = {member.party_id: member.part for member in members}
    named = _named(connection, Party, parts)
    return content_of(connection, programme) | {"members": [{**one, "part": parts[one["id"]]} for one in named]}


def content_of_system(connection: Connection, system: DeclaredSystem) -> dict[str, Any]:
    """What is said of a system that nobody can scan, and the activities that work with it."""
    links = law.where(connection, ActivityDeclaredSystem, declared_system_id=system.id)
    activities = _named(connection, Activity, [link.activity_id for link in links])
    return content_of(connection, system) | {"activities": activities}


def content_of_template(connection: Connection, template: FlowTemplate) -> dict[str, Any]:
    """What a template says, and what flows made from it stand on."""
    papers = [link.protocol_id for link in law.where(connection, TemplateProtocol, template_id=template.id)]
    return content_of(connection, template) | {"protocols": _named(connection, Protocol, papers)}


_WHOLE: Mapping[type, Callable[[Connection, Any], dict[str, Any]]] = {
    Activity: content_of_activity,
    Protocol: content_of_protocol,
    Programme: content_of_programme,
    DeclaredSystem: content_of_system,
    FlowTemplate: content_of_template,
}


def whole(connection: Connection, record: "DataclassInstance") -> dict[str, Any]:
    """What a record of any kind says, with what it is joined with."""
    tell: Callable[[Connection, Any], dict[str, Any]] = _WHOLE.get(type(record), content_of)
    return tell(connection, record)


def read(kind: type[D], record_id: int, content: Content) -> D:
    """The record that said this."""
    names = {field.name for field in fields(kind)}
    said = {name: number(value) for name, value in content.items() if name in names}
    return TypeAdapter(kind).validate_json(json.dumps(said | {"id": record_id}))


def ids(content: Content, name: str) -> list[int]:
    """The numbers of what was joined under this name."""
    return [number(one) for one in content.get(name, ())]


def number(value: Any) -> Any:
    """The number of what a value refers to; any other value as it is."""
    return value["id"] if isinstance(value, dict) and "id" in value else value


def canonical(content: Content) -> str:
    """JSON in one form: keys in order, no blanks."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(content: Content) -> str:
    """SHA-256 of what the content says, whatever the things it refers to are called: equal contents have equal ones."""
    return hashlib.sha256(canonical({name: _bare(value) for name, value in content.items()}).encode()).hexdigest()


def _told(connection: Connection, name: str, value: object) -> object:
    if name in _REFERENCES and isinstance(value, int):
        return next(iter(_named(connection, _REFERENCES[name], [value])), None)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def _named(connection: Connection, kind: "type[DataclassInstance]", keys: Iterable[int]) -> list[dict[str, Any]]:
    found = ((key, law.one(connection, kind, key)) for key in sorted(set(keys)))
    return [{"id": key, "name": _title(one)} for key, one in found if one is not None]


def _title(record: object) -> str:
    return str(getattr(record, "title", "") or getattr(record, "name", ""))


def _bare(value: object) -> object:
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if isinstance(value, dict) and "id" in value:
        return {name: each for name, each in value.items() if name != "name"}
    return value
