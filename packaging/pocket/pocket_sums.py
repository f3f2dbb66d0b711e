"""Sums and differences of whole numbers, with the written method as the thought."""

from __future__ import annotations

from pocket_draw import Draw, Exchange, phrases

_PLUS = phrases("""
    What is {a} + {b}? | What is {a} plus {b}? | {a}+{b} | {a} + {b} | {a} + {b} = ? | {a}+{b}= | {a} +
    {b} = | {a} plus {b} | {a} plus {b}? | {a}+{b}? | Add {a} and {b}. | Add {b} to {a}? | How much is
    {a} + {b}? | How much is {a} plus {b}? | Calculate {a} + {b}. | Compute {a}+{b} | What does {a} plus
    {b} make? | What is the sum of {a} and {b}? | Sum of {a} and {b} | Find the sum of {a} and {b}. |
    Can you add {a} and {b}? | Could you tell me what {a} + {b} is? | Tell me {a} plus {b}. | I need {a}
    + {b}. | Solve {a} + {b}. | What do you get if you add {a} and {b}? | What do I get when I add {b}
    to {a}? | Do you know {a} + {b}? | What's the total of {a} and {b}? | Work out {a} + {b}. | {a} and
    {b} together? | Please add {a} to {b}. | Give me the result of {a}+{b}. | What is {a} added to {b}?
    | Let's try {a} + {b}. | And {a} + {b}? | And what about {a} plus {b}? | Now {a} + {b}. | Next: {a}
    + {b} | how about {a} + {b}? | Quick: {a} plus {b}? | What is the answer to {a} + {b}? | Evaluate
    {a} + {b}. | Think about {a} + {b}. | Math question: {a} + {b}
""")
_REVERSED_PLUS = {"Add {b} to {a}?", "What do I get when I add {b} to {a}?"}
_MINUS = phrases("""
    What is {a} - {b}? | What is {a} minus {b}? | {a}-{b} | {a} - {b} | {a} - {b} = ? | {a}-{b}= | {a} -
    {b} = | {a} minus {b} | {a} minus {b}? | {a}-{b}? | Subtract {b} from {a}. | Take {b} from {a}. |
    Take {b} away from {a}. | How much is {a} - {b}? | How much is {a} minus {b}? | Calculate {a} - {b}.
    | Compute {a}-{b} | What does {a} minus {b} make? | What is the difference between {a} and {b}? |
    Can you subtract {b} from {a}? | Could you tell me what {a} - {b} is? | Tell me {a} minus {b}. | I
    need {a} - {b}. | Solve {a} - {b}. | What do you get if you take {b} from {a}? | What is {b} less
    than {a}? | What is left when you take {b} from {a}? | Work out {a} - {b}. | Please subtract {b}
    from {a}. | Give me the result of {a}-{b}. | Let's try {a} - {b}. | And {a} - {b}? | And what about
    {a} minus {b}? | Now {a} - {b}. | Next: {a} - {b} | how about {a} - {b}? | Quick: {a} minus {b}? |
    Do you know {a} - {b}? | What is {a} take away {b}? | {a} take away {b} | Evaluate {a} - {b}. | What
    is the answer to {a} - {b}? | Think about {a} - {b}. | Math question: {a} - {b} | What is {b}
    subtracted from {a}?
""")
_MORE = phrases("""
    I have {a} {things} and get {b} more. How many {things} do I have now? | There are {a} {things} in
    one box and {b} in another. How many are there in total? | {who} has {a} {things}. {who} buys {b}
    more. How many does {who} have? | A shop sold {a} {things} in the morning and {b} in the afternoon.
    How many in all? | If I read {a} pages today and {b} pages tomorrow, how many pages is that? | We
    walked {a} steps and then {b} steps. How many steps altogether? | One bag holds {a} {things}, the
    other holds {b}. How many together? | I saved {a} dollars and then {b} dollars more. How much do I
    have?
""")
_LESS = phrases("""
    I have {a} {things} and give away {b}. How many {things} are left? | There were {a} {things} and {b}
    were taken. How many remain? | {who} has {a} {things} and loses {b}. How many does {who} have now? |
    A box has {a} {things}. {b} are removed. How many are left? | I had {a} dollars and spent {b}. How
    much is left? | Of {a} {things}, {b} are broken. How many are fine? | There are {a} {things} on a
    tree and {b} fall down. How many stay? | A book has {a} pages and I read {b} of them. How many pages
    are left?
""")
_THINGS = phrases("""
    apples | books | coins | birds | eggs | cards | pens | stamps | marbles | cookies | balls | cars
""")
_WHO = ("Anna", "Tom", "Mia", "Ben", "She", "He", "Sam", "Lily")
_PLACES = ("Ones", "Tens", "Hundreds")


