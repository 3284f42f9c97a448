"""How approvals read on a page: what each step is called and does, and what the law says, section by section."""

from collections.abc import Iterable, Mapping

from catalog.model.approval_views import PossibleMove
from catalog.model.designation_machine import DRAFTED, PINNING
from catalog.model.designations import EXCEPTION_TEXT, HOLDING, Designation, DesignationEvent, DesignationState
from catalog.model.policy_rules import RULE_TEXT
from catalog.model.procedure import ROUTE_TEXT
from catalog.model.register import CLASSIFICATION_TEXT, Classification, Verb

E = DesignationEvent

#: What the button of a move says.
MOVE_TEXT: dict[DesignationEvent, str] = {
    E.RECORD: "Record a paper approval",
    E.DRAFT: "Draft the approval",
    E.SUBMIT: "Submit for approval",
    E.RETURN: "Return for changes",
    E.APPROVE: "Approve and sign",
    E.COUNTERSIGN: "Agree and countersign",
    E.SECOND: "Approve as second reviewer",
    E.DECLINE: "Decline",
    E.REFER: "Refer to the Chief Privacy Officer",
    E.DETERMINE: "Determine that it is in the best interests of the city",
    E.DENY: "Deny",
    E.REVIEW: "Call for a review",
    E.REAFFIRM: "Reaffirm as it is",
    E.AMEND: "Amend: draft a new version",
    E.SUSPEND: "Suspend",
    E.LIFT: "Lift the suspension",
    E.EXPIRE: "End it: its time is over",
    E.REVOKE: "Revoke",
    E.SUPERSEDE: "Replace by a newer one",
    E.WITHDRAW: "Withdraw",
}
#: What a move does, for whoever is about to make it.
MOVE_MEANS: dict[DesignationEvent, str] = {
    E.SUBMIT: "It goes to the privacy officer of the agency. Nothing may be collected or disclosed under it yet.",
    E.RETURN: "It goes back to who submitted it, with your reason. They change it and submit it again.",
    E.APPROVE: "You sign exactly what stands under “What is approved”. It is in force once every signature is there.",
    E.COUNTERSIGN: "You sign exactly the same content as the other privacy officer. It is in force from then on.",
    E.SECOND: "The further review that the CPO’s policies ask for (§23-1203(5)). It is in force from then on.",
    E.DECLINE: "The two agencies do not agree, so it is not routine between them. It can still be referred to the CPO.",
    E.REFER: "The Chief Privacy Officer decides whether it is in the best interests of the city (§23-1202(b)(2)(b), "
    "(c)(2)(b)).",
    E.DETERMINE: "Your written determination approves it in advance. It is in force from then on.",
    E.DENY: "It may not take place. The reason stays on record.",
    E.REVIEW: "It stays in force, and waits for its privacy officer to reaffirm, amend or revoke it.",
    E.REAFFIRM: "You sign again what was approved. It stays in force until the next review.",
    E.AMEND: "A new version is drafted. This one stays in force until the new one is approved.",
    E.SUSPEND: "Nothing may be collected or disclosed under it until the suspension is lifted.",
    E.LIFT: "It is in force again.",
    E.REVOKE: "It ends for good. To go on, a new approval is needed.",
    E.WITHDRAW: "It is taken back and decided by nobody.",
}
#: What a step of the past is called.
HAPPENED_TEXT: dict[DesignationEvent, str] = {
    E.RECORD: "Recorded from paper",
    E.DRAFT: "Drafted",
    E.SUBMIT: "Submitted",
    E.RETURN: "Returned for changes",
    E.APPROVE: "Approved and signed",
    E.COUNTERSIGN: "Signed for the other agency",
    E.SECOND: "Approved by the second reviewer",
    E.DECLINE: "Declined by the other agency",
    E.REFER: "Referred to the Chief Privacy Officer",
    E.DETERMINE: "Determined to be in the best interests of the city",
    E.DENY: "Denied",
    E.REVIEW: "Review became due",
    E.REAFFIRM: "Reaffirmed",
    E.AMEND: "Being amended",
    E.SUSPEND: "Suspended",
    E.LIFT: "Suspension lifted",
    E.EXPIRE: "Expired",
    E.REVOKE: "Revoked",
    E.SUPERSEDE: "Replaced by a newer one",
    E.WITHDRAW: "Withdrawn",
}
#: Moves that give an approval its effect or end it: done only by somebody who has just proved who they are.
SIGNING = frozenset(
    {E.APPROVE, E.COUNTERSIGN, E.SECOND, E.DETERMINE, E.DENY, E.REAFFIRM, E.LIFT, E.REVOKE}
)  # fmt: skip
#: What the text is called that a move asks for beside its reason.
STATEMENT_TEXT: dict[DesignationEvent, str] = {
    E.APPROVE: "How it furthers the purpose or mission of your agency",
    E.COUNTERSIGN: "How it furthers the purpose or mission of your agency",
    E.DETERMINE: "Your determination: why it is in the best interests of the city",
}
#: What each class that an approval can give means.
CLASS_MEANS: dict[Classification, str] = {
    Classification.ROUTINE_AGENCY: "It is routine: the agency’s privacy officer approves it once, in advance.",
    Classification.ROUTINE_INTERAGENCY: "It is routine between two agencies of the city: the privacy officers of both "
    "approve it once, in advance, over the same text.",
    Classification.CASE_BY_CASE: "It is not routine: the agency’s privacy officer approves this case, for one use or "
    "until a day.",
    Classification.CPO_BEST_INTEREST: "It has no other ground: the Chief Privacy Officer may find it in the best "
    "interests of the city.",
    Classification.EXIGENT: "It happened before anybody could approve it.",
    Classification.EXEMPT_POLICE: "The law exempts it: nobody approves it.",
    Classification.EXEMPT_WELFARE: "The law exempts it: nobody approves it.",
    Classification.OTHER_LAW: "This chapter does not apply to it.",
    Classification.NOT_IDENTIFYING: "Nobody can be identified or located by it.",
}
#: What is asked for, as it goes on after "To be approved as".
ASKED_TEXT: dict[Classification, str] = {
    Classification.ROUTINE_AGENCY: "routine, in advance",
    Classification.ROUTINE_INTERAGENCY: "routine between two agencies, by both privacy officers",
    Classification.CASE_BY_CASE: "case by case",
    Classification.CPO_BEST_INTEREST: "in the best interests of the city, by the CPO",
}
#: Where nothing is approved yet; and where nothing ever was.
_ASKED = DRAFTED | PINNING
_REFUSED = frozenset({DesignationState.DENIED, DesignationState.WITHDRAWN})
_CLASS_LABEL, _UNTIL_LABEL = "How it may take place", "Approved until"
_GOOD = frozenset({DesignationState.ACTIVE})
_WARN = HOLDING - _GOOD
_PLAIN = frozenset({DesignationState.DRAFT, DesignationState.SUPERSEDED, DesignationState.WITHDRAWN})
_HINT = frozenset(
    {
        DesignationState.SUBMITTED,
        DesignationState.RETURNED,
        DesignationState.PENDING_COUNTERPART,
        DesignationState.PENDING_REVIEW,
        DesignationState.REFERRED_TO_CPO,
    }
)
#: What the sections of law say, in substance; a citation is looked up by the longest key that it begins with.
LAW_TEXT: dict[str, str] = {
    "§23-1201": (
        "Identifying information is any information obtained by or on behalf of the city that may be used, on its own "
        "or with other information, to identify or locate an individual. A collection or disclosure is routine when it "
        "is made in the normal course of agency business and furthers the purpose or mission of the agency, or when it "
        "is between city agencies whose privacy officers agree that it furthers the purpose or mission of each. City "
        "personnel, the Department of Education, local authorities and authorized contractors are no third parties."
    ),
    "§23-1202(a)": (
        "Employees, contractors and subcontractors collect, retain and disclose identifying information only as this "
        "chapter allows."
    ),
    "§23-1202(b)(1)": (
        "A collection needs the written approval of the privacy officer of the employee’s own agency, unless there "
        "are exigent circumstances; and it has to further the purpose or mission of the agency, or be required by law "
        "or treaty."
    ),
    "§23-1202(b)(2)(a)": "The privacy officer may approve certain routine collections in advance.",
    "§23-1202(b)(2)(b)": (
        "The Chief Privacy Officer may approve in advance a collection that is not otherwise authorized, on finding "
        "that it is in the best interests of the city."
    ),
    "§23-1202(b)(2)(c)(1)": (
        "Collections by or to the police department in the investigation of a crime that was committed, or on credible "
        "information about an attempted or impending crime, need no further approval."
    ),
    "§23-1202(b)(2)(c)(2)": (
        "Collections in connection with an open investigation by a city agency concerning the welfare of a minor, or "
        "of an individual who is otherwise not legally competent, need no further approval."
    ),
    "§23-1202(b)": (
        "A collection needs the approval of the agency’s privacy officer, unless circumstances are exigent, and a "
        "ground: it furthers the purpose or mission of the agency, or is required by law or treaty."
    ),
    "§23-1202(c)(1)": (
        "A disclosure to any party outside the agency needs the written approval of its privacy officer, unless there "
        "are exigent circumstances; and it has to be authorized in writing by the individual, further the purpose or "
        "mission of the agency, or be required by law or treaty."
    ),
    "§23-1202(c)(2)(a)": "The privacy officer may approve certain routine disclosures in advance.",
    "§23-1202(c)(2)(b)": (
        "The Chief Privacy Officer may approve in advance a disclosure to another city agency or agencies that is not "
        "otherwise authorized, on finding that it is in the best interests of the city. The power does not reach "
        "disclosures to anybody else."
    ),
    "§23-1202(c)(2)(c)(1)": (
        "Disclosures by or to the police department in the investigation of a crime that was committed, or on credible "
        "information about an attempted or impending crime, need no further approval."
    ),
    "§23-1202(c)(2)(c)(2)": (
        "Disclosures in connection with an open investigation by a city agency concerning the welfare of a minor, or "
        "of an individual who is otherwise not legally competent, need no further approval."
    ),
    "§23-1202(c)(3)": (
        "A request for identifying information, or a proposal to disclose it unasked, that is not routine goes to the "
        "privacy officer as soon as practicable."
    ),
    "§23-1202(c)(4)": (
        "A privacy officer who learns of a disclosure in violation of this chapter tells the Chief Privacy Officer as "
        "soon as practicable. Where the CPO’s policies say so, the agency makes reasonable efforts to tell the "
        "individual in writing what was disclosed and to whom."
    ),
    "§23-1202(c)": (
        "A disclosure needs the approval of the agency’s privacy officer, unless circumstances are exigent, and a "
        "ground: the individual authorized it in writing, it furthers the purpose or mission of the agency, or it is "
        "required by law or treaty."
    ),
    "§23-1202(d)": (
        "What was collected or disclosed in exigent circumstances is told to the Chief Privacy Officer as soon as "
        "practicable afterward, with an explanation of why they existed; except in open criminal or welfare "
        "investigations, and by employees acting under law enforcement, public health or safety powers in exigent "
        "circumstances that occur in the normal course of their agency’s business."
    ),
    "§23-1202(e)": (
        "An agency retains identifying information where law requires it, and may where that furthers its purpose or "
        "mission or is in the interest of the city and not contrary to its purpose or mission."
    ),
    "§23-1202(g)": "Agencies require of their contractors what this chapter requires of them.",
    "§23-1203(3)": (
        "A disclosure to a third party that is not routine needs an agreement on the anticipated and potential future "
        "use, unless circumstances are exigent or no important privacy interest would be unduly compromised."
    ),
    "§23-1203(4)": (
        "The CPO’s policies describe routine disclosures to third parties that need such an agreement all the same."
    ),
    "§23-1203(5)": (
        "The CPO’s policies describe disclosures that are not to be treated as routine and need an extra level of "
        "review and approval."
    ),
    "§23-1203(6)": "The CPO’s policies describe when the individual is to be told of a disclosure in violation.",
    "§23-1203": "What the Chief Privacy Officer’s policies have to contain.",
    "§23-1204(e)": (
        "Nothing is reported in a manner that would violate the law on privacy, interfere with an investigation, or "
        "compromise public safety."
    ),
    "§23-1205": "What agencies report every two years, by July 31 of even years.",
    "§10-501": (
        "Private information is personal information together with a Social Security number, a driver’s license or "
        "non-driver number, an account or card number that can be used, biometric information, or a user name with its "
        "password or answer; not encrypted, or with the key taken too."
    ),
    "§10-502": (
        "Of a breach the agency promptly tells the Chief Privacy Officer, Cyber Command and the Office of Technology, "
        "and the individuals; at 5,000 residents or more, the consumer reporting agencies too. Where somebody with a "
        "right to see it exposed it by mistake and misuse is not likely, a written determination, kept for at least "
        "five years, takes the place of notice."
    ),
    "Charter §8(h)": (
        "The Chief Privacy Officer issues policies, gives guidance on the law, and may direct agencies to make changes "
        "in order to comply."
    ),
}


