"""The inventory in other conventions, held against what their makers publish. Nothing of theirs is kept here.

Fetch it, and say where it is:

- ``DCAT_US_SCHEMA``: the folder ``jsonschema`` of the repository GSA/dcat-us (the drafts in DOI-DO/dcat-us, where it
  began, are another format: there, keywords are one text and identifiers a list);
- ``DPV_VOCABULARY``: the folder of an edition in the repository w3c/dpv, such as ``2.3``.

The demo city's register, and the small city of the tests for what is published. What is not said where it is, is told
as not looked at, and not kept.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import rdflib

from benchmarks.proof import Proof
from catalog.demo import city, register
from catalog.model.actors import Actor
from catalog.services import conventions, setup, sources
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support import city as cities

_VOCABULARIES = ("dpv/dpv.ttl", "pd/pd.ttl", "sector/publicservices/sector-publicservices.ttl")
_OURS = ("https://w3id.org/dpv", "https://w3id.org/dpv/pd")


def proofs() -> Iterator[Proof]:
    """DCAT-US against its schema; DPV against its vocabulary, read as linked data by a library of others."""
    with tempfile.TemporaryDirectory(prefix="conventions-") as name:
        small = cities.build(Path(name) / "small").catalog
        # One of its agencies has no e-mail address: what the convention cannot have is left out, and counted.
        sources.add_agency(
            cities.ADMIN, small, replace(cities.agency("DSS", "Department of Social Services"), contact="")
        )
        yield _dcat_us(small, cities.ADMIN)
        small.close()
        large = _demo(Path(name))
        yield from _dpv(large)
        yield _gdpr(large)
        large.close()


def _demo(folder: Path) -> Catalog:
    city.build(folder / "sources")
    catalog = setup.init(Settings(data_dir=folder / "catalog"))
    register.register_sources(catalog, folder / "sources")
    register.register_records(catalog)
    return catalog


def _dcat_us(catalog: Catalog, actor: Actor) -> Proof:
    what, target = "DCAT-US 3.0 against the schema of GSA/dcat-us", "0 faults"
    place = os.environ.get("DCAT_US_SCHEMA")
    if not place:
        return Proof(what, "not looked at: DCAT_US_SCHEMA is not set", target, kept=False)
    # Read back, so that what is judged is what a file holds.
    taken = conventions.export(actor, catalog, "dcat_us")
    data = json.loads(json.dumps(taken.data))
    faults = list(jsonschema.Draft202012Validator(_schema(Path(place))).iter_errors(data))
    for one in faults:
        print("   ", "/".join(map(str, one.absolute_path)), one.message[:200])
    figure = (
        f"{len(faults)} faults in {len(data['dataset'])} datasets, {taken.left_out} left out for want of an address"
    )
    return Proof(what, figure, target, kept=not faults and bool(data["dataset"]) and bool(taken.left_out))


def _schema(folder: Path) -> dict[str, Any]:
    """The definitions in one schema."""
    parts = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((folder / "definitions").glob("*.json"))}
    by_lower = {name.lower(): name for name in parts}
    whole = {name: _within(part, name, by_lower) for name, part in parts.items()}
    return {"$ref": "#/$defs/Catalog", "$defs": whole}


def _within(part: Any, name: str, known: dict[str, str]) -> Any:
    """A definition with its references pointing into the one schema; one to what there is not allows anything."""
    if isinstance(part, list):
        return [_within(each, name, known) for each in part]
    if not isinstance(part, dict):
        return part
    if isinstance(part.get("$ref"), str):
        wanted = re.split(r"[/#]", part["$ref"])[-1].removesuffix(".json").lower() or name.lower()
        return {"$ref": f"#/$defs/{known[wanted]}"} if wanted in known else {}
    return {key: _within(each, name, known) for key, each in part.items() if key not in {"$id", "$schema"}}


def _dpv(catalog: Catalog) -> Iterator[Proof]:
    what = "terms of the Data Privacy Vocabulary in the register's export that it does not have"
    place = os.environ.get("DPV_VOCABULARY")
    if not place:
        yield Proof(what, "not looked at: DPV_VOCABULARY is not set", "0", kept=False)
        return
    known = rdflib.Graph()
    for name in _VOCABULARIES:
        known.parse(Path(place) / name)
    taken = conventions.export(local_administrator(), catalog, "dpv")
    graph = rdflib.Graph().parse(data=json.dumps(taken.data), format="json-ld")
    used = {term for triple in graph for term in triple if str(term).startswith(_OURS)}
    unknown = sorted(str(term) for term in used if (term, None, None) not in known)
    print("   ", *unknown)
    edition = Path(place).resolve().name
    yield Proof(f"{what} ({edition})", f"{len(unknown)} of {len(used)}", "0", kept=not unknown and bool(used))
    processes = len(set(graph.subjects(rdflib.RDF.type, rdflib.URIRef("https://w3id.org/dpv#Process"))))
    figure = f"{processes} of {len(taken.lines)}"
    yield Proof("activities that are read back as dpv:Process", figure, "all", kept=processes == len(taken.lines))


def _gdpr(catalog: Catalog) -> Proof:
    """Article 30(1) has no schema: each record answers each of its letters, if only that nobody recorded it."""
    letters = (
        *("controller", "purposes", "categories_of_data_subjects", "categories_of_personal_data"),
        *("categories_of_recipients", "transfers_to_third_countries", "time_limits_for_erasure", "security_measures"),
    )
    records = conventions.export(local_administrator(), catalog, "gdpr_30").data["records"]
    lacking = sum(not record.get(letter) for record in records for letter in letters)
    figure = f"{lacking} in {len(records)} records"
    return Proof("letters of GDPR article 30(1) without an answer", figure, "0", kept=not lacking and bool(records))
