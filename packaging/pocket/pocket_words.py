"""Words and names to spell and remember: real ones, and made-up ones that look the part."""

from __future__ import annotations

from pocket_draw import Draw


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WORDS = _split(
    """
cat dog sun moon tree house apple bread water river stone cloud green blue yellow purple orange silver window
door table chair lamp paper pencil garden flower summer winter spring autumn morning evening night school
teacher student friend family mother father brother sister baby child people music guitar piano violin drum
dance paint picture story book letter number circle square triangle animal horse sheep goat pig chicken duck
goose rabbit mouse tiger lion bear wolf fox deer eagle owl snake frog fish whale dolphin shark spider beetle
butterfly elephant giraffe monkey zebra kangaroo penguin banana cherry grape lemon melon peach pear plum
strawberry potato tomato carrot onion pepper garlic cheese butter sugar honey coffee chocolate biscuit
sandwich breakfast dinner kitchen bedroom bathroom balcony ceiling floor roof wall stairs bridge street road
corner market shop bakery library museum hospital station airport train bicycle car truck plane boat ship
rocket engine wheel mountain valley desert island ocean forest jungle meadow beach thunder lightning rainbow
snow storm wind weather planet star galaxy universe gravity energy light shadow mirror candle fire smoke metal
gold iron copper glass plastic cotton wool leather shirt jacket trousers dress shoe sock hat glove scarf
pocket button zipper ring necklace diamond crown castle king queen prince princess knight dragon wizard magic
secret treasure key lock clock watch minute hour second week month year birthday holiday party present game
puzzle riddle football tennis hockey swimming running jumping climbing walking talking singing reading writing
thinking dreaming sleeping laughing crying smiling happy sad angry brave calm clever curious eager gentle
honest kind lazy lucky noisy patient polite proud quiet quick shy silly strong tired weak wise young old big
small tall short long wide narrow deep high low fast slow hot cold warm cool wet dry clean dirty full empty
heavy soft hard smooth rough sharp round flat sweet sour bitter salty fresh rotten beautiful ugly bright dark
loud computer keyboard screen mouse printer internet network program software hardware memory processor
battery cable camera phone television radio doctor nurse farmer baker butcher carpenter engineer lawyer
soldier sailor pilot driver painter writer singer actor necessary separate definitely believe receive weird
friend rhythm tomorrow beginning different difficult example question answer because through thought enough
although language knowledge science history geography mathematics chemistry biology physics language sentence
paragraph chapter adventure mystery journey vacation hotel restaurant kettle spoon fork knife plate bowl
bottle basket blanket pillow curtain carpet hammer nail screw ladder bucket umbrella envelope stamp pepper
mushroom cucumber pumpkin spinach cabbage lettuce walnut almond peanut raisin vanilla cinnamon ginger oregano
basil parsley yogurt pancake waffle noodle pasta pizza burger sausage bacon salad soup quiz jazz fizz box fix
jump joke quite quick zero lazy crazy puzzle vivid velvet valley vowel wax yoke yacht xylophone
"""
)

NAMES = _split(
    """
Anna Ben Clara David Emma Felix Grace Henry Isla Jack Kate Leo Maria Noah Olivia Peter Quinn Rosa Sam Tom Uma
Victor Wendy Xavier Yara Zoe Alice Bob Carol Daniel Eva Frank George Hannah Ivan Julia Kevin Laura Mike Nina
Oscar Paul Rachel Steve Tina Ursula Vera Will Yusuf Zara Amir Bianca Carlos Dana Elena Fatima Gabriel Hugo
Ines Jonas Karim Lena Mateo Nadia Omar Priya Ravi Sofia Tariq Umar Valentina Wei Ximena Yuki Aisha Bruno Chloe
Diego Erik Fiona Greta Hana Igor Jamal Kenji Lucia Mohammed Natasha Otto Pablo Rita Sven Tanya Ulrich Viktor
Walter Yasmin Zainab Alex Sarah John James Mary Robert Linda Michael Susan William Karen Richard Nancy Joseph
Lisa Thomas Betty Charles Helen Chris Sandra Matthew Ashley Anthony Emily Mark Donna Donald Michelle Andrew
Amanda Joshua Melissa Kenneth Deborah Brian Rebecca Max Mia Finn Lily Oliver Ella Lucas Amy Ethan Ruby Liam
Jim Tim Kim Joe Sue Ann Ian Ali Ida Meg Ray Roy Max Lee
"""
)

_ONSETS = _split(
    "b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kn l m n p ph pl pr qu r s sc sh sk sl sm sn sp st str "
    "sw t th tr tw v w wh wr y z"
)
_VOWELS = _split("a a a e e e i i i o o o u u ai au ay ea ee ei ia ie io oa oo ou oy ue y")
_CODAS = (
    *("", "", "", ""),
    *_split("b ck d ff g l ll m mp n nd ng nk nt p r rd rk rm rn rt s sh sk ss st t tch th tt v x z zz"),
)
_ENDINGS = ("", "", "", *_split("er ing ed ly s y tion ment ness able ous ful ish al le"))
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def made_up(draw: Draw, syllables: int) -> str:
    """A pronounceable word nobody knows."""
    return "".join(draw.pick(_ONSETS) + draw.pick(_VOWELS) + draw.pick(_CODAS) for _ in range(syllables))


def _blend(draw: Draw) -> str:
    """The head of one real word and the tail of another: familiar pieces in new places."""
    first, second = draw.pick(WORDS), draw.pick(WORDS)
    return first[: draw.between(1, len(first))] + second[draw.between(0, len(second) - 1) :]


def any_word(draw: Draw, extra: tuple[str, ...] = ()) -> str:
    """A word to spell, in lower case and at most 13 letters, on the draw's side of the split."""

    def make() -> str:
        kind = draw.rng.random()
        if kind < 0.3:
            word = draw.pick(WORDS)
        elif kind < 0.45 and extra:
            word = draw.pick(extra)
        elif kind < 0.55:
            word = draw.pick(WORDS) + draw.pick(_ENDINGS)
        elif kind < 0.72:
            word = _blend(draw)
        elif kind < 0.93:
            word = made_up(draw, draw.between(1, 3)) + draw.pick(_ENDINGS)
        else:
            word = "".join(draw.pick(_LETTERS) for _ in range(draw.between(2, 7)))
        return word[:13]

    return draw.on_side("word", make)


def real_word(draw: Draw) -> str:
    return draw.on_side("word", lambda: draw.pick(WORDS))


def any_name(draw: Draw) -> str:
    """A first name, real or made up, on the draw's side of the split; now and then without its capital."""

    def make() -> str:
        ending = draw.pick(("", "", "a", "o", "ia", "us", "en", "is", "ra"))
        kind = draw.rng.random()
        if kind < 0.5:
            return draw.pick(NAMES) + (ending if kind < 0.12 else "")
        return (made_up(draw, draw.between(1, 2)) + ending)[:10].capitalize()

    name = draw.on_side("name", make)
    return name.lower() if draw.chance(0.08) else name
