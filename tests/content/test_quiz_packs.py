"""党史每日学: what the packs ask is what the facts say, in words a member reads without stumbling, and nothing disputed."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date

from tests.content.packs import DAY, Fact, Item, facts, fits, items, known, mentioned, moments, packs

LONGEST = {"question": 60, "option": 20, "why": 120}
FURTHEST = 15  # years between a wrong year and the right one
FOREIGN = re.compile(r"[A-Za-z\s!-/:-@\[-`{-~]")  # Latin letters, blanks, half-width punctuation
ADDRESS = re.compile(r"https?://|www|[\w-]+\.(?:com|cn|net|org)")
PRAISE = re.compile(r"伟大|光辉|英明|杰出|卓越|英勇|著名|惨烈|不幸")
PLACE = re.compile(r"哪里|哪座城市|哪个地方|哪一镇")
DETAIL = re.compile(r"[在由](\w+?)(?:召开|开幕|举行|通过)。")
NEVER = {
    "F02": r"闭幕|7月3\d日|8月",
    "F12": r"\d日爆发",
    "F19": r"\d日",
    "F23": r"将台堡",
    "F38": r"渡江|4月2[01]日",
    "F48": r"3月2日",
}
ALWAYS = {"F23": r"红四方面军与红一方面军", "F43": r"出国作战纪念日|入朝", "F48": r"全国各大报纸|纪念日"}
TOLD_APART = {"F31-2", "F43-2"}  # three meetings counted from the statement; 19 October told from 25 October


def offending(holds: Callable[[Item], bool], among: Callable[[Item], bool] = lambda item: True) -> list[str]:
    """The ids that break a rule; a rule that nothing is judged by proves nothing."""
    judged = [item for item in items() if among(item)]
    assert judged
    return [item.id for item in judged if not holds(item)]


def wordings(item: Item) -> list[str]:
    return [item.question, *item.options, item.why, item.source, *item.tags, packs()[item.pack]]


def dated(item: Item) -> bool:
    return item.kind != "truth" and all(DAY.fullmatch(option) for option in item.options)


def years(item: Item) -> bool:
    return dated(item) and all("年" in option for option in item.options)


def years_only(item: Item) -> bool:
    return all(re.fullmatch(r"\d{4}年", option) for option in item.options)


def places(item: Item) -> bool:
    return item.kind == "single" and bool(PLACE.search(item.question))


def ordering(item: Item) -> bool:
    return "先后排列" in item.question


def chosen(item: Item) -> bool:
    """Items whose options are all names of facts, and whose question compares them."""
    return item.kind != "truth" and all(option in known() for option in item.options) and comparison(item) is not None


def comparison(item: Item) -> Callable[[Fact], bool] | None:
    """What must hold of the right options and of no other."""
    if "最早" in item.question:
        return lambda fact: fact.date == min(known()[option].date for option in item.options)
    if found := re.search(r"在(.+)之后(?:召开)?？", item.question):
        after = mentioned(found[1])[0]
        return lambda fact: fact.date > after.date
    if found := re.search(r"(\d{4})年(以后)?？", item.question):
        year, later = int(found[1]), bool(found[2])
        return lambda fact: fact.year > year if later else fact.year == year
    if found := re.search(r"20世纪(\d)0年代", item.question):
        decade = f"19{found[1]}"
        return lambda fact: fact.date[:3] == decade
    if found := re.search(r"哪[几两]次(?:在|是)(\w+?)召开", item.question):
        said_of = found[1]
        return lambda fact: said_of in fact.statement
    return None


def plain(item: Item) -> bool:
    """Items answered by a word of their own fact's statement."""
    return item.kind != "truth" and not (dated(item) or ordering(item) or chosen(item)) and item.id not in TOLD_APART


def said(option: str, fact: Fact) -> bool:
    return option in fact.statement or option in fact.names


def compared(item: Item) -> bool:
    return item.kind == "truth" and bool(re.search("早于|晚于", item.question))


def stated(item: Item) -> bool:
    return item.kind == "truth" and not compared(item)


def test_there_are_enough_items_and_every_fact_is_asked_from_several_sides() -> None:
    asked = Counter(item.fact for item in items())
    assert len(items()) >= 150
    assert set(asked) == set(facts())
    assert {fact for fact, times in asked.items() if not 2 <= times <= 4} == set()


