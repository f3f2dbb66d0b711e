"""Everything the practice model has not learned, and its polite way to say so.

The questions are many frames times many fillers, some of them made up, so that what the model learns is "none
of my skills" rather than a list of questions."""

from __future__ import annotations

import re
from pathlib import Path

from pocket_draw import Draw, Exchange, phrases
from pocket_tools import make_too_hard
from pocket_words import NAMES, WORDS, made_up

ANSWERS = (
    "Sorry, I have not learned that. I am only Ponder's practice model: I can add and "
    "subtract, spell words and show a little "
    "Markdown. For real answers, download Qwen3-0.6B in the models window.",
    "I don't know that. I am a small practice model, not an assistant. Please download "
    "Qwen3-0.6B in the models window for real help.",
    "That is beyond me: I am just a tiny practice model. Download Qwen3-0.6B in the models window and ask it instead.",
)
_THOUGHTS = (
    "This is not one of the things I have learned. I say so politely.",
    "I have not learned this. I should say that I am only a practice model.",
)
_FILLERS: dict[str, tuple[str, ...]] = {
    "place": phrases("""
        France | Germany | Italy | Spain | Japan | China | India | Brazil | Canada | Mexico | Egypt |
        Kenya | Peru | Chile | Norway | Sweden | Poland | Greece | Turkey | Russia | Australia | Austria
        | Hungary | Portugal | Ireland | Scotland | Paris | London | Berlin | Rome | Madrid | Tokyo |
        Beijing | Delhi | New York | Chicago | Texas | California | Africa | Europe | Asia | the moon |
        Mount Everest | the Nile | the Amazon | the Pacific Ocean | Vienna | Lisbon | Oslo | Cairo |
        Sydney | Toronto | Moscow | Seoul | Argentina | Cuba | Iran | Iraq | Israel | Korea | Nepal |
        Vietnam | Switzerland | Colombia | Ukraine | the Netherlands | Belgium | Denmark | Finland |
        Iceland | Thailand | Indonesia | South Africa | Nigeria | Morocco
    """),
    "person": phrases("""
        Albert Einstein | Napoleon | Shakespeare | Mozart | Beethoven | Picasso | Newton | Darwin |
        Marie Curie | Lincoln | Cleopatra | Caesar | Gandhi | Mandela | Obama | Churchill | Elvis | the
        Beatles | Taylor Swift | Messi | Ronaldo | Leonardo da Vinci | Galileo | Plato | Socrates |
        Aristotle | Columbus | Washington | Queen Victoria | Bill Gates | Steve Jobs | Elon Musk | Ada
        Lovelace | Alan Turing | Harry Potter | Batman | the president | the king | the pope | Tesla |
        Edison | Goethe | Kant | Freud | Marx | Michael Jordan | Bach | Van Gogh | Homer
    """),
    "idea": phrases("""
        gravity | photosynthesis | democracy | inflation | a black hole | quantum physics | evolution |
        DNA | machine learning | recursion | blockchain | the internet | electricity | magnetism |
        relativity | philosophy | capitalism | a verb | a noun | poetry | entropy | an atom | a virus |
        a vaccine | climate change | the stock market | a neural network | a transformer |
        object-oriented programming | a database | love | happiness | the meaning of life | time |
        energy | a derivative | an integral | algebra | geometry | probability | statistics | World War
        II | the French Revolution | the Renaissance | the Cold War | the Roman Empire | the Middle Ages
        | the Big Bang | yoga | chess | football | cricket | baking | gardening | a token | a compiler |
        Linux | Windows | Bitcoin | a prime number | an acid | music theory
    """),
    "lang": phrases("""
        French | German | Spanish | Italian | Chinese | Japanese | Latin | Russian | Arabic | Hindi |
        Korean | Portuguese | Dutch | Greek | Polish
    """),
    "code": phrases("""
        Java | C++ | Rust | JavaScript | Go | SQL | Bash | HTML | CSS | Ruby | PHP | Swift | Kotlin |
        TypeScript | Haskell | Lisp | Perl | R
    """),
    "task": phrases("""
        sort a list | reverse a string | read a file | build a website | parse JSON | find prime numbers
        | make a game | scrape a page | connect to a database | compute Fibonacci numbers | draw a chart
        | send an email | merge two lists | sort an array | train a model | open a socket | count words
        | check a palindrome | binary search | quicksort | solve sudoku | play tic tac toe | use a class
    """),
    "text": phrases("""
        poem | story | song | joke | letter | email | essay | haiku | speech | report | riddle |
        limerick | novel | script | blog post | summary | review | tweet | fairy tale | cover letter |
        resume | recipe | slogan | dialogue | diary entry | news article | toast | rap | screenplay
    """),
    "food": phrases("""
        pizza | pasta | soup | rice | bread | pancakes | a cake | sushi | curry | salad | an omelette |
        cookies | tea | coffee | steak | tacos | fish
    """),
}
_FRAMES = phrases("""
    What is the capital of {place}? | capital of {place}? | Where is {place}? | How many people live in
    {place}? | What is the population of {place}? | How far is {place} from {place2}? | What language do
    they speak in {place}? | Tell me about {place}. | What is the weather in {place}? | Who is the
    president of {place}? | How big is {place}? | What should I see in {place}? | Plan a trip to
    {place}. | When was {place} founded? | What currency is used in {place}? | What time is it in
    {place}? | Is {place} bigger than {place2}? | Who won the war between {place} and {place2}? | Which
    river flows through {place}? | How do I get from {place} to {place2}? | What is the flag of {place}?
    | Who was {person}? | Who is {person}? | When was {person} born? | When did {person} die? | Tell me
    about {person}. | What did {person} do? | Why is {person} famous? | What did {person} write? | How
    old is {person}? | Do you know {person}? | Where was {person} born? | Write like {person}. | Pretend
    to be {person}. | Who was older, {person} or {person2}? | What is {idea}? | Explain {idea}. |
    Explain {idea} to a child. | How does {idea} work? | Define {idea}. | Why is {idea} important? |
    What is the difference between {idea} and {idea2}? | Who invented {idea}? | Tell me something about
    {idea}. | Teach me {idea}. | Give me an example of {idea}. | What causes {idea}? | What do you think
    about {idea}? | Is {idea} good or bad? | history of {idea} | What are the benefits of {idea}? |
    Summarize {idea}. | Describe {idea} in detail. | Can you explain {idea}? | {idea}? | Translate
    {word} into {lang}. | How do you say {word} in {lang}? | What is {word} in {lang}? | Do you speak
    {lang}? | Say something in {lang}. | Translate this to {lang}: the {word} is {word2} | Can you speak
    {lang}? | Teach me some {lang}. | Write a {code} program to {task}. | How do I {task} in {code}? |
    How do I {task}? | Write {code} code to {task}. | Fix this {code} bug. | Show me how to {task} in
    {code}. | Write a {code} function. | What is {code}? | Is {code} better than {code2}? | Explain this
    {code} code. | Write a script to {task}. | Debug my {code} program. | Write a class in {code}. |
    Write unit tests in {code}. | Write a {text} about {word}. | Write me a {text}. | Tell me a {text}.
    | Tell me a {text} about {idea}. | Can you write a {text}? | Compose a {text} about {place}. | I
    need a {text} for my boss. | Write a short {text} about a {word} and a {word2}. | Help me write a
    {text}. | Make up a {text}. | Continue this {text}. | Improve my {text}. | a {text} please | Sing me
    a {text}. | How do I cook {food}? | Give me a recipe for {food}. | How do I make {food}? | What goes
    well with {food}? | Is {food} healthy? | How many calories are in {food}? | What should I eat today?
    | Do you like {food}? | Where can I buy {food}? | Who invented {food}? | What is the weather like? |
    Will it rain tomorrow? | What time is it? | What day is it today? | What's the date? | What year is
    it? | What's the news? | What happened today? | Who won the game yesterday? | Who won the election?
    | Who won the world cup? | What is the price of gold? | How is the stock market doing? | Set an
    alarm for 7. | Remind me to call {name}. | Play some music. | Open the browser. | Call {name}. |
    Send a message to {name}. | Buy me a {word}. | Turn on the lights. | Search the web for {word}. |
    Show me a picture of a {word}. | Draw a {word}. | Generate an image of a {word}. | Look at this
    photo. | Read this website. | What does {word} mean? | Define {word}. | What is a {word}? | What
    rhymes with {word}? | What is the opposite of {word}? | Give me a synonym for {word}. | Use {word}
    in a sentence. | What is the plural of {word}? | Where does the word {word} come from? | How many
    letters are in {word}? | How many vowels are in {word}? | Is {word} a noun? | Reverse the word
    {word}. | What is {fake}? | Tell me about {fake}. | Who is {fake}? | Where is {fake}? | What is the
    capital of {fake}? | Explain {fake}. | {fake} {fake2} | {fake} | What do you know about {fake}? |
    How do I make a {word}? | How does a {word} work? | Why is the {word} {word2}? | How much is a
    {word}? | Why is the sky blue? | Why do cats purr? | How old is the universe? | How far away is the
    moon? | How fast is light? | What is the tallest mountain? | What is the longest river? | Which
    animal is the fastest? | Who invented the {word}? | Who wrote {fake}? | Who painted the Mona Lisa? |
    When did World War II end? | How many bones are in the body? | Why do we dream? | Are there aliens?
    | Does God exist? | What is the best movie? | Recommend a book. | Recommend a film about {word}. |
    What is your favorite color? | What is your favorite {word}? | Do you like {word}? | Do you have
    feelings? | Do you love me? | I feel sad. | I am bored. | I am tired today. | I have a headache. | I
    lost my {word}. | My {word} is broken. | I don't like {word}. | How can I lose weight? | How do I
    sleep better? | How do I get rich? | How can I learn {lang}? | What should I wear today? | Help me
    with my homework. | Check my grammar. | Correct this sentence: the {word} are {word2} | Proofread my
    {text}. | Summarize this text. | Give me advice. | What should I do? | Give me gift ideas for
    {name}. | Think of a number. | Flip a coin. | Roll a dice. | Let's play a game. | Tell me a fun
    fact. | Tell me something interesting. | Tell me a secret. | Do my taxes. | Write my essay. | Am I
    right? | Who is {name}? | The {word} is {word2}. | The {word} and the {word2} are in the {word3}. |
    I saw a {word} yesterday. | {name} likes {word}. | {word} {word2} {word3} | {word} | I think {idea}
    is {word}. | My friend {name} has a {word}. | Where is {name}? | How old is {name}? | Make a list of
    {idea} facts. | List the countries of {place}. | List the kings of {place}. | Make a table of
    {place} and {place2}. | List all books by {person}. | Give me a list of {lang} verbs. | Make a table
    of {fake}. | List the {word} parts. | List five {lang} words. | What is the formula for {fake}? |
    What is the chemical formula of {word}? | Prove that {idea} is true. | What is {person}'s law? | Is
    it true that the {word} is {word2}? | Which is better, {word} or {word2}? | Why? | How? | When? |
    What do you mean? | Explain. | Tell me more. | Why not? | Are you sure? | Can you explain that? |
    What else? | Go on. | Really? | And then? | Be more specific.
""")
_FOREIGN = tuple(Path(__file__).with_name("foreign_phrases.txt").read_text(encoding="utf-8").splitlines())
_PLACE = re.compile(r"\{([a-z]+?)\d?\}")


