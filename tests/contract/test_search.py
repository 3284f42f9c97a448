"""What every search index promises, held over all of them; the one in memory is the oracle."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.ports import Document, SearchIndex
from catalog.search.memory_index import MemoryIndex
from catalog.search.whoosh_index import WhooshIndex

SYNONYMS = {"dob": ("date of birth",)}

Make = Callable[[], SearchIndex]


def a_document(name: str, **given: object) -> Document:
    """A dataset's document, with only what a test is about."""
    rest = {"kind": "dataset", "id": name, "title": "", "columns": (), "types": (), "body": ""} | given
    return Document(name=name, **rest)  # type: ignore[arg-type]  # a test's own words


@pytest.fixture(params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> SearchIndex:
    made: SearchIndex = (
        MemoryIndex(SYNONYMS) if request.param == "memory" else WhooshIndex(tmp_path / "index", SYNONYMS)
    )
    made.rebuild([])
    return made


def found(index: SearchIndex, text: str, limit: int = 20) -> list[str]:
    return [hit.id for hit in index.search(text, limit)]


@pytest.mark.parametrize("text", ["first_name", "firstName", "FIRST NAME", "first", "name", "fïrst", "firstname"])
def test_a_name_is_found_however_it_is_spelled(index: SearchIndex, text: str) -> None:
    index.replace([a_document("first_name"), a_document("county")])
    assert found(index, text) == ["first_name"]


def test_better_fields_come_first(index: SearchIndex) -> None:
    index.replace(
        [
            a_document("in_body", body="about a mother"),
            a_document("in_types", types=("MOTHER",)),
            a_document("in_columns", columns=("id", "mother_id")),
            a_document("in_title", title="Mother and child"),
            a_document("the_mother"),
            a_document("mother_and_child"),
            a_document("mother"),
            a_document("motherhood"),
        ]
    )
    answers = found(index, "mother")
    assert answers[:4] == ["mother", "mother_and_child", "the_mother", "in_title"]
    assert set(answers[4:6]) == {"in_columns", "in_types"}
    assert answers[6:] == ["motherhood", "in_body"]


def test_all_words_come_before_some_words(index: SearchIndex) -> None:
    index.replace([a_document("maiden_voyage"), a_document("intake", body="their mothers and maiden names")])
    assert found(index, "maiden mothers") == ["intake", "maiden_voyage"]


def test_an_exact_spelling_beats_another_spelling_of_the_name(index: SearchIndex) -> None:
    index.replace([a_document("FirstName"), a_document("first_name")])
    assert found(index, "first_name")[0] == "first_name"
    assert found(index, "FirstName")[0] == "FirstName"


def test_a_hit_says_where_it_matched(index: SearchIndex) -> None:
    index.replace([a_document("intake", title="Client intake", columns=("client_ssn",))])
    (hit,) = index.search("intake ssn", 5)
    assert (hit.kind, hit.id, hit.fields) == ("dataset", "intake", ("name", "title", "columns"))


def test_a_trailing_star_stands_for_any_ending(index: SearchIndex) -> None:
    index.replace([a_document("a", body="inpatient outpatient"), a_document("b", body="outpost")])
    assert found(index, "outp*") == ["a", "b"]
    assert found(index, "outp") == []


def test_a_synonym_finds_its_phrase_after_the_word_itself(index: SearchIndex) -> None:
    index.replace([a_document("date_of_birth"), a_document("dob"), a_document("birth_place")])
    assert found(index, "dob") == ["dob", "date_of_birth"]


@pytest.mark.parametrize("text", ['"first', "name:first", "first AND", "*first", "(first", "first~2", "{first TO z]"])
def test_engine_syntax_is_plain_text(index: SearchIndex, text: str) -> None:
    index.replace([a_document("first"), a_document("zulu")])
    assert found(index, text) == ["first"]


def test_replace_puts_the_new_in_place_of_the_old(index: SearchIndex) -> None:
    index.replace([a_document("old_name", id="7"), a_document("other", id="8")])
    index.replace([a_document("new_name", id="7")])
    assert found(index, "old") == []
    assert found(index, "name") == ["7"]
    assert found(index, "other") == ["8"]


def test_kinds_do_not_touch_each_other(index: SearchIndex) -> None:
    index.replace([a_document("ssn", id="1"), a_document("ssn", id="1", kind="column")])
    index.remove([("column", "1")])
    assert [(hit.kind, hit.id) for hit in index.search("ssn", 5)] == [("dataset", "1")]


def test_remove_forgets_and_does_not_mind_the_unknown(index: SearchIndex) -> None:
    index.replace([a_document("ssn")])
    index.remove([("dataset", "ssn"), ("dataset", "never there")])
    assert found(index, "ssn") == []


def test_rebuild_replaces_everything(index: SearchIndex) -> None:
    index.replace([a_document("old")])
    index.rebuild([a_document("new")])
    assert found(index, "old") == []
    assert found(index, "new") == ["new"]


def test_a_rebuild_that_fails_leaves_the_old_index(index: SearchIndex) -> None:
    def broken() -> Iterator[Document]:
        yield a_document("half")
        raise KeyboardInterrupt

    index.replace([a_document("old")])
    with pytest.raises(KeyboardInterrupt):
        index.rebuild(broken())
    assert found(index, "old half") == ["old"]


def test_the_limit_holds_and_equals_are_in_one_order(index: SearchIndex) -> None:
    index.replace([a_document("case", id=str(number)) for number in range(30)])
    assert found(index, "case", limit=3) == ["0", "1", "10"]
    assert found(index, "case", limit=0) == []


NAMES = st.text(min_size=1, max_size=40)
DOCUMENTS = st.builds(
    Document,
    kind=st.sampled_from(["dataset", "column"]),
    id=st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
    name=NAMES | st.from_regex(r"[a-z]{1,4}(_[a-z]{1,4}){0,3}", fullmatch=True),
    title=st.text(max_size=20),
    columns=st.lists(NAMES, max_size=3).map(tuple),
    types=st.lists(st.sampled_from(["SSN", "FULL_NAME"]), max_size=2).map(tuple),
    body=st.text(max_size=40),
)
CORPORA = st.lists(DOCUMENTS, max_size=8, unique_by=lambda document: (document.kind, document.id))


@pytest.fixture(scope="module")
def whoosh(tmp_path_factory: pytest.TempPathFactory) -> WhooshIndex:
    return WhooshIndex(tmp_path_factory.mktemp("whoosh") / "index")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=CORPORA, second=CORPORA, gone=st.integers(0, 3), text=st.text(max_size=30))
def test_every_index_answers_as_the_oracle_does(
    whoosh: WhooshIndex, first: list[Document], second: list[Document], gone: int, text: str
) -> None:
    oracle = MemoryIndex()
    removed = [(document.kind, document.id) for document in first[:gone]]
    for index in (oracle, whoosh):
        index.rebuild(first)
        index.remove(removed)
        index.replace(second)
    for asked in (text, *(document.name for document in first + second)):
        assert whoosh.search(asked, 5) == oracle.search(asked, 5)


PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=20)


@settings(max_examples=200)
@given(CORPORA, PRINTABLE)
def test_a_document_is_found_by_its_exact_name_before_all_others(documents: list[Document], name: str) -> None:
    index = MemoryIndex()
    index.rebuild([*documents, a_document(name, id="wanted")])
    first = index.search(name, 1)[0]
    same = {("dataset", "wanted")} | {(each.kind, each.id) for each in documents if each.name == name}
    assert (first.kind, first.id) in same