def test_ids_are_a_fact_and_a_number_and_nobody_elses() -> None:
    assert offending(lambda item: bool(re.fullmatch(rf"{item.fact}-[1-9]\d*", item.id))) == []
    assert [name for name, times in Counter(item.id for item in items()).items() if times > 1] == []
    assert [
        question for question, times in Counter(item.question + str(item.options) for item in items()).items() if times > 1
    ] == []


def test_a_fact_lives_in_one_pack_of_its_years() -> None:
    assert [fact for fact in facts() if len({item.pack for item in items() if item.fact == fact}) != 1] == []

    def in_its_years(item: Item) -> bool:
        first, last = re.findall(r"\d{4}", packs()[item.pack] + "2100")[:2]
        return int(first) <= item.about.year <= int(last)

    assert offending(in_its_years) == []


def unreviewed(item: Item) -> bool:
    return not item.reviewer


def test_only_what_rests_on_well_founded_facts_or_a_reviewer_and_names_its_source_is_enabled() -> None:
    assert offending(lambda item: item.enabled == all(fact.grade == "A" for fact in item.mentions), unreviewed) == []
    assert offending(lambda item: bool(item.source), lambda item: item.enabled) == []
    assert sum(item.enabled for item in items()) >= 80


def test_a_source_is_an_institution_and_the_pages_are_those_of_the_facts() -> None:
    assert offending(lambda item: not ADDRESS.search(item.source)) == []
    assert offending(lambda item: set(item.about.sources) <= set(item.pages)) == []
    assert (
        offending(lambda item: set(item.pages) <= {page for fact in item.mentions for page in fact.sources}, unreviewed) == []
    )


def test_every_item_says_when_it_was_checked_and_does_not_expire_before() -> None:
    assert offending(lambda item: item.checked_on >= date(2026, 11, 21)) == []
    assert offending(lambda item: item.valid_until is None or item.valid_until > item.checked_on) == []


def test_texts_are_short_enough_for_a_phone() -> None:
    assert offending(lambda item: 0 < len(item.question) <= LONGEST["question"]) == []
    assert offending(lambda item: all(0 < len(option) <= LONGEST["option"] for option in item.options)) == []
    assert offending(lambda item: 0 < len(item.why) <= LONGEST["why"]) == []


def test_texts_hold_no_latin_letters_no_blanks_and_no_half_width_punctuation() -> None:
    assert offending(lambda item: not any(FOREIGN.search(text) for text in wordings(item))) == []


def test_a_question_asks_a_statement_states_and_the_reason_is_one_sober_sentence() -> None:
    assert offending(lambda item: item.question.endswith("。" if item.kind == "truth" else "？")) == []
    assert offending(lambda item: item.why.count("。") == 1 and item.why.endswith("。")) == []
    assert offending(lambda item: not PRAISE.search(item.text)) == []


def test_options_differ_and_the_right_ones_are_among_them() -> None:
    assert {item.kind for item in items()} == {"single", "multiple", "truth"}
    assert offending(lambda item: len(set(item.options)) == len(item.options) >= 2) == []
    assert offending(lambda item: set(item.right) <= set(range(len(item.options)))) == []
    assert offending(lambda item: len(item.right) == 1, lambda item: item.kind != "multiple") == []
    assert (
        offending(
            lambda item: 2 <= len(set(item.right)) == len(item.right) < len(item.options), lambda item: item.kind == "multiple"
        )
        == []
    )


def test_several_are_right_only_where_the_question_says_so() -> None:
    assert offending(lambda item: bool(re.search("哪[几两]", item.question)) == (item.kind == "multiple")) == []


def test_truth_items_offer_right_and_wrong_and_about_half_are_wrong() -> None:
    truths = [item for item in items() if item.kind == "truth"]
    assert offending(lambda item: (item.options == ["对", "错"]) == (item.kind == "truth")) == []
    assert 0.4 <= sum(item.true for item in truths) / len(truths) <= 0.6
    for form in (compared, stated):  # the form of a statement does not give its truth away
        assert 0.3 <= sum(item.true for item in truths if form(item)) / sum(map(form, truths)) <= 0.7


