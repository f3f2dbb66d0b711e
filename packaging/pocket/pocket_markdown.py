"""Lists, tables, code blocks and formulas on request, of a few subjects each."""

from __future__ import annotations

from dataclasses import dataclass

from pocket_draw import Draw, Exchange, phrases


@dataclass(frozen=True)
class Sample:
    """One piece of Markdown: its kind, what people call it, and its text."""

    kind: str
    names: tuple[str, ...]
    text: str


def _bullets(*items: str) -> str:
    return "\n".join(f"- {item}" for item in items)


def _steps(*items: str) -> str:
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def _table(*rows: tuple[str, ...]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]])


def _code(language: str, *lines: str) -> str:
    return "\n".join([f"```{language}", *lines, "```"])


SAMPLES = (
    Sample(
        "list",
        ("fruits", "fruit"),
        "Here is a list of fruits:\n\n" + _bullets("apple", "banana", "cherry", "orange"),
    ),
    Sample(
        "list",
        ("vegetables", "veggies"),
        "Here is a list of vegetables:\n\n" + _bullets("carrot", "potato", "onion", "pea"),
    ),
    Sample(
        "list",
        ("colors", "colours"),
        "Here is a list of colors:\n\n" + _bullets("red", "green", "blue", "yellow"),
    ),
    Sample(
        "list",
        ("animals", "some animals"),
        "Here is a list of animals:\n\n" + _bullets("cat", "dog", "horse", "bird"),
    ),
    Sample(
        "list",
        ("planets", "the planets", "planets in order"),
        "Here are the planets in order:\n\n"
        + _steps("Mercury", "Venus", "Earth", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"),
    ),
    Sample(
        "list",
        ("days", "the days of the week", "weekdays", "days of the week"),
        "Here are the days of the week:\n\n"
        + _steps("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ),
    Sample(
        "list",
        ("seasons", "the seasons", "the four seasons"),
        "Here are the seasons:\n\n" + _bullets("spring", "summer", "autumn", "winter"),
    ),
    Sample(
        "table",
        ("fruits", "fruits and colors", "fruits and their colors", "fruit"),
        "Here is a table of fruits:\n\n"
        + _table(("Fruit", "Color"), ("apple", "red"), ("banana", "yellow"), ("lime", "green")),
    ),
    Sample(
        "table",
        ("animals", "animals and legs", "animals and their legs", "legs of animals"),
        "Here is a table of animals:\n\n" + _table(("Animal", "Legs"), ("cat", "4"), ("bird", "2"), ("bee", "6")),
    ),
    Sample(
        "table",
        ("planets", "planets and sizes", "the planets", "planets and their size"),
        "Here is a table of planets:\n\n"
        + _table(("Planet", "Size"), ("Mercury", "small"), ("Earth", "medium"), ("Jupiter", "large")),
    ),
    Sample(
        "table",
        ("numbers", "numbers and squares", "squares", "square numbers"),
        "Here is a table of squares:\n\n" + _table(("n", "n squared"), ("1", "1"), ("2", "4"), ("3", "9"), ("4", "16")),
    ),
    Sample(
        "table",
        ("shortcuts", "the shortcuts", "keyboard shortcuts", "Ponder shortcuts"),
        "Here is a table of shortcuts:\n\n"
        + _table(("Key", "Action"), ("Ctrl+N", "new chat"), ("Ctrl+K", "search"), ("Esc", "stop")),
    ),
    Sample(
        "code",
        phrases("""
    hello world | a hello world program | hello world in Python | a program that prints hello
"""),
        "Here is the code:\n\n" + _code("python", 'print("Hello, world!")'),
    ),
    Sample(
        "code",
        phrases("""
    an add function | a function that adds two numbers | adding two numbers | a Python function to add
    numbers
"""),
        "Here is the code:\n\n" + _code("python", "def add(a, b):", "    return a + b"),
    ),
    Sample(
        "code",
        ("a for loop", "a loop", "a loop that counts to ten", "counting to ten", "a Python loop"),
        "Here is the code:\n\n" + _code("python", "for i in range(1, 11):", "    print(i)"),
    ),
    Sample(
        "code",
        ("an if statement", "if and else", "a Python if", "an even or odd check"),
        "Here is the code:\n\n" + _code("python", "if n % 2 == 0:", '    print("even")', "else:", '    print("odd")'),
    ),
    Sample(
        "code",
        phrases("""
    a hello function | a function that greets | a greeting function | a function that says hello
"""),
        "Here is the code:\n\n" + _code("python", "def greet(name):", '    return f"Hello, {name}!"'),
    ),
    Sample(
        "formula",
        ("the quadratic formula", "quadratic equations", "solving a quadratic equation"),
        "The quadratic formula is:\n\n$$x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$$",
    ),
    Sample(
        "formula",
        ("Pythagoras", "the Pythagorean theorem", "the theorem of Pythagoras"),
        "The theorem of Pythagoras is $a^2 + b^2 = c^2$.",
    ),
    Sample(
        "formula",
        ("the area of a circle", "circle area", "a circle's area"),
        "The area of a circle is $A = \\pi r^2$.",
    ),
    Sample(
        "formula",
        ("the area of a triangle", "triangle area", "a triangle's area"),
        "The area of a triangle is $A = \\frac{1}{2} b h$.",
    ),
    Sample(
        "formula",
        ("mass and energy", "Einstein's equation", "energy and mass", "E = mc2"),
        "The famous formula is $E = mc^2$.",
    ),
    Sample(
        "formula",
        ("the sum of the first n numbers", "the sum from 1 to n", "summing the numbers up to n"),
        "The sum is:\n\n$$\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}$$",
    ),
)

_FRAMES = {
    "list": phrases("""
    List {t}. | Make a list of {t}. | Give me a list of {t}. | A list of {t} | Show me a list of {t}. |
    Write a list of {t}. | I need a list of {t}. | Can you list {t}? | Show {t} as a list. | Bullet list
    of {t} | Could you make a list of {t}? | I'd like a list of {t}. | Name some {t}. | Please list {t}.
    | Markdown list of {t} | Create a list of {t}. | {t} as a list | list with {t} | Write down {t} in a
    list.
"""),
    "table": phrases("""
    Make a table of {t}. | Give me a table of {t}. | Show me a table of {t}. | A table of {t} | Write a
    table of {t}. | I need a table of {t}. | Can you make a table of {t}? | Show {t} as a table. | Table
    of {t} | Create a table with {t}. | Could you show a table about {t}? | Draw a table of {t}. |
    Markdown table of {t} | Please make a table of {t}. | Put {t} in a table. | I'd like a table with
    {t}. | {t} as a table | table for {t}
"""),
    "code": phrases("""
    Write {t}. | Show me {t}. | Show me code for {t}. | Write code for {t}. | Give me code for {t}. |
    Code for {t} | Python code for {t} | Can you write {t}? | I need {t}. | Write {t} in Python. | Show
    {t} in Python. | Give me an example of {t}. | Could you show me {t}? | Please write {t}. | How do I
    write {t}? | Show a code block with {t}. | Write Python for {t}. | What does {t} look like in
    Python? | Python: {t}
"""),
    "formula": phrases("""
    What is the formula for {t}? | Show me the formula for {t}. | Write the formula for {t}. | Formula
    for {t} | Give me the formula for {t}. | Show {t} as a formula. | Can you write the formula for {t}?
    | Show me {t}. | What is {t}? | Write {t} in LaTeX. | LaTeX for {t} | I need the formula for {t}. |
    Tell me the formula for {t}. | How do you write {t} as a formula? | Please show {t}. | Which formula
    is there for {t}? | What's {t}?
"""),
}
_PLAIN = {
    "list": phrases("""
    Show me a list. | Make a list. | Write a list. | Give me a bullet list. | Can you make a list? |
    Show a Markdown list.
"""),
    "table": phrases("""
    Show me a table. | Make a table. | Write a table. | Draw a table. | Can you make a table? | Show a
    Markdown table.
"""),
    "code": phrases("""
    Show me some code. | Write some code. | Show me a code block. | Write some Python. | Can you write
    code? | Show code.
"""),
    "formula": phrases("""
    Show me a formula. | Write a formula. | Give me a formula. | Show some LaTeX. | Can you show a
    formula? | Show me some math in LaTeX.
"""),
}
_MARKDOWN = phrases("""
    Show me some Markdown. | Can you write Markdown? | Markdown please | Show me what Markdown looks
    like. | Do some Markdown.
""")


def make_markdown(draw: Draw) -> Exchange:
    """A request for one of the samples, or for any sample of a kind."""
    sample = draw.pick(SAMPLES)
    texts: tuple[str, ...] = (sample.text,)
    subject = f"{sample.kind} about {sample.names[0]}" if sample.kind != "formula" else f"formula for {sample.names[0]}"
    thought = f"The user wants a {subject}. I know this one."
    kind = draw.rng.random()
    if kind < 0.06:
        texts = tuple(other.text for other in SAMPLES if other.kind == sample.kind)
        user = draw.typed(draw.pick(_PLAIN[sample.kind]))
        thought = f"The user wants to see a {sample.kind}. I show one."
    elif kind < 0.08:
        texts = tuple(other.text for other in SAMPLES if other.kind in ("list", "table"))
        user, thought = draw.typed(draw.pick(_MARKDOWN)), "The user wants to see Markdown. I show some."
        if sample.kind not in ("list", "table"):
            return make_markdown(draw)
    else:

        def fill() -> str:
            return draw.pick(_FRAMES[sample.kind]).replace("{t}", draw.pick(sample.names))

        user = draw.typed(draw.on_side("phrase", fill))
    return Exchange("markdown", user, thought, texts)
