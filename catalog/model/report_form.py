"""The agency report of §23-1205: the elements that the law asks for, and the tasks in which an officer answers them.

The statutory element is the key of everything; what a form calls it is data (``taxonomy/data/report/form.toml``), for
the city's form changes more often than the law. Source: §23-1205(a) of the Administrative Code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """A part of the report that is answered in one sitting; in the order of the list of tasks."""

    TYPES = "types"
    CLASSIFIED = "classified"
    POLICIES = "policies"
    AGREEMENTS = "agreements"
    ENTITIES = "entities"
    PURPOSES = "purposes"
    IMPACT = "impact"
    ACCESS = "access"
    CONTRACTORS = "contractors"


class Element(StrEnum):
    """A thing that a report says; in the order in which reports say it."""

    TYPES = "types"
    WHY_COLLECT = "why_collect"
    RETENTION = "retention"
    CLASSIFIED = "classified"
    CPO_APPROVED = "cpo_approved"
    REQUEST_POLICY = "request_policy"
    PROPOSAL_POLICY = "proposal_policy"
    EXIGENT_POLICY = "exigent_policy"
    DIVISIONS = "divisions"
    ACCESS = "access"
    MINIMISING = "minimising"
    AGREEMENTS = "agreements"
    ENTITIES = "entities"
    IMPACT_LAW = "impact_law"
    IMPACT_POLICY = "impact_policy"
    CONTRACTORS = "contractors"


class Filling(StrEnum):
    """How an element is answered: filled from the records, drafted from them, or in people's words alone."""

    FILLED = "filled"
    DRAFTED = "drafted"
    HUMAN = "human"


CITES: Mapping[Element, str] = {
    Element.TYPES: "§23-1205(a)(1)(a)",
    Element.WHY_COLLECT: "§23-1205(a)(1)(f)",
    Element.RETENTION: "§23-1205(a)(1)(f)",
    Element.CLASSIFIED: "§23-1205(a)(1)(b)",
    Element.CPO_APPROVED: "§23-1205(a)(1)(b)",
    Element.REQUEST_POLICY: "§23-1205(a)(1)(c)(1)",
    Element.PROPOSAL_POLICY: "§23-1205(a)(1)(c)(2)",
    Element.EXIGENT_POLICY: "§23-1205(a)(1)(c)(3)",
    Element.DIVISIONS: "§23-1205(a)(1)(c)(4)",
    Element.ACCESS: "§23-1205(a)(4)",
    Element.MINIMISING: "§23-1205(a)(3)",
    Element.AGREEMENTS: "§23-1205(a)(1)(d)",
    Element.ENTITIES: "§23-1205(a)(1)(e)",
    Element.IMPACT_LAW: "§23-1205(a)(2)",
    Element.IMPACT_POLICY: "§23-1205(a)(2)",
    Element.CONTRACTORS: "§23-1205(a)",
}
FILLINGS: Mapping[Element, Filling] = {
    Element.TYPES: Filling.FILLED,
    Element.WHY_COLLECT: Filling.DRAFTED,
    Element.RETENTION: Filling.FILLED,
    Element.CLASSIFIED: Filling.FILLED,
    Element.CPO_APPROVED: Filling.FILLED,
    Element.REQUEST_POLICY: Filling.HUMAN,
    Element.PROPOSAL_POLICY: Filling.HUMAN,
    Element.EXIGENT_POLICY: Filling.DRAFTED,
    Element.DIVISIONS: Filling.FILLED,
    Element.ACCESS: Filling.HUMAN,
    Element.MINIMISING: Filling.DRAFTED,
    Element.AGREEMENTS: Filling.FILLED,
    Element.ENTITIES: Filling.DRAFTED,
    Element.IMPACT_LAW: Filling.HUMAN,
    Element.IMPACT_POLICY: Filling.HUMAN,
    Element.CONTRACTORS: Filling.FILLED,
}
ELEMENTS: Mapping[Task, tuple[Element, ...]] = {
    Task.TYPES: (Element.TYPES,),
    Task.CLASSIFIED: (Element.CLASSIFIED, Element.CPO_APPROVED),
    Task.POLICIES: (Element.REQUEST_POLICY, Element.PROPOSAL_POLICY, Element.EXIGENT_POLICY, Element.DIVISIONS),
    Task.AGREEMENTS: (Element.AGREEMENTS,),
    Task.ENTITIES: (Element.ENTITIES,),
    Task.PURPOSES: (Element.WHY_COLLECT, Element.RETENTION),
    Task.IMPACT: (Element.IMPACT_LAW, Element.IMPACT_POLICY, Element.MINIMISING),
    Task.ACCESS: (Element.ACCESS,),
    Task.CONTRACTORS: (Element.CONTRACTORS,),
}
TASK_TEXT: Mapping[Task, str] = {
    Task.TYPES: "Types of identifying information",
    Task.CLASSIFIED: "Collections and disclosures, and how they are approved",
    Task.POLICIES: "Policies on requests, proposals, exigent and routine disclosures; who discloses",
    Task.AGREEMENTS: "Agreements on present and future use",
    Task.ENTITIES: "Who asks, why we disclose, how it serves the mission",
    Task.PURPOSES: "Why collecting and keeping serves the mission",
    Task.IMPACT: "Impact of the law and of policies; minimizing",
    Task.ACCESS: "Access by employees and contractors",
    Task.CONTRACTORS: "Contractors and subcontractors",
}


def task_of(element: Element) -> Task:
    """The task in which an element is answered."""
    return next(task for task, elements in ELEMENTS.items() if element in elements)


#: Whom the law asks for a policy on each (§23-1205(a)(1)(c)(1), (2)).
COUNTERPARTS: Mapping[str, str] = {
    "city_agencies": "Other city agencies",
    "authorities": "Local public authorities and local public benefit corporations",
    "third_parties": "Third parties",
}
#: What people alone can say, by the last part of its key, as it is called where the form calls it nothing else.
HUMAN_ITEMS: Mapping[Element, Mapping[str, str]] = {
    Element.REQUEST_POLICY: COUNTERPARTS,
    Element.PROPOSAL_POLICY: COUNTERPARTS,
    Element.EXIGENT_POLICY: {"policy": "Classifying disclosures as exigent or routine"},
    Element.ACCESS: {
        "necessary": "Access has to be necessary for somebody's duties",
        "minimized": "Access is kept to the least that is needed",
        "text": "How access is decided and kept small",
    },
    Element.IMPACT_LAW: {"text": "Impact of the law on practice"},
    Element.IMPACT_POLICY: {"text": "Impact of policies, guidance, and recommendations on practice"},
}


@dataclass(frozen=True, slots=True)
class Question:
    """What a form asks for an element: the words of the question, what to write, and an answer as an example."""

    question: str
    help: str
    example: str


@dataclass(frozen=True, slots=True)
class Form:
    """An edition of the report's form: its questions, what it calls the groups of types, and items in people's words by
    their key.
    """

    edition: str
    questions: Mapping[Element, Question]
    groups: Mapping[str, str]
    items: Mapping[str, str]

    @property
    def names(self) -> Mapping[str, str]:
        """What the form calls things, as :class:`catalog.model.report_facts.Facts` keeps it."""
        return {f"group:{key}": label for key, label in self.groups.items()} | dict(self.items)
