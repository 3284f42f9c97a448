"""The pipeline's shape, and how it is fitted: the same weights every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.pipeline import EntityRecognizer
from spacy.training import Example
from thinc.api import Adam, fix_random_seed
from threadpoolctl import threadpool_limits

from training.ner.texts import Text, texts

LABEL = "PERSON"
#: Texts the digest is made of: enough to show a change of the grammar.
_TOLD = 300


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything the weights depend on, besides the words and the grammar.

    Parameters:
        texts: how many are read, each once.
        seed: of the texts and the first weights.
        width: numbers a word is told by.
        rows: places of the hashed words, starts, ends and shapes.
        depth: layers, each of which sees one word further to both sides.
        batch: words between two changes of the weights, at the start and later.
    """

    texts: int = 100_000
    seed: int = 7
    width: int = 64
    rows: tuple[int, ...] = (8000, 2000, 2000, 1000)
    depth: int = 4
    hidden: int = 64
    dropout: float = 0.2
    rate: float = 0.002
    batch: tuple[int, int] = (300, 1000)

    def digest(self) -> str:
        """Of the settings and the first texts: another digest, another model."""
        first = [repr(text) for text in islice(texts(self.seed), _TOLD)]
        return sha256("\0".join([repr(self), repr(_model(self)), *first]).encode()).hexdigest()


def train(recipe: Recipe) -> Language:
    """Fit on invented texts."""
    with threadpool_limits(1):  # sums in one order
        fix_random_seed(recipe.seed)
        nlp = _untrained(recipe)
        optimizer = Adam(recipe.rate, L2=0.01)
        stream = islice(texts(recipe.seed), recipe.texts)
        for batch in _batches(recipe, examples(nlp, stream)):
            nlp.update(batch, sgd=optimizer, drop=recipe.dropout)
        with nlp.use_params(optimizer.averages):
            return _copied(nlp)


def examples(nlp: Language, written: Iterator[Text]) -> Iterator[Example]:
    """Texts as spaCy reads them; one whose names do not begin and end with a word of spaCy's is left out."""
    for each in written:
        doc = nlp.make_doc(each.text)
        found = (doc.char_span(start, end, label=LABEL) for start, end in each.persons)
        spans = [span for span in found if span is not None]
        if len(doc) and len(spans) == len(each.persons):
            unread = doc.copy()
            doc.set_ents(spans)
            yield Example(unread, doc)


def _untrained(recipe: Recipe) -> Language:
    nlp = spacy.blank("en")
    finder: EntityRecognizer = nlp.add_pipe("ner", config={"model": _model(recipe)})
    finder.add_label(LABEL)
    nlp.initialize()
    return nlp


def _model(recipe: Recipe) -> dict[str, Any]:
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": recipe.width,
        "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
        "rows": list(recipe.rows),
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": recipe.width,
        "depth": recipe.depth,
        "window_size": 1,
        "maxout_pieces": 3,
    }
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": recipe.hidden,
        "maxout_pieces": 2,
        "use_upper": True,
        "nO": None,
        "tok2vec": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode},
    }


def _batches(recipe: Recipe, stream: Iterator[Example]) -> Iterator[list[Example]]:
    """So many words at once: few at the start, more towards the end."""
    batch: list[Example] = []
    held = 0
    least, most = recipe.batch
    for seen, example in enumerate(stream):
        batch.append(example)
        held += len(example)
        if held >= min(most, least + (most - least) * 3 * seen / recipe.texts):
            yield batch
            batch, held = [], 0


def _copied(nlp: Language) -> Language:
    """With the weights of now: those averaged over the training hold for a block only."""
    copy = spacy.util.load_model_from_config(nlp.config, auto_fill=False)
    return copy.from_bytes(nlp.to_bytes(exclude=["vocab"]), exclude=["vocab"])


def write(nlp: Language, recipe: Recipe, folder: Path) -> None:
    """Write it as spaCy does, without a vocabulary: words are hashed."""
    nlp.meta.update(
        lang="en",
        name="privacy_catalog_persons",
        version="1.0.0",
        description="Persons in English prose",
        license="Apache-2.0",
        spacy_version=">=3.8,<4",
        recipe=recipe.digest(),
    )
    nlp.to_disk(folder, exclude=["vocab"])
