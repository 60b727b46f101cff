"""YAML text becomes plain data with places; whatever is wrong with it is told in one sentence at its place."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kontum_netcheck.inventory import document
from kontum_netcheck.inventory.document import Document, read


def read_text(text: str) -> Document:
    return read(text.encode(), "f.yaml")


def problem(content: bytes | str) -> tuple[int, int, str]:
    found = read(content.encode() if isinstance(content, str) else content, "f.yaml").problems
    assert len(found) == 1
    error = found[0]
    return error.line, error.column, error.problem.text.format(**error.problem.values)


def test_every_scalar_stays_text() -> None:
    data = read_text("a: 02603724615\nb: +842603862345\nc: no\nd: 7:30\ne: 2024-06-27\nf: 1e3\n").data
    assert data == {
        "a": "02603724615",
        "b": "+842603862345",
        "c": "no",
        "d": "7:30",
        "e": "2024-06-27",
        "f": "1e3",
    }


def test_nothing_is_none_and_quoted_nothing_is_text() -> None:
    assert read_text("a:\nb: ~\nc: null\nd: ''\ne: '~'\nf: [1, ~]\n").data == {
        "a": None,
        "b": None,
        "c": None,
        "d": "",
        "e": "~",
        "f": ["1", None],
    }


def test_decomposed_letters_are_composed() -> None:
    assert read_text("a: Đa\u0306\u0301k").data == {"a": "Đắk"}


def test_a_byte_order_mark_is_no_part_of_the_data() -> None:
    assert read(b"\xef\xbb\xbfa: 1", "f.yaml").data == {"a": "1"}


def test_anchors_aliases_and_merge_keys_work() -> None:
    data = read_text("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\nc: *x\nd: {<<: [*x, {r: 4}]}\n").data
    assert data["b"] == {"p": "1", "q": "3"}
    assert data["c"] == {"p": "1", "q": "2"}
    assert data["d"] == {"p": "1", "q": "2", "r": "4"}


def test_places_are_found_in_lists_blocks_and_merged_blocks() -> None:
    found = read_text("a:\n  - b: 1\n    c: [x, yy]\nd: &d {e: 1}\nf: {<<: *d}\n")
    assert found.position(("a", 0, "c", 1)) == (3, 12)
    assert found.position(("a", 0, "c"), of_key=True) == (3, 5)
    assert found.position(("f", "e")) == (4, 11)
    assert found.position(("a", 0, "missing")) == (2, 5)


def test_an_equal_key_is_told_at_its_second_place_and_the_first_value_stays() -> None:
    assert problem("a: 1\nb:\n  c: 1\n  c: 2\n") == (
        4,
        3,
        "The key c stands here twice: first in line 3.",
    )
    assert read_text("a: 1\na: 2").data == {"a": "1"}


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("a:\n\tb: 1", 2, 1, "tab"),
        ("a: b: c", 1, 5, "colon"),
        ("a\nb: 1", 2, 2, "line above"),
        ("a: 'x\nb: 2", 1, 4, "quote"),
        ("a: @x", 1, 4, "sign"),
        ("a: [1, 2\nb: 3", 2, 2, "bracket"),
        ("a:\n  - b\n - c", 3, 2, "left or to the right"),
        ("a: - b", 1, 4, "list can't begin"),
        ("a: *b", 1, 4, "no &b"),
        ("a: &b [*b]", 1, 8, "no &b"),
        ("a: !!python/object:os.system x", 1, 4, "Tags"),
        ("a: 1\n---\nb: 2", 2, 1, "second document"),
        ("{{ name }}: 1", 1, 9, "where a key belongs"),
        ("a: x\x07y", 1, 5, "control character"),
        ("<<: 1", 1, 5, "merged"),
        ("a: &x 1\nb: &x 2", 2, 4, "&x is given twice"),
    ],
)
def test_what_is_no_yaml_is_told_at_its_place(text: str, line: int, column: int, says: str) -> None:
    found = problem(text)
    assert found[:2] == (line, column)
    assert says in found[2]


@pytest.mark.parametrize(
    "text",
    [
        "sites:\n  - id: a\n    name:Trường A\n    district: '608'\n",
        "id: a\nrooms: 3\nname:Trường A",
        "id: a\nother: 1\nname:\N{NO-BREAK SPACE}Trường A\n",
    ],
)
def test_a_missing_space_behind_a_colon_is_told_where_it_is_missing(text: str) -> None:
    (error,) = read_text(text).problems
    assert (error.line, error.problem.text) == (3, "There is no space behind this colon.")
    assert error.hint is not None
    assert error.hint.values == {"key": "name", "value": "Trường A"}


@pytest.mark.parametrize("sign", ["\N{NO-BREAK SPACE}", "\N{ZERO WIDTH SPACE}", "\N{IDEOGRAPHIC SPACE}"])
def test_what_cannot_be_seen_in_a_key_is_told(sign: str) -> None:
    found = read_text(f"a: 1\n{sign}name: x\n")
    assert "invisible" in found.problems[0].problem.text
    assert found.problems[0].line == 2
    assert found.data == {"a": "1", "name": "x"}


def test_a_deep_path_is_cut() -> None:
    (error,) = read_text("[" * 60).problems
    assert error.where == "1/1/1/1/1/…/1/1"


def test_bytes_that_are_not_utf_8_are_told_at_their_place() -> None:
    assert problem(b"a: 1\nb: \xff") == (2, 4, "The file is not UTF-8 text.")
    assert "UTF-8" in problem("a: 1".encode("utf-16"))[2]


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert "larger" in problem(b" " * (document.MAX_BYTES + 1))[2]


def test_a_billion_laughs_are_not_laughed() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "blow" in problem("a0: &a0 [x]\n" + "\n".join(levels))[2]


@pytest.mark.parametrize("opener", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_and_exhausts_nothing(opener: str) -> None:
    assert "nested" in problem(opener * 200_000)[2]


@given(
    st.binary(max_size=300) | st.text(alphabet="ab: -[]{}&*!|>'\"\n\t#?%@`~<,0", max_size=60).map(str.encode)
)
def test_any_bytes_are_data_or_have_a_problem_with_a_place(content: bytes) -> None:
    found = read(content, "f.yaml")
    assert all(error.line >= 0 and error.problem.text for error in found.problems)
    if found.data is not None:
        assert found.position(("a", 0, "b")) >= (1, 1)


scalars = st.text(alphabet="abĐắ09 :-+#'", max_size=8)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3),
    max_leaves=12,
)


@given(trees)
def test_what_was_written_as_yaml_reads_back(tree: object) -> None:
    found = read_text(yaml.safe_dump(tree, allow_unicode=True, default_style="'"))
    assert found.problems == ()
    assert found.data == tree
