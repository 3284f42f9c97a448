"""Machine opinion, value-free by construction: no field here can hold a cell of anybody's data."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

_CLUE = re.compile(r"[a-z0-9 _.,:;'()/+%-]{1,80}")


@lru_cache(maxsize=1024)
def _check_clue(text: str) -> None:
    """Refuse what is no clue; only clues are remembered, of which there are a few hundred for any number of columns."""
    if not _CLUE.fullmatch(text):
        raise ValueError("a clue is a short lower-case phrase of our own vocabulary")


class EvidenceKind(StrEnum):
    """What kind of observation speaks for (or against) a type."""

    NAME = "name"
    COMMENT = "comment"
    DECLARED_TYPE = "declared_type"
    SHAPE = "shape"
    VALIDATOR = "validator"
    LEXICON = "lexicon"
    PATTERN = "pattern"
    TEXT = "text"
    SUBJECT = "subject"
    NEIGHBOUR = "neighbour"
    PART = "part"
    ATTRIBUTE = "attribute"
    MODEL = "model"


class Form(StrEnum):
    """In which form a column holds a type."""

    FULL = "full"
    PARTIAL = "partial"
    HASHED = "hashed"
    TOKENISED = "tokenised"
    DERIVED = "derived"
    FREE_TEXT = "free_text"


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share of rows with its interval, each 0..1 and ``low <= mid <= high``."""

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.mid <= self.high <= 1:
            raise ValueError("a share needs 0 <= low <= mid <= high <= 1")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation about one type in one column.

    Parameters:
        type_code: the identifier type it speaks of.
        kind: what kind of observation.
        clue: our own word for it (a lexicon entry, a check, a shape of 9s and As), never a word of the source.
        weight: how strongly it speaks, -1 (against) to 1 (for).
        looked_at: values looked at; ``agreed`` of them agreed; ``distinct`` distinct ones agreed.
        by_chance: share of random values that would agree, 0..1.
    """

    type_code: str
    kind: EvidenceKind
    clue: str
    weight: float
    form: Form = Form.FULL
    looked_at: int = 0
    agreed: int = 0
    distinct: int = 0
    by_chance: float = 0.0

    def __post_init__(self) -> None:
        _check_clue(self.clue)
        if not -1 <= self.weight <= 1:
            raise ValueError("a weight lies between -1 and 1")


@dataclass(frozen=True, slots=True)
class Finding:
    """What the machine believes about one type in one column.

    ``strength`` is that of the best evidence taken together, ``share`` the estimated share of rows; the two are
    never averaged. ``without_name`` is the strength the values alone would have (the counterfactual).
    """

    type_code: str
    form: Form
    strength: float
    share: Share
    without_name: float
    evidence: tuple[Evidence, ...]


_SENTENCES: dict[EvidenceKind, str] = {
    EvidenceKind.NAME: "the column name says “{clue}”",
    EvidenceKind.COMMENT: "the description in the source says “{clue}”",
    EvidenceKind.DECLARED_TYPE: "the declared type is {clue}",
    EvidenceKind.SHAPE: "{agreed} of {looked_at} values are {clue}",
    EvidenceKind.VALIDATOR: "{agreed} of {looked_at} values pass the {clue} check ({by_chance:.0%} would by chance)",
    EvidenceKind.LEXICON: "{agreed} of {looked_at} values hold {clue}",
    EvidenceKind.PATTERN: "{agreed} of {looked_at} values read like {clue}",
    EvidenceKind.TEXT: "{agreed} of {looked_at} texts contain {clue}",
    EvidenceKind.SUBJECT: "in {agreed} of {looked_at} texts that hold it the words beside it tell of {clue}",
    EvidenceKind.NEIGHBOUR: "the same table holds {clue}",
    EvidenceKind.PART: "{agreed} of {looked_at} values hold several things, one of them {clue}",
    EvidenceKind.ATTRIBUTE: "{agreed} of {looked_at} values stand where the attribute beside them says “{clue}”",
    EvidenceKind.MODEL: "{looked_at} values taken together look like {clue} to the trained model",
}


def sentence(evidence: Evidence) -> str:
    """Say one piece of evidence in plain words, without any value."""
    text = _SENTENCES[evidence.kind].format(
        clue=evidence.clue,
        agreed=f"{evidence.agreed:,}",
        looked_at=f"{evidence.looked_at:,}",
        by_chance=evidence.by_chance,
    )
    return f"against it: {text}" if evidence.weight < 0 else text


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A :class:`Finding` as stored; ``digest`` is what a decision about it remembers."""

    id: int
    column_id: int
    run_id: int
    type_code: str
    form: Form
    strength: float
    share_low: float
    share_mid: float
    share_high: float
    without_name: float
    digest: str


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """An :class:`Evidence` as stored, under its finding."""

    id: int
    finding_id: int
    type_code: str
    kind: EvidenceKind
    clue: str
    weight: float
    form: Form
    looked_at: int
    agreed: int
    distinct: int
    by_chance: float
