import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.errors import ApiError
from bot.sandbox.html import KINDS, Html, link, units
from bot.sandbox.text import Entity, formatted


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("党<x>", 'Unsupported start tag "x" at byte offset 3'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x"', "Unclosed start tag at byte offset 0"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
        ("<tg-time>y</tg-time>", "Invalid Unix time specified"),
    ],
)
def test_broken_markup_is_refused_with_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        Html(source).read()
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "text", "entity"),
    [
        ("<b>支部</b>", "支部", {"type": "bold", "offset": 0, "length": 2}),
        ("😀<i>好</i>", "😀好", {"type": "italic", "offset": 2, "length": 1}),
        ('<a href="https://e.cn/?a=1&amp;b=2">看</a>', "看", {"type": "text_link", "url": "https://e.cn/?a=1&b=2"}),
        ('<pre><code class="language-sql">x</code></pre>', "x", {"type": "pre", "language": "sql"}),
        ('<code class="language-sql">x</code>', "x", {"type": "code", "offset": 0, "length": 1}),
        ("<blockquote expandable>x</blockquote>", "x", {"type": "expandable_blockquote"}),
        ('<span class="tg-spoiler">x</span>', "x", {"type": "spoiler"}),
        ('<tg-time unix="1" format="D">x</tg-time>', "x", {"type": "date_time", "unix_time": 1, "date_time_format": "D"}),
        ("<B>x</b>", "x", {"type": "bold"}),
    ],
)
def test_markup_becomes_text_and_one_entity(source: str, text: str, entity: dict[str, object]) -> None:
    plain, entities = formatted(source, "HTML")
    assert plain == text
    assert len(entities) == 1
    assert entities[0] | entity == entities[0]


def test_only_four_names_and_numbers_are_references() -> None:
    assert Html("&lt;&gt;&amp;&quot;&#20826;&#x515A; &nbsp; &apos; A&B &#0;").read() == ('<>&"党党 &nbsp; &apos; A&B &#0;', [])


def test_a_link_telegram_takes_for_no_address_is_dropped_and_its_text_stays() -> None:
    assert formatted('<a href="javascript:alert(1)">看</a>', "HTML") == ("看", [])
    assert link("http://localhost/x") == ""
    assert link("example.com") == "http://example.com/"


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    assert formatted("\n <b> x </b> \n", "HTML") == ("x", [{"type": "bold", "offset": 0, "length": 1}])


def test_commands_and_addresses_are_found_but_not_inside_code() -> None:
    text, entities = formatted("/start 见 https://e.cn/a <code>/not</code>", "HTML")
    found = [text[e["offset"] : e["offset"] + e["length"]] for e in entities if e["type"] != "code"]
    assert found == ["/start", "https://e.cn/a"]


ESCAPES = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;"})
PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
SIMPLE = ("b", "i", "u", "s", "tg-spoiler", "blockquote")
TREES = st.recursive(
    PLAIN,
    lambda inner: st.tuples(st.sampled_from(SIMPLE), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def written(tree: object) -> str:
    if isinstance(tree, str):
        return tree.translate(ESCAPES)
    assert isinstance(tree, tuple)
    name, parts = tree
    return f"<{name}>{''.join(written(part) for part in parts)}</{name}>"


def read_back(tree: object) -> str:
    if isinstance(tree, str):
        return tree
    assert isinstance(tree, tuple)
    return "".join(read_back(part) for part in tree[1])


@given(TREES)
def test_what_is_escaped_and_nested_well_is_read_back_whole(tree: object) -> None:
    text, entities = Html(written(tree)).read()
    assert text == read_back(tree)
    for entity in entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] <= entity["offset"] + entity["length"] <= units(text)


MARKUP = st.lists(
    st.sampled_from([*(f"<{name}>" for name in KINDS), *(f"</{name}>" for name in KINDS), "<", ">", "&", "=", '"', "'"])
    | st.sampled_from(["&#", "&lt", ";", "/", " ", "a", "href", "党", "😀", "\0", '<a href="x">', "&#xD800;"])
).map("".join)


@given(MARKUP | st.text(st.characters(codec="utf-8")))
def test_any_text_is_either_read_or_refused_politely(source: str) -> None:
    text, entities, complaint = "", list[Entity](), ""
    try:
        text, entities = formatted(source, "HTML")
    except ApiError as refusal:
        complaint = refusal.description
    assert complaint == "" or complaint.startswith("Bad Request: can't parse entities: ")
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= units(text) for e in entities)
    assert entities == sorted(entities, key=lambda e: e["offset"])
