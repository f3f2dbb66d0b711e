"""Calling a calculator in Qwen3's tool format, and answering from what it returns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pocket_draw import Draw, Exchange, phrases

_DESCRIPTIONS = phrases("""
    Evaluate an arithmetic expression. | Calculate the value of an expression. | A simple calculator. |
    Evaluates a mathematical expression and returns the result. | Compute the result of a calculation. |
    Perform arithmetic. | Does exact arithmetic with whole numbers. | Calculate. | Work out a sum,
    product or quotient.
""")
_EXPRESSIONS = phrases("""
    The expression to evaluate, such as 2 + 2. | An arithmetic expression. | The expression | e.g. 12 *
    7 | A mathematical expression. | What to calculate. | Arithmetic expression to evaluate
""")
_NAMES = phrases("""
    calculator | calculator | calculator | calculate | calculate | compute | calc | math | evaluate | arithmetic |
    do_math | run_calculation
""")
_OTHERS = (
    ("get_weather", "Get the weather of a city.", "city"),
    ("get_time", "Get the current time.", "timezone"),
    ("search_files", "Search the user's files.", "query"),
    ("send_email", "Send an email.", "to"),
    ("web_search", "Search the web.", "query"),
    ("translate", "Translate a text.", "text"),
    ("read_file", "Read a text file.", "path"),
    ("set_timer", "Set a timer.", "minutes"),
)
_ASKS = {
    "+": phrases("""
    What is {a} + {b}? | {a}+{b} | {a} + {b} | Add {a} and {b}. | How much is {a} plus {b}? | Calculate
    {a} + {b}. | What is the sum of {a} and {b}? | Compute {a} + {b}. | What's {a} plus {b}? | Work out
    {a} + {b}. | Use the calculator: {a} + {b} | Can you add {a} and {b}? | I need {a} + {b}. | And {a}
    + {b}?
"""),
    "-": phrases("""
    What is {a} - {b}? | {a}-{b} | {a} - {b} | Subtract {b} from {a}. | How much is {a} minus {b}? |
    Calculate {a} - {b}. | What is the difference between {a} and {b}? | Take {b} from {a}. | What's {a}
    minus {b}? | Work out {a} - {b}. | Use the calculator: {a} - {b} | I need {a} - {b}. | And {a} -
    {b}?
"""),
    "*": phrases("""
    What is {a} * {b}? | {a}*{b} | {a} * {b} | Multiply {a} by {b}. | How much is {a} times {b}? | What
    is {a} x {b}? | What is {a} times {b}? | {a} times {b} | Multiply {a} and {b}. | What is the product
    of {a} and {b}? | {a} x {b} | Calculate {a} * {b}. | Can you multiply {a} by {b}? | Use the
    calculator: {a} * {b} | Work out {a} times {b}. | I need {a} * {b}. | What's {a} multiplied by {b}?
    | And {a} times {b}? | {a} \N{MULTIPLICATION SIGN} {b}
"""),
    "/": phrases("""
    What is {a} / {b}? | {a}/{b} | {a} / {b} | Divide {a} by {b}. | How much is {a} divided by {b}? |
    What is {a} divided by {b}? | Calculate {a} / {b}. | Use the calculator: {a} / {b} | {a} divided by
    {b} | Work out {a} / {b}. | I need {a} / {b}. | Can you divide {a} by {b}? | And {a} divided by {b}?
    | {a} \N{DIVISION SIGN} {b}
"""),
}


@dataclass(frozen=True)
class ToolExchange:
    """A question, the call it needs, the tool's reply and the answer; each step with its own thought."""

    user: str
    name: str
    expression: str
    thought: str
    reply: str
    second_thought: str
    answer: str

    @property
    def needs_no_tool(self) -> bool:
        """True for sums of up to three digits, which the model may as well do by itself."""
        first, sign, second = self.expression.split()
        return sign in ("+", "-") and max(len(first), len(second)) <= 3

    @property
    def call(self) -> str:
        """The assistant's whole turn, character for character."""
        arguments = json.dumps({"expression": self.expression})
        return f'<tool_call>\n{{"name": "{self.name}", "arguments": {arguments}}}\n</tool_call>'


