"""The decision procedure of §23-1202, asked question by question: how may this collection or disclosure take place?"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from catalog.model.actors import ROLE_TITLES, Role
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import PolicyRule, reviewer_of
from catalog.model.register import Classification, Ground, Verb

YES, NO = "yes", "no"


class Question(StrEnum):
    """What an officer is asked, in the order it may be asked in."""

    IDENTIFYING = "identifying"
    CHAPTER = "chapter"
    POLICE = "police"
    WELFARE = "welfare"
    EXIGENT = "exigent"
    REQUIRED = "required"
    FURTHERS = "furthers"
    AUTHORIZED = "authorized"
    AS_ROUTINE = "as_routine"
    BOTH_AGREE = "both_agree"
    NORMAL_COURSE = "normal_course"
    SINGLE_OFFICER = "single_officer"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its words, help with an example, the section of law, and the answers as (code, words)."""

    text: str
    help: str
    section: str
    answers: tuple[tuple[str, str], ...] = ((YES, "Yes"), (NO, "No"))


QUESTIONS: Mapping[Question, Asked] = {
    Question.IDENTIFYING: Asked(
        "Can anybody be identified or located by the information, alone or together with something else?",
        "A name, a photograph, an address or an appointment identifies. Monthly totals by borough identify nobody, "
        "unless a total is so small that one knows who is meant.",
        "§23-1201",
        ((YES, "Yes, it is identifying information"), (NO, "No, it is figures about many people")),
    ),
    Question.CHAPTER: Asked(
        "Does this chapter apply to the body, or does it act under a law of its own?",
        "Agencies of the city are under this chapter. A public benefit corporation or authority that is no agency of "
        "the city, as a hospitals corporation is, may be under a law of its own.",
        "§23-1202(a)",
        ((YES, "This chapter applies"), (NO, "It acts under a law of its own")),
    ),
    Question.POLICE: Asked(
        "Is it by or to the police department, to investigate a crime that was committed, or on credible information "
        "about one that is attempted or about to happen?",
        "Example: a detective who investigates a robbery asks a shelter who stayed there that night. A list that the "
        "police department gets every week without a case is none.",
        "§23-1202(b)(2)(c)(1), (c)(2)(c)(1)",
    ),
    Question.WELFARE: Asked(
        "Is it part of an open investigation by a city agency into the welfare of a minor, or of somebody who is "
        "otherwise not legally competent?",
        "Example: a children’s services worker on an open case asks a school for a child’s attendance.",
        "§23-1202(b)(2)(c)(2), (c)(2)(c)(2)",
    ),
    Question.EXIGENT: Asked(
        "Has it already happened, in exigent circumstances?",
        "So urgent that the ordinary way would have come too late. Example: a hospital was told who lay unconscious in "
        "the cold. What can still wait for an approval is not exigent.",
        "§23-1202(b)(1), (c)(1), (d)",
    ),
    Question.REQUIRED: Asked(
        "Does a law or a treaty require it?",
        "Require, not merely allow. Name that law among the protocols. Example: state law has employers’ wages "
        "reported for child support.",
        "§23-1202(b)(1), (c)(1)",
    ),
    Question.FURTHERS: Asked(
        "Does it further the purpose or mission of your agency?",
        "Read the mission on your agency’s page. Example: intake interviews further the mission of an agency that "
        "shelters people.",
        "§23-1202(b)(1), (c)(1)",
    ),
    Question.AUTHORIZED: Asked(
        "Have the individuals authorized the disclosure in writing?",
        "They, or a parent, guardian or other person with legal authority for a minor or for somebody not legally "
        "competent. A signed consent form does; a notice on a wall does not.",
        "§23-1202(c)(1)",
    ),
    Question.AS_ROUTINE: Asked(
        "A law requires it. Does it also further the purpose or mission of your agency?",
        "What the law requires and the agency does in the normal course of its business is commonly treated as "
        "furthering its mission, and so can be routine. You decide.",
        "§23-1201",
        ((YES, "Yes, treat it as furthering our mission"), (NO, "No, it is done because the law requires it")),
    ),
    Question.BOTH_AGREE: Asked(
        "The other side is an agency of the city. Do the privacy officers of both agree that it furthers the purpose "
        "or mission of each agency?",
        "Then each states how it does, and both sign the same text. Ask the other officer first; where they do not "
        "agree, answer No.",
        "§23-1201",
    ),
    Question.NORMAL_COURSE: Asked(
        "Is it done in the normal course of your agency’s business?",
        "Something your agency does again and again as part of its work. Example: taking applications. A study that is "
        "made once is not.",
        "§23-1201",
    ),
    Question.SINGLE_OFFICER: Asked(
        "You are the only person who acts for your agency here. Will you both submit and approve it?",
        "Nobody approves what they submitted themselves, but where one person is all there is. That is recorded, with "
        "the reason you give when you approve.",
        "§23-1202(b)(1), (c)(1)",
        ((YES, "Yes, I am the only one"), (NO, "No, somebody else will submit it")),
    ),
}


