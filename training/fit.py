"""Fits one reader: traits of synthetic columns in, one hidden layer, a share for each kind out, calibrated."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.neural_network import MLPClassifier

from scanners.looks import Look
from scanners.model import PIECES_WEIGH, Reader, standard
from scanners.traits import PIECES, Traits
from training.columns import Column

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a reader is and how long it learns."""

    hidden: int
    epochs: int
    rate: float = 2e-3
    decay: float = 1e-3
    #: Share of the pieces of words hidden at each look, so that none is relied on.
    unseen: float = 0.3


@dataclass(frozen=True, slots=True)
class Table:
    """Traits of many columns, a row each, and what each column is."""

    pieces: csr_matrix
    general: Numbers
    kinds: NDArray[np.int64]


def table(columns: Iterable[Column], kinds: Sequence[StrEnum], traits: Callable[[Look], Traits | None]) -> Table:
    """Look at every column; those that the traits say nothing of are left out."""
    seen = [(found, kinds.index(column.kind)) for column in columns if (found := traits(Look(column.values)))]
    weights = np.concatenate([found.weights for found, _ in seen])
    places = np.concatenate([found.places for found, _ in seen])
    ends = np.cumsum([0, *(len(found.places) for found, _ in seen)])
    pieces = csr_matrix((weights, places, ends), shape=(len(seen), PIECES))
    pieces.sum_duplicates()
    general = np.array([found.general for found, _ in seen], dtype=np.float32)
    return Table(pieces, general, np.array([kind for _, kind in seen]))


def fit(learnt: Table, kinds: Sequence[StrEnum], shape: Shape, seed: int) -> Reader:
    """Fit a reader, not calibrated yet."""
    mean, scale = learnt.general.mean(axis=0), learnt.general.std(axis=0) + 1e-3
    has_pieces = bool(learnt.pieces.nnz)
    general = csr_matrix(standard(learnt.general, mean, scale))
    layer = MLPClassifier(
        (shape.hidden,), alpha=shape.decay, learning_rate_init=shape.rate, batch_size=128, random_state=seed, max_iter=1
    )
    chance = np.random.default_rng(seed)
    for _ in range(shape.epochs):
        pieces = learnt.pieces.copy()
        pieces.data = (
            pieces.data * PIECES_WEIGH * (chance.random(len(pieces.data)) >= shape.unseen) / (1 - shape.unseen)
        )
        seen = hstack([pieces, general]).tocsr() if has_pieces else general
        order = chance.permutation(len(learnt.kinds))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # each epoch is one that "did not converge"
            layer.partial_fit(seen[order], learnt.kinds[order], classes=np.arange(len(kinds)))
    first, out = layer.coefs_
    last = layer.intercepts_[1]
    if len(kinds) == 2:  # one number says both
        out, last = np.hstack([np.zeros_like(out), out]), np.hstack([np.zeros_like(last), last])
    return Reader(
        kinds=tuple(kind.value for kind in kinds),
        pieces=_short(first[:PIECES] * PIECES_WEIGH if has_pieces else first[:0]),
        general=_short(first[PIECES:] if has_pieces else first),
        hidden=_short(layer.intercepts_[0]),
        out=_short(out),
        last=_short(last),
        mean=mean,
        scale=scale,
        heat=1.0,
    )


def _short(numbers: NDArray[np.float64]) -> Numbers:
    """As exact as the file keeps it: half precision."""
    return numbers.astype(np.float16).astype(np.float32)


def logits(reader: Reader, seen: Table) -> Numbers:
    """What a reader says of every row, before calibration."""
    inner = standard(seen.general, reader.mean, reader.scale) @ reader.general + reader.hidden
    if len(reader.pieces):
        inner = inner + seen.pieces @ reader.pieces
    result: Numbers = np.maximum(inner, 0) @ reader.out + reader.last
    return result


def shares(reader: Reader, seen: Table) -> Numbers:
    """The calibrated share of each kind for every row."""
    heated = logits(reader, seen) / reader.heat
    raised = np.exp(heated - heated.max(axis=1, keepdims=True))
    result: Numbers = raised / raised.sum(axis=1, keepdims=True)
    return result


def heat(reader: Reader, measured: Table) -> float:
    """The temperature at which the shares of a reader are most often right on columns it never met."""
    said = logits(reader, measured)

    def loss(temperature: float) -> float:
        heated = said / temperature
        total = np.log(np.exp(heated - heated.max(axis=1, keepdims=True)).sum(axis=1)) + heated.max(axis=1)
        return float((total - heated[np.arange(len(heated)), measured.kinds]).mean())

    return round(float(minimize_scalar(loss, bounds=(0.5, 8.0), method="bounded").x), 3)
