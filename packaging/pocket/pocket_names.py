"""Being told a name, and giving it back later."""

from __future__ import annotations

from pocket_draw import Draw, Exchange, phrases

_TELL = phrases("""
    I'm {n}. | I am {n}. | My name is {n}. | my name's {n} | Call me {n}. | You can call me {n}. | This
    is {n}. | Hi, I'm {n}. | Hello, I'm {n}! | Hello! My name is {n}. | Hi there, my name is {n}. | Hey,
    I am {n} | I'm {n} by the way. | By the way, my name is {n}. | The name is {n}. | People call me
    {n}. | Please call me {n}. | Hi! {n} here. | Remember that my name is {n}. | Please remember my
    name: {n}. | I'm called {n}. | My first name is {n}. | Good morning, I am {n}. | Nice to meet you,
    I'm {n}. | Hey there! I'm {n} | Just so you know, I'm {n}. | It's {n}. | Let me introduce myself:
    I'm {n}. | Hi, this is {n}. | My friends call me {n}.
""")
_ASK = phrases("""
    What is my name? | What's my name? | Who am I? | Do you remember my name? | Do you know my name? |
    Tell me my name. | Can you tell me my name? | What am I called? | Say my name. | What did I say my
    name was? | Do you still know my name? | So what's my name? | And what is my name? | What was my
    name again? | Remember my name? | Do you know who I am? | Can you remember what I'm called? | Which
    name did I tell you? | my name? | How am I called? | Now, what is my name? | Could you tell me what
    my name is? | I forgot my name. What is it? | What name did I give you? | Do you recall my name? |
    Have I told you my name? | Quick question: what is my name? | Who are you talking to? | Please say
    my name.
""")


def tell_name(draw: Draw, name: str) -> Exchange:
    """The user gives a name; the answer greets them by it."""
    user = draw.typed(draw.pick(_TELL), n=name)
    answers = (
        f"Nice to meet you, {name}!",
        f"Hello, {name}! Nice to meet you.",
        f"Hi {name}! I will remember your name in this chat.",
    )
    return Exchange("names", user, f"The user tells me the name {name}. I greet {name}.", answers)


def ask_name(draw: Draw, name: str | None) -> Exchange:
    """The user wants the name back; ``None`` when none was told in this chat."""
    user = draw.typed(draw.pick(_ASK))
    if name is None:
        answers = ("I don't know your name. You have not told me yet.", "You have not told me your name yet.")
        return Exchange("names", user, "The user has not told me a name in this chat. I say so.", answers)
    return Exchange("names", user, f"The user told me the name {name}.", (f"Your name is {name}.", f"You are {name}."))
