"""What a model is asked for a chat's name, and what of its answer becomes one."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.conversation import TITLE_CHARACTERS
from app.library.titles import ANSWER_CHARACTERS, QUESTION_CHARACTERS, clean_title, title_messages
from engine.types import Role


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Paris in Spring", "Paris in Spring"),
        ("  Paris\tin   Spring.\nA second line.", "Paris in Spring"),
        ("\n\nParis in Spring", "Paris in Spring"),
        ('"Paris in Spring."', "Paris in Spring"),
        ("„Paris im Frühling“", "Paris im Frühling"),
        ("« Paris au printemps »", "Paris au printemps"),
        ("《巴黎的春天》。", "巴黎的春天"),
        ("标题：巴黎的春天", "巴黎的春天"),
        ("**Title:** Paris in Spring", "Paris in Spring"),
        ("# Paris in *Spring*", "Paris in Spring"),
        ("- `Paris` in __Spring__", "Paris in Spring"),
        ("```\nParis in Spring\n```", "Paris in Spring"),
        ("1. [Paris](https://example.org) in Spring", "Paris in Spring"),
        ("<b>Paris</b> in Spring", "Paris in Spring"),
        ("How does it work?", "How does it work?"),
        ("Don't panic", "Don't panic"),
        ("“Spring” and “fall”", "“Spring” and “fall”"),
        ("C# vs. C++", "C# vs. C++"),
        ("snake_case_names in 2 * 3 * 4", "snake_case_names in 2 * 3 * 4"),
        ("1000000 rows", "1000000 rows"),
        ("I can do it: a plan", "I can do it: a plan"),
        ("Sorry: a history of the word", "Sorry: a history of the word"),
        ("Par\u202eis\u200b in Spring\x00", "Paris in Spring"),
    ],
)
def test_a_name_is_found_in_what_was_said(text: str, title: str) -> None:
    assert clean_title(text) == title


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n \n",
        "...",
        "***",
        "<think>\nThe user wants a title.",
        "Hm.</think>\n\nParis",
        "Paris<|im_end|>",
        "<tool_call>",
        "I'm sorry, but I can't help with that.",
        "I cannot give a title",
        "As an AI language model",
        "Es tut mir leid, das geht nicht",
        "抱歉，我不能",
        "Paris Paris Paris Paris",
        "The cat sat. The cat sat. The cat sat.",
        "哈哈哈哈哈哈",
        "aaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_what_is_no_name_is_thrown_away(text: str) -> None:
    assert clean_title(text) is None


def test_a_long_one_is_cut_at_a_word_and_between_characters() -> None:
    words = "A title that goes on beyond all the bounds which there are for it"
    cut = clean_title(words)
    assert cut == "A title that goes on beyond all the bounds which there are…"
    assert clean_title("".join(chr(0x4E00 + n) for n in range(80))) == "".join(chr(0x4E00 + n) for n in range(59)) + "…"
    letters = "bcdfghjklmnpqrstvwxz"
    accented = "".join(letters[n % 20] + "\u0301" for n in range(7)) + "".join(
        letters[(n * 7) % 20] + "\u0301" for n in range(40)
    )
    cut = clean_title(accented)
    assert cut is not None
    assert cut.removesuffix("…").endswith("\u0301")


@given(st.text(max_size=300))
def test_whatever_was_said_it_is_one_short_line_or_nothing(text: str) -> None:
    title = clean_title(text)
    if title is not None:
        assert 0 < len(title) <= TITLE_CHARACTERS
        assert title == " ".join(title.split())
        unseen = {each for each in title if unicodedata.category(each) in ("Cc", "Cf", "Cs")}
        assert unseen <= {"\u200c", "\u200d"}


def test_the_model_is_asked_behind_the_conversation_that_it_has_read() -> None:
    question, answer, wish = title_messages("q" * 5000, "a" * 5000)
    assert (question.role, answer.role, wish.role) == (Role.USER, Role.ASSISTANT, Role.USER)
    assert (len(question.content), len(answer.content)) == (QUESTION_CHARACTERS, ANSWER_CHARACTERS)
    assert answer.thinking == ""
    assert "title" in wish.content
