"""Spelling a word letter by letter."""

from __future__ import annotations

from pocket_draw import Draw, Exchange, phrases
from pocket_words import any_name, any_word, real_word

_ASK = phrases("""
    Spell {w}. | Spell {w} | Spell the word {w}. | How do you spell {w}? | How is {w} spelled? | Can you
    spell {w}? | Please spell {w}. | Spell out {w}. | How do I spell {w}? | Could you spell {w} for me?
    | spelling of {w} | What is the spelling of {w}? | Spell "{w}". | How do you spell "{w}"? | Spell
    the word "{w}". | Spell '{w}' | Write {w} letter by letter. | Give me the letters of {w}. | What are
    the letters in {w}? | Now spell {w}. | And {w}? Spell it. | Tell me how to spell {w}. | I want to
    know how {w} is spelled. | {w} - how is that spelled? | How would you spell {w}? | Show me the
    letters of {w}. | Spell: {w} | Say {w} letter by letter. | Do you know how to spell {w}? | Break {w}
    into letters. | Spell the name {w}. | letters of {w}
""")


def make_spelling(draw: Draw, extra: tuple[str, ...] = ()) -> Exchange:
    """Spell a real or made-up word, now and then a name with its capital; ``extra`` are more real words."""
    template = draw.pick(_ASK)
    if "name" in template or draw.chance(0.06):
        word = any_name(draw)
    elif draw.held_out and draw.chance(0.5):
        word = real_word(draw)
    else:
        word = any_word(draw, extra)
    if word.islower() and draw.chance(0.08):
        word = word.capitalize()
    user = draw.typed(template, w=word)
    thought = f"I go through the word letter by letter: {', '.join(word)}."
    return Exchange("spelling", user, thought, ("-".join(word),))