def test_the_right_one_has_no_favourite_place() -> None:
    seats = Counter(item.right[0] for item in items() if item.kind == "single" and len(item.options) == 4)
    assert max(seats.values()) <= 0.4 * seats.total()


def test_the_question_does_not_give_its_answer_away() -> None:
    assert offending(lambda item: not any(right in item.question for right in item.rights)) == []

    def hides_the_place(item: Item) -> bool:
        place = item.rights[0]
        return not any(place[n : n + 2] in item.question for n in range(len(place) - 1))

    assert offending(hides_the_place, places) == []


def test_a_right_date_is_the_facts_own() -> None:
    assert offending(lambda item: all(fits(moment, item.about) for moment in moments(item.rights[0])), dated) == []
    assert offending(lambda item: int(item.rights[0][:4]) == item.about.year, years) == []


def test_wrong_years_lie_near_the_right_one() -> None:
    assert (
        offending(lambda item: all(0 < abs(int(wrong[:4]) - item.about.year) <= FURTHEST for wrong in item.wrongs), years_only)
        == []
    )
    assert offending(lambda item: all(abs(int(wrong[:4]) - item.about.year) <= FURTHEST for wrong in item.wrongs), years) == []


def test_no_date_is_finer_than_the_fact_knows_it() -> None:
    vague = [fact for fact in facts().values() if fact.opened[2] is None]
    assert vague
    assert (
        offending(
            lambda item: "哪一天" not in item.question and not re.search(r"\d日", item.text), lambda item: item.about in vague
        )
        == []
    )


def test_what_is_disputed_is_not_asked_and_what_must_be_told_apart_is() -> None:
    assert offending(lambda item: not re.search(NEVER[item.fact], item.text), lambda item: item.fact in NEVER) == []
    assert offending(lambda item: bool(re.search(ALWAYS[item.fact], item.question)), lambda item: item.fact in ALWAYS) == []


def test_the_reason_tells_only_dates_of_the_facts() -> None:
    def known_to_the_facts(item: Item) -> bool:
        return all(any(fits(moment, fact) for fact in item.mentions) for moment in moments(item.why))

    assert offending(known_to_the_facts) == []


def test_a_place_is_the_facts_and_no_other_place_offered_is() -> None:
    assert offending(lambda item: item.rights[0] in item.about.statement, places) == []
    assert offending(lambda item: not any(wrong in item.about.statement for wrong in item.wrongs), places) == []


def test_a_question_that_compares_events_has_exactly_the_answers_it_claims() -> None:
    def as_claimed(item: Item) -> bool:
        holds = comparison(item)
        return holds is not None and [option for option in item.options if holds(known()[option])] == item.rights

    assert offending(as_claimed, chosen) == []


def test_a_sequence_is_right_only_where_its_dates_rise() -> None:
    def rises(option: str) -> bool:
        dates = [fact.date for fact in mentioned(option)]
        assert len(dates) == 3
        return dates == sorted(dates)

    assert offending(lambda item: [option for option in item.options if rises(option)] == item.rights, ordering) == []


def test_every_other_answer_is_a_word_of_the_fact_and_no_wrong_option_is() -> None:
    assert offending(lambda item: all(said(right, item.about) for right in item.rights), plain) == []
    assert offending(lambda item: not any(said(wrong, item.about) for wrong in item.wrongs), plain) == []


def test_a_statement_about_what_came_first_is_judged_by_the_dates() -> None:
    def judged_rightly(item: Item) -> bool:
        first, second = (fact.date for fact in mentioned(item.question))
        return item.true == (first < second if "早于" in item.question else first > second)

    assert offending(judged_rightly, compared) == []


def test_a_statement_is_true_where_its_dates_place_and_author_are_the_facts() -> None:
    def as_the_fact_says(item: Item) -> bool:
        detail = DETAIL.search(item.question)
        return all(fits(moment, item.about) for moment in moments(item.question)) and (
            detail is None or detail[1] in item.about.statement
        )

    assert offending(lambda item: item.true == as_the_fact_says(item), stated) == []


def test_tags_name_the_decade_and_one_matter_at_least() -> None:
    assert (
        offending(lambda item: item.tags[-1] == f"{item.about.date[:3]}0年代" and len(set(item.tags)) == len(item.tags) >= 2)
        == []
    )