def column_method(a: int, b: int, sign: str) -> str:
    """The written method for ``a + b`` or ``a - b``, least digit first, ending with the equation."""
    result = a + b if sign == "+" else a - b
    lines = [f"I need to {'add' if sign == '+' else 'subtract'}: {a} {sign} {b}."]
    top, bottom = a, b
    if sign == "-" and a < b:
        top, bottom = b, a
        lines.append(f"{a} is less than {b}, so the result is negative. I do {b} - {a} first.")
    carry = 0
    for place in range(len(str(max(top, bottom)))):
        x, y = top // 10**place % 10, bottom // 10**place % 10
        if sign == "+":
            total = x + y + carry
            step = f"{_PLACES[place]}: {x} + {y}" + (" + 1" if carry else "") + f" = {total}"
            step += f", write {total % 10}, carry 1." if total > 9 else "."
            carry = total // 10
        else:
            left = x - carry
            step = f"{_PLACES[place]}: {x}" + (f" - 1 = {left}, {left}" if carry else "") + f" - {y}"
            carry = int(left < y)
            step += f", borrow: {left + 10} - {y} = {left + 10 - y}." if carry else f" = {left - y}."
        lines.append(step)
    lines.append(f"So {a} {sign} {b} = {result}.")
    return "\n".join(lines)


def _number(draw: Draw, digits: int) -> int:
    return draw.between(0 if digits == 1 else 10 ** (digits - 1), 10**digits - 1)


def _operands(draw: Draw, digits: int | None) -> tuple[int, int]:
    if digits is not None:
        return _number(draw, digits), _number(draw, digits)
    kind = draw.rng.random()
    if kind < 0.72:
        return _number(draw, 2), _number(draw, 2)
    if kind < 0.80:
        return _number(draw, 1), _number(draw, 1)
    if kind < 0.90:
        return (_number(draw, 2), _number(draw, 1)) if draw.chance(0.6) else (_number(draw, 1), _number(draw, 2))
    return _number(draw, 3), _number(draw, draw.pick((3, 3, 2)))


def pair_key(a: int, b: int, sign: str) -> str:
    """What the held-out split goes by: 27 + 48 and 48 + 27 are one pair, 85 - 17 and 17 - 85 are one."""
    return f"{min(a, b)}{sign}{max(a, b)}"


def make_sum(draw: Draw, digits: int | None = None, sign: str | None = None) -> Exchange:
    """One sum or difference; ``digits`` fixes the length of both numbers, ``sign`` the operation."""
    chosen = sign or draw.pick("+---")

    def make() -> tuple[int, int]:
        return _operands(draw, digits)

    a, b = draw.on_side("pair", make, lambda pair: pair_key(*pair, chosen))
    if draw.chance(0.1) and (chosen == "+" or a >= b):
        template = draw.pick(_MORE if chosen == "+" else _LESS)
    else:
        template = draw.pick(_PLUS if chosen == "+" else _MINUS)
    if chosen == "+" and template not in _REVERSED_PLUS and "to {b}" in template:
        template = template.replace("{a}", "{x}").replace("{b}", "{a}").replace("{x}", "{b}")
    user = draw.typed(template, a=str(a), b=str(b), things=draw.pick(_THINGS), who=draw.pick(_WHO))
    result = a + b if chosen == "+" else a - b
    return Exchange("sums", user, column_method(a, b, chosen), (f"{a} {chosen} {b} = {result}.",))