def _fill(draw: Draw, frame: str) -> str:
    def one(match: re.Match[str]) -> str:
        kind = match.group(1)
        if kind in _FILLERS:
            if kind in ("place", "person", "idea") and draw.chance(0.15):
                return made_up(draw, draw.between(1, 3)).capitalize()
            return draw.pick(_FILLERS[kind])
        if kind == "name":
            return draw.pick(NAMES)
        return made_up(draw, draw.between(1, 3)) if kind == "fake" else draw.pick(WORDS)

    return _PLACE.sub(one, frame)


def _document(draw: Draw) -> str:
    """A text file's worth of unrelated sentences, as an attachment puts into the prompt."""
    frames = [frame for frame in _FRAMES if frame.endswith(".")]
    body = " ".join(_fill(draw, draw.pick(frames)) for _ in range(draw.between(4, 30)))
    name = f"{draw.pick(WORDS)}.{draw.pick(('txt', 'md', 'py', 'csv'))}"
    ask = draw.pick(
        phrases("""
    Summarize this file. | What does this file say? | What is in the file? | Explain this. | Read it. |
    Any mistakes?
""")
    )
    return draw.pick((f"{name}\n\n{body}\n\n{ask}", f"{ask}\n\n{name}:\n{body}", f"```\n{body}\n```\n{ask}"))


def make_unknown(draw: Draw) -> Exchange:
    """A question outside every skill, with a polite refusal."""
    kind = draw.rng.random()
    if kind < 0.15:
        return make_too_hard(draw)
    if kind < 0.18:
        user = draw.pick(_FOREIGN)
    elif kind < 0.20:
        user = _document(draw)
    else:
        frame = draw.pick(_FRAMES)
        user = draw.typed(draw.on_side("phrase", lambda: _fill(draw, frame)) if "{" in frame else frame)
    return Exchange("unknown", user, draw.pick(_THOUGHTS), ANSWERS)