def state_mark(state: DesignationState) -> str:
    """The mark an approval's state is shown with: in force, waiting, to be looked at, over."""
    marks = {"good": _GOOD, "hint": _HINT, "warn": _WARN, "plain": _PLAIN}
    return next((mark for mark, states in marks.items() if state in states), "bad")


def is_given(state: DesignationState) -> bool:
    """Whether it is, or was, an approval: what is only asked for is none, nor what was denied or withdrawn."""
    return state not in _ASKED | _REFUSED


def as_what(one: Designation) -> str:
    """What it is approved as, or was; of what is not, what is or was asked for."""
    words = CLASSIFICATION_TEXT[one.classification]
    if is_given(one.state):
        return words
    asked = ASKED_TEXT.get(one.classification, lower_first(words))
    return f"{'Was to' if one.state in _REFUSED else 'To'} be approved as: {asked}"


def as_asked(content: Iterable[tuple[str, str]], one: Designation) -> list[tuple[str, str]]:
    """What stands under an approval, with nothing in it called approved that is not."""
    if is_given(one.state):
        return list(content)
    words = {_CLASS_LABEL: as_what(one)}
    labels = {_UNTIL_LABEL: "To be approved until"}
    return [(labels.get(label, label), words.get(label, text)) for label, text in content]