class Route(StrEnum):
    """What is to be done about an activity of a class."""

    APPROVE = "approve"
    BOTH_OFFICERS = "both_officers"
    REFER = "refer"
    RECORD = "record"
    REPORT = "report"
    PROHIBITED = "prohibited"


ROUTE_TEXT: dict[Route, str] = {
    Route.APPROVE: "The agency’s privacy officer may approve it",
    Route.BOTH_OFFICERS: "The privacy officers of both agencies may approve it together",
    Route.REFER: "The Chief Privacy Officer decides",
    Route.RECORD: "It is recorded; it needs no approval",
    Route.REPORT: "The Chief Privacy Officer is told of it",
    Route.PROHIBITED: "It may not take place",
}


@dataclass(frozen=True, slots=True)
class ProcedureFacts:
    """What the record says by itself, so that nobody is asked for it.

    Parameters:
        party: what the other side is; None where no party is recorded.
        counterpart: the agency of this catalog on the other side.
        not_routine: the rules of the policies that fit and keep it from being routine (§23-1203(5)).
        needs_agreement: those that fit and ask for an agreement also where it is routine (§23-1203(4)).
        alone: whether the agency has one person alone who acts for it here.
    """

    verb: Verb
    party: PartyKind | None = None
    counterpart: str | None = None
    is_third_party: bool = False
    not_routine: tuple[PolicyRule, ...] = ()
    needs_agreement: tuple[PolicyRule, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the reasoning and the section of law it rests on."""

    text: str
    section: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where the procedure ends. ``instead`` says what can be done where it may not take place."""

    route: Route
    classification: Classification | None
    ground: Ground | None = None
    why: tuple[Reason, ...] = ()
    needs_agreement: bool = False
    second_reviewer: Role | None = None
    instead: tuple[str, ...] = ()

    @property
    def citations(self) -> tuple[str, ...]:
        """The sections it rests on, each once."""
        return tuple(dict.fromkeys(reason.section for reason in self.why))


@dataclass
class _Walk:
    """One way through the procedure: what the record says, and why each turn was taken."""

    facts: ProcedureFacts
    why: list[Reason] = field(default_factory=list)

    def because(self, text: str, collection: str, disclosure: str = "") -> None:
        """Note a reason; the sections on collections and on disclosures differ."""
        section = collection if self.facts.verb is Verb.COLLECTION else disclosure or collection
        self.why.append(Reason(text, section))

    def ends(self, route: Route, classification: Classification | None, ground: Ground | None = None) -> Outcome:
        """The outcome of this walk."""
        return Outcome(route, classification, ground, tuple(self.why))


T = TypeVar("T")
#: A part of the procedure: it yields its questions, is sent whether the answer is yes, and returns what follows.
_Part = Generator[Question, bool, T]


def ask(answers: Mapping[str, str], facts: ProcedureFacts) -> Question | Outcome:
    """The next question, or where the answers lead.

    Parameters:
        answers: question to answer; what is not asked on this way counts for nothing.
    """
    return _follow(answers, facts)[1]


def given(answers: Mapping[str, str], facts: ProcedureFacts) -> Mapping[Question, str]:
    """The answers that counted, in the order the questions were asked in."""
    return _follow(answers, facts)[0]


def _follow(answers: Mapping[str, str], facts: ProcedureFacts) -> tuple[dict[Question, str], Question | Outcome]:
    counted: dict[Question, str] = {}
    procedure = _procedure(_Walk(facts))
    question = next(procedure)
    while (answer := answers.get(question.value, "")) in dict(QUESTIONS[question].answers):
        counted[question] = answer
        try:
            question = procedure.send(answer == YES)
        except StopIteration as ended:
            return counted, ended.value
    return counted, question


def _procedure(walk: _Walk) -> _Part[Outcome]:
    outside = yield from _outside(walk)
    return outside or (yield from _approvable(walk))


def _outside(walk: _Walk) -> _Part[Outcome | None]:
    """What takes place without an approval under this chapter."""
    if not (yield Question.IDENTIFYING):
        walk.because("Nobody can be identified by it", "§23-1201")
        return walk.ends(Route.RECORD, Classification.NOT_IDENTIFYING)
    if not (yield Question.CHAPTER):
        walk.because("The body acts under a law of its own", "§23-1202(a)")
        return walk.ends(Route.RECORD, Classification.OTHER_LAW)
    if (yield Question.POLICE):
        walk.because("A police investigation of a crime is exempt", "§23-1202(b)(2)(c)(1)", "§23-1202(c)(2)(c)(1)")
        return walk.ends(Route.RECORD, Classification.EXEMPT_POLICE)
    if (yield Question.WELFARE):
        walk.because("An open welfare investigation is exempt", "§23-1202(b)(2)(c)(2)", "§23-1202(c)(2)(c)(2)")
        return walk.ends(Route.RECORD, Classification.EXEMPT_WELFARE)
    if (yield Question.EXIGENT):
        walk.because("It happened in exigent circumstances: record the event, and why it was urgent", "§23-1202(d)")
        return walk.ends(Route.REPORT, Classification.EXIGENT)
    return None


def _approvable(walk: _Walk) -> _Part[Outcome]:
    """What an approval is asked for, by its ground."""
    ground = yield from _ground(walk)
    if ground is None:
        return _without_ground(walk)
    outcome = yield from _by_class(walk, ground)
    if walk.facts.alone:
        yield Question.SINGLE_OFFICER
    return replace(outcome, needs_agreement=_needs_agreement(walk, outcome), why=tuple(walk.why))


def _ground(walk: _Walk) -> _Part[Ground | None]:
    """The first ground that holds (§23-1202(b)(1), (c)(1)); an authorization is a ground of disclosures alone."""
    if (yield Question.REQUIRED):
        walk.because("A law or treaty requires it", "§23-1202(b)(1)", "§23-1202(c)(1)")
        return Ground.REQUIRED_BY_LAW
    if (yield Question.FURTHERS):
        walk.because("It furthers the purpose or mission of the agency", "§23-1202(b)(1)", "§23-1202(c)(1)")
        return Ground.FURTHERS_PURPOSE
    if walk.facts.verb is Verb.DISCLOSURE and (yield Question.AUTHORIZED):
        walk.because("The individuals authorized it in writing", "§23-1202(c)(1)")
        return Ground.INDIVIDUAL_AUTHORIZATION
    return None


def _without_ground(walk: _Walk) -> Outcome:
    """No ground: the CPO may find it in the best interests of the city, disclosures to city agencies alone."""
    facts = walk.facts
    walk.because("It has none of the grounds the law names", "§23-1202(b)(1)", "§23-1202(c)(1)")
    if facts.verb is Verb.COLLECTION or facts.party is PartyKind.CITY_AGENCY:
        walk.because(
            "The Chief Privacy Officer may find it in the best interests of the city",
            "§23-1202(b)(2)(b)",
            "§23-1202(c)(2)(b)",
        )
        return walk.ends(Route.REFER, Classification.CPO_BEST_INTEREST, Ground.CPO_FINDING)
    walk.because("The Chief Privacy Officer may permit disclosures to agencies of the city alone", "§23-1202(c)(2)(b)")
    instead = (
        "Ask the individuals for their written authorization, and go through the guide again.",
        "Give out figures that identify nobody instead.",
        "Where the agency’s mission does need it, say in the purpose how.",
    )
    return replace(walk.ends(Route.PROHIBITED, None), instead=instead)


def _by_class(walk: _Walk, ground: Ground) -> _Part[Outcome]:
    """The class of what has a ground."""
    if walk.facts.not_routine:
        return _not_routine(walk, ground)
    if (yield from _furthers(walk, ground)):
        if walk.facts.counterpart is not None and (yield Question.BOTH_AGREE):
            walk.because("Both privacy officers agree that it furthers the mission of each agency", "§23-1201")
            return walk.ends(Route.BOTH_OFFICERS, Classification.ROUTINE_INTERAGENCY, Ground.FURTHERS_PURPOSE)
        if (yield Question.NORMAL_COURSE):
            walk.because("It is done in the normal course of business and furthers the mission", "§23-1201")
            walk.because(
                "The privacy officer may approve it in advance as routine", "§23-1202(b)(2)(a)", "§23-1202(c)(2)(a)"
            )
            return walk.ends(Route.APPROVE, Classification.ROUTINE_AGENCY, Ground.FURTHERS_PURPOSE)
    walk.because(
        "It is not routine: the privacy officer approves it once, or until a day", "§23-1202(b)(1)", "§23-1202(c)(1)"
    )
    if walk.facts.party is PartyKind.FOIL_REQUESTER:
        walk.because("On a request for records, the records access officer may approve it instead", "§23-1201")
    return walk.ends(Route.APPROVE, Classification.CASE_BY_CASE, ground)


def _furthers(walk: _Walk, ground: Ground) -> _Part[bool]:
    """Whether it furthers the mission: what a law requires may be treated so, as the officer chooses."""
    if ground is Ground.REQUIRED_BY_LAW and (yield Question.AS_ROUTINE):
        walk.because("The agency treats it as furthering its mission too", "§23-1201")
        return True
    return ground is Ground.FURTHERS_PURPOSE


def _not_routine(walk: _Walk, ground: Ground) -> Outcome:
    """What the policies keep from being routine is approved twice (§23-1203(5))."""
    reviewer = reviewer_of(walk.facts.not_routine)
    for rule in walk.facts.not_routine:
        walk.because(f"The policies say that it is not routine: {rule.title}", rule.citation or "§23-1203(5)")
    who = ROLE_TITLES[reviewer] if reviewer else "A second reviewer"
    walk.because(f"Beside the privacy officer, somebody else approves it: {who}", "§23-1203(5)")
    return replace(walk.ends(Route.APPROVE, Classification.CASE_BY_CASE, ground), second_reviewer=reviewer)


def _needs_agreement(walk: _Walk, outcome: Outcome) -> bool:
    """Whether a third party has to agree on what may be done with the information (§23-1203(3), (4))."""
    needed = agreement_needed(walk.facts, outcome.classification)
    if needed and outcome.classification is Classification.ROUTINE_AGENCY:
        for rule in walk.facts.needs_agreement:
            walk.because(f"The policies ask for an agreement: {rule.title}", rule.citation or "§23-1203(4)")
    elif needed:
        walk.because("The party is a third party: an agreement is needed, or the reason why none is", "§23-1203(3)")
    return needed


def agreement_needed(facts: ProcedureFacts, classification: Classification | None) -> bool:
    """Whether a disclosure to a third party needs an agreement: where it is not routine, else by the policies."""
    if facts.verb is not Verb.DISCLOSURE or not facts.is_third_party:
        return False
    return classification is not Classification.ROUTINE_AGENCY or bool(facts.needs_agreement)