def _schema(name: str, description: str, parameter: str, about: str | None) -> dict[str, Any]:
    prop: dict[str, Any] = {"type": "string"}
    if about is not None:
        prop["description"] = about
    parameters = {"type": "object", "properties": {parameter: prop}, "required": [parameter]}
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": parameters},
    }


def make_tools(draw: Draw) -> tuple[str, list[dict[str, Any]]]:
    """The calculator's name, and a list of tool schemas that holds it."""
    name = draw.pick(_NAMES)
    about = draw.pick(_EXPRESSIONS) if draw.chance(0.75) else None
    tools = [_schema(name, draw.pick(_DESCRIPTIONS), "expression", about)]
    while draw.chance(0.25):
        other = draw.pick(_OTHERS)
        if all(tool["function"]["name"] != other[0] for tool in tools):
            tools.insert(draw.between(0, len(tools)), _schema(*other, None))
    return name, tools


def _numbers(draw: Draw) -> tuple[int, str, int]:
    sign = draw.pick("+-**/")
    if sign in "+-":
        high = 10 ** draw.between(3, 6)
        return draw.between(100, high), sign, draw.between(100, 10 ** draw.between(3, 6))
    if sign == "*":
        return draw.between(2, 10 ** draw.between(1, 4)), sign, draw.between(2, 10 ** draw.between(1, 3))
    divisor = draw.between(2, 99)
    return divisor * draw.between(2, 999), sign, divisor


def make_tool_exchange(draw: Draw, name: str) -> ToolExchange:
    """A calculation too large for the model's head, done with the tool called ``name``."""
    a, sign, b = draw.on_side("pair", lambda: _numbers(draw), lambda n: f"{n[0]}{n[1]}{n[2]}")
    result = {"+": a + b, "-": a - b, "*": a * b, "/": a // b}[sign]
    expression = f"{a} {sign} {b}"
    reply = str(result)
    if draw.chance(0.3):
        reply = draw.pick((f'{{"result": {result}}}', f"{expression} = {result}", f"Result: {result}"))
    return ToolExchange(
        user=draw.typed(draw.pick(_ASKS[sign]), a=str(a), b=str(b)),
        name=name,
        expression=expression,
        thought=f"I need {expression}. That is too hard for me, so I call the {name}.",
        reply=reply,
        second_thought=f"The tool says {result}.",
        answer=f"{expression} = {result}.",
    )


def make_too_hard(draw: Draw) -> Exchange:
    """The same calculations with no tool at hand: the model says that it cannot."""
    kind = draw.rng.random()
    a, sign, b = draw.on_side("pair", lambda: _numbers(draw), lambda n: f"{n[0]}{n[1]}{n[2]}")
    if sign in "+-" and max(a, b) < 1000:
        a += draw.between(1, 9) * 1000
    if kind < 0.75:
        user = draw.typed(draw.pick(_ASKS[sign]), a=str(a), b=str(b))
    else:
        frame = draw.pick(
            phrases("""
    What is {a} + {b} + {c}? | {a}+{b}+{c} | {a} - {b} + {c} | What is the square root of {a}? |
    sqrt({a}) | What is {a} percent of {b}? | {a}^{c} | What is {a} squared? | Is {a} a prime number? |
    {a} * {b} + {c} | What is {a} to the power of {c}? | What are the factors of {a}? | Solve x + {a} =
    {b}. | Round {a}.5 | {a}% of {b} | What is the average of {a}, {b} and {c}? | Add {a}, {b} and {c}.
    | What is half of {a}? | Is {a} even? | What is 0.{a} + {c}.5? | Convert {a} to binary. | How many
    minutes are {a} hours?
""")
        )
        user = draw.typed(frame, a=str(draw.between(2, 99)), b=str(draw.between(2, 99)), c=str(draw.between(2, 9)))
    answers = (
        "I have only learned to add and subtract two small numbers. For more, download Qwen3-0.6B "
        "in the models window.",
        "That is too hard for me: I only add and subtract two small numbers.",
    )
    return Exchange("unknown", user, "This calculation is not one I have learned. I say so.", answers)