def law_words(citation: str) -> str:
    """What the section that a citation names says, in substance; empty where it is none of chapter 12 or §10-501."""
    known = [key for key in LAW_TEXT if citation.startswith(key)]
    return LAW_TEXT[max(known, key=len)] if known else ""


def sections(citations: str, verb: Verb) -> list[str]:
    """The single sections that a citation names, such as “§23-1202(b)(1), (c)(1)”, but for those on the other verb."""
    first, *rest = citations.split(", ")
    root = first.split("(")[0]
    every = [first, *(one if one.startswith("§") else root + one for one in rest)]
    other = "§23-1202(c)" if verb is Verb.COLLECTION else "§23-1202(b)"
    return [one for one in every if not one.startswith(other)]


def move_names(moves: Iterable[PossibleMove]) -> str:
    """Moves in a row, as they go on within a sentence."""
    names = [lower_first(MOVE_TEXT[one.event]) for one in moves]
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def without(answers: Mapping[str, str], name: str) -> dict[str, str]:
    """The answers but one."""
    return {key: answer for key, answer in answers.items() if key != name}


def lower_first(words: str) -> str:
    """Words as they go on within a sentence; an abbreviation stays one."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def short_hash(content_hash: str) -> str:
    """So much of a hash that people can compare it."""
    return content_hash[:8]


FILTERS = {
    function.__name__: function
    for function in (
        state_mark,
        is_given,
        as_what,
        as_asked,
        law_words,
        sections,
        move_names,
        without,
        lower_first,
        short_hash,
    )
}
WORDS = {
    "MOVE_TEXT": MOVE_TEXT,
    "MOVE_MEANS": MOVE_MEANS,
    "HAPPENED_TEXT": HAPPENED_TEXT,
    "STATEMENT_TEXT": STATEMENT_TEXT,
    "CLASS_MEANS": CLASS_MEANS,
    "ROUTE_TEXT": ROUTE_TEXT,
    "EXCEPTION_TEXT": EXCEPTION_TEXT,
    "RULE_TEXT": RULE_TEXT,
}
