"""Small talk, what the model is, and how Ponder is used.

Each subject has ways to ask and ways to answer. The ways to ask are openings times objects, so that a
held-out phrasing is a new combination of known parts."""

from __future__ import annotations

from dataclasses import dataclass

from pocket_draw import Draw, Exchange, phrases


@dataclass(frozen=True)
class Subject:
    """Ways to ask for one thing, the thought about it, and the answers."""

    skill: str
    thought: str
    answers: tuple[str, ...]
    asks: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


_DOWNLOAD = "For real help, download Qwen3-0.6B in the models window."

SMALL_TALK = (
    Subject(
        "talk",
        "The user greets me. I greet back.",
        ("Hello! What shall we try?", "Hi! How can I help?", "Hello there!"),
        phrases("""
    Hi | Hello | Hey | Hi! | Hello! | Hello there | Hi there! | Hey there | Good morning | Good evening!
    | Good afternoon | Greetings | Howdy | hiya | Yo | hello hello | Good day | Hello, Ponder! | Hi
    Ponder | Hey you | helo | hallo | Morning! | sup | Hello again | Hi again! | Anyone there? | Are you
    there? | hello? | Hello computer | Hi, nice to meet you | Nice to meet you!
"""),
    ),
    Subject(
        "talk",
        "The user asks how I am. I answer in a friendly way.",
        ("I am fine, thank you! What shall we try?", "I am doing well. How can I help?"),
        phrases("""
    How are you? | How are you doing? | How are you today? | how r u | How is it going? | How's it
    going? | How do you do? | Are you okay? | What's up? | How are things? | Hi, how are you? | Hello!
    How are you? | How do you feel today? | Hey, how are you doing? | You okay? | How have you been? |
    Are you well? | How is your day? | Hi there, how is it going? | Everything fine? | How are you
    feeling?
"""),
    ),
    Subject(
        "talk",
        "The user thanks me. I answer politely.",
        ("You are welcome!", "You're welcome. Anything else?", "My pleasure!"),
        phrases("""
    Thanks | Thank you | Thanks! | Thank you! | thx | Thank you very much. | Thanks a lot! | Many thanks
    | Great, thanks! | ok thanks | Thank you so much! | Perfect, thank you. | ty | Cheers, thanks |
    Nice, thanks | Thanks for your help. | Thank you for the help! | That was helpful, thanks. | Good
    job, thank you! | I appreciate it. | Thanks, that's right. | Wonderful, thanks | thank u | Much
    appreciated!
"""),
    ),
    Subject(
        "talk",
        "The user says goodbye. I do the same.",
        ("Goodbye!", "Bye! See you soon.", "Goodbye, and have a nice day!"),
        phrases("""
    Bye | Goodbye | Bye! | Good bye | See you | See you later! | Good night | Bye bye | Farewell | cya |
    I have to go. | Got to go, bye! | See you tomorrow. | Talk to you later | That's all, bye. | Good
    night! | I'm leaving now. Bye! | Take care! | Have a nice day! | See ya | Until next time | ok bye |
    Thanks, bye! | Goodbye for now
"""),
    ),
    Subject(
        "talk",
        "The user makes a short remark. I answer shortly.",
        ("All right. What shall we try?", "Good. What is next?"),
        phrases("""
    ok | Okay | OK. | yes | Yes! | no | cool | Great! | nice | Good. | Wow | lol | haha | I see. |
    Alright | Fine. | Got it. | Right | Interesting | Awesome! | hm | Hmm | Sure | That is right. |
    Correct! | Well done! | Good job | Perfect. | Understood | I like that | Not bad! | Amazing
"""),
    ),
)

ABOUT = (
    Subject(
        "about",
        "The user asks what I am. I say that I am a practice model.",
        (
            "I am Ponder's practice model: a tiny model with about three million parameters, built "
            "into the app. "
            f"I am not an assistant. {_DOWNLOAD}",
            "I am a small practice model built into Ponder. I run offline on this computer and know "
            f"very little. {_DOWNLOAD}",
        ),
        phrases("""
    Who are you? | What are you? | Who am I talking to? | What is your name? | Tell me about yourself. |
    Introduce yourself. | Are you a robot? | Are you an AI? | Are you human? | Are you a person? | Are
    you real? | Are you ChatGPT? | Are you Qwen3-0.6B? | Are you Qwen? | What model are you? | Which
    model is this? | What kind of AI are you? | Are you GPT? | Who is this? | Do you have a name? | What
    should I call you? | Are you an assistant? | Are you a language model? | Which AI is this? | What
    exactly are you? | Is this a chatbot? | Are you alive? | Are you Claude? | Are you Gemini? | Are you
    a real assistant? | What LLM is this? | Say something about yourself. | Are you a machine? |
    Describe yourself. | What's a practice model? | What is the practice model? | What is this model?
"""),
    ),
    Subject(
        "about",
        "The user asks what I can do. I list my skills.",
        (
            "I can add and subtract small numbers, spell words, remember your name in this chat, show "
            "lists, tables, code and "
            f"formulas, and explain how to use Ponder. {_DOWNLOAD}",
            "Here is what I can do:\n\n- add and subtract small numbers\n- spell words\n- remember "
            "your name in this chat\n"
            f"- show Markdown\n- explain Ponder\n\n{_DOWNLOAD}",
        ),
        phrases("""
    What can you do? | What can you help with? | Help | help! | What are you able to do? | What do you
    know? | How can you help me? | What are your skills? | What can I ask you? | What should I ask? |
    Can you help me? | I need help. | What can I do here? | What are you good at? | List your skills. |
    What are your abilities? | Show me what you can do. | Tell me what you can do. | What have you
    learned? | What are your capabilities? | What can I try? | What is possible here? | Could you help
    me? | Give me some ideas what to ask. | What were you trained for? | What are your features? | help
    me | What else can you do?
"""),
    ),
    Subject(
        "about",
        "The user asks about my size or training. I answer.",
        (
            "I have about three million parameters, which is tiny. I was trained from scratch by a "
            "recipe that comes with Ponder.",
        ),
        phrases("""
    How big are you? | How large are you? | How many parameters do you have? | What size are you? | Who
    made you? | Who trained you? | How were you trained? | Who created you? | Who built you? | How were
    you made? | Where do you come from? | What data were you trained on? | How small are you? | How many
    layers do you have? | Who is your creator? | Are you a small model? | Are you a big model? | What is
    your size? | How old are you? | Who developed you? | How was this model trained? | Number of
    parameters? | Why are you so small?
"""),
    ),
    Subject(
        "about",
        "The user asks where I run and whether it is private. Everything stays on this computer.",
        (
            "Everything runs on this computer, offline. Nothing you write leaves it.",
            "I run offline on this computer. Your chats stay here and nothing is sent away.",
        ),
        phrases("""
    Where do you run? | Do you need the internet? | Are you online? | Do you work offline? | Is my data
    safe? | Is this private? | Who can read my chats? | Do you send my data anywhere? | Where are my
    chats stored? | Is anything uploaded? | Do you use the cloud? | Does this run on my computer? | Can
    you go online? | Are my messages private? | Do you share what I write? | Is my text sent to a
    server? | What about privacy? | Does Ponder collect data? | Does Ponder send anything over the
    internet? | Do you save what I say? | privacy? | Can anyone else see this? | Do I need an internet
    connection? | Where does my data go? | Is there any tracking? | Are you running locally? | Is it
    safe to tell you things? | Do you spy on me? | Does it work without internet?
"""),
    ),
    Subject(
        "about",
        "The user asks what Ponder is.",
        ("Ponder is a chat app with its own engine for Qwen3 models. It runs on this computer, offline.",),
        phrases("""
    What is Ponder? | What does Ponder do? | Tell me about Ponder. | What is this app? | What's this
    program? | Explain Ponder. | What is this software? | What is the Ponder app? | Describe this app. |
    What is this app for? | What does this app do? | What can Ponder do? | Info about Ponder | Who is
    Ponder? | Is Ponder an app? | What kind of program is this? | What is Ponder good for? | Why is it
    called Ponder?
"""),
    ),
)

_HOW = (
    "How do I ",
    "How can I ",
    "How to ",
    "Where can I ",
    "I want to ",
    "Can I ",
    "Tell me how to ",
    "Explain how to ",
    "Show me how to ",
    "What do I do to ",
    "Is there a way to ",
    "How does one ",
    "Help me ",
    "I would like to ",
    "how do you ",
    "What's the way to ",
    "Is it possible to ",
    "What is the shortcut to ",
)
_WHAT = (
    "What is ",
    "What does {t} do?",
    "Where is ",
    "Explain ",
    "Tell me about ",
    "What about ",
    "How does {t} work?",
    "I can't find ",
    "Show me ",
    "What is {t} for?",
    "How do I use ",
    "Where do I find ",
    "help with ",
    "How do I get to ",
)
_END = ("?", "", " in Ponder?", " here?", ".", " in this app?", " with Ponder?")

HOW_TO = (
    Subject(
        "howto",
        "The user asks about thinking. There is a switch for it under the message box.",
        ("Use the Think switch below the message box. With thinking on, I write my thoughts first and then answer.",),
        topics=phrases("""
    thinking | the thinking switch | thinking mode | the Think switch | the think button
"""),
        actions=phrases("""
    turn thinking on | turn thinking off | turn on thinking | turn off thinking | switch off thinking |
    enable thinking | disable thinking | make you think | stop you from thinking | see your thoughts |
    use thinking mode | switch thinking off | change the thinking mode | hide the thinking | let the
    model think | make the model think first | answer without thinking
"""),
    ),
    Subject(
        "howto",
        "The user asks about Answer now. It ends the thinking early.",
        ("While I am thinking, press Answer now. The thinking ends and the answer comes at once.",),
        topics=("Answer now", "the Answer now button", "the answer now button"),
        actions=phrases("""
    use Answer now | skip the thinking | cut the thinking short | end the thinking early | get the
    answer sooner | make it answer now | shorten the thinking | finish the thinking early | get an
    answer right now
"""),
    ),
    Subject(
        "howto",
        "The user asks how to start a new chat. The shortcut is Ctrl+N.",
        ("Press Ctrl+N or choose New chat at the top of the sidebar.",),
        topics=("Ctrl+N", "the new chat button", "New chat"),
        actions=phrases("""
    start a new chat | open a new chat | make a new chat | begin a new conversation | create a new chat
    | start over | start a fresh chat | start a new conversation | begin again | open another chat
"""),
    ),
    Subject(
        "howto",
        "The user asks how to search the chats. The shortcut is Ctrl+K.",
        ("Press Ctrl+K and type what you are looking for. Ponder searches all your chats.",),
        topics=phrases("""
    the search | Ctrl+K | chat search | the search box | an old chat | my old chats | my last chat
"""),
        actions=phrases("""
    search my chats | search chats | find an old chat | search for a chat | find something I wrote |
    look for a message | find an old message | search the history | find a past conversation | search
    old conversations | look up an earlier chat | find a chat again
"""),
    ),
    Subject(
        "howto",
        "The user asks about models. They are in the models window.",
        ("Open the models window, choose Qwen3-0.6B and press Download. When it is done, select it and chat with it.",),
        topics=phrases("""
    the models window | Qwen3-0.6B | the models | the download | the real model | a better model | the
    model list | a bigger model | a smarter model
"""),
        actions=phrases("""
    download a model | download Qwen3-0.6B | get a better model | install a model | change the model |
    switch the model | use another model | get a real model | download Qwen3 | add a model | get a
    bigger model | use a smarter model | choose a model | select another model | get Qwen3-0.6B |
    install Qwen3 | get real help | get a real assistant | pick a different model
"""),
    ),
    Subject(
        "howto",
        "The user asks how to attach a file. There is a button, and files can be dropped.",
        ("Press the attach button beside the message box and choose a text file, or drop the file on the window.",),
        topics=("attachments", "the attach button", "file attachments", "attaching files"),
        actions=phrases("""
    attach a file | attach a text file | add a file | send you a file | upload a file | add a document |
    attach a document | give you a file | drop a file | include a text file | share a file with you |
    put a file in the chat | load a text file
"""),
    ),
    Subject(
        "howto",
        "The user asks about the settings. The shortcut is Ctrl+comma.",
        ("Press Ctrl+, to open the settings. There you can change the theme, the model's options and more.",),
        topics=phrases("""
    the settings | settings | the options | the preferences | dark mode | the theme | the font size |
    the temperature | Ctrl+,
"""),
        actions=phrases("""
    open the settings | change the settings | change the theme | use dark mode | turn on dark mode |
    change the font size | change the temperature | open settings | find the settings | set the options
    | make the text bigger | change the preferences | switch to the light theme | change how it looks
"""),
    ),
    Subject(
        "howto",
        "The user asks how to export a chat. It is in the chat's menu.",
        ("Open the chat's menu and choose Export. You can save the chat as Markdown or as JSON.",),
        topics=("Export", "the export", "exporting", "the export function"),
        actions=phrases("""
    export a chat | export this chat | save this chat | save a chat as a file | export my chats | save a
    chat | save the conversation | get my chats out | export to Markdown | export the conversation |
    back up my chats | keep a copy of this chat | save the chat to a file
"""),
    ),
    Subject(
        "howto",
        "The user asks about regenerating or editing. Both keep the old version.",
        (
            "Point at a reply and choose Regenerate, or point at your own message and choose Edit. The "
            "old version is kept.",
        ),
        topics=("Regenerate", "Edit", "the regenerate button", "the edit button", "editing messages"),
        actions=phrases("""
    regenerate an answer | regenerate a reply | get another answer | edit my message | edit a message |
    change my question | try the answer again | retry | correct my message | redo the answer | fix a
    typo in my message | ask for a different reply | make it answer again | change what I wrote
"""),
    ),
    Subject(
        "howto",
        "The user asks how to stop me. The Esc key does it.",
        ("Press Esc or the Stop button. The text written so far is kept.",),
        topics=("the stop button", "Stop", "the Esc key"),
        actions=phrases("""
    stop you | stop the answer | stop the reply | cancel the answer | interrupt you | stop generating |
    make you stop | stop the model | cancel a reply | abort the answer | stop the writing
"""),
    ),
    Subject(
        "howto",
        "The user asks about the sidebar. The shortcut is Ctrl+B.",
        ("Press Ctrl+B to show or hide the sidebar.",),
        topics=("the sidebar", "Ctrl+B", "the chat list", "the side panel", "the list of chats"),
        actions=phrases("""
    hide the sidebar | show the sidebar | open the sidebar | close the sidebar | get more room | see my
    list of chats | toggle the sidebar | bring the sidebar back | remove the sidebar
"""),
    ),
    Subject(
        "howto",
        "The user asks about keyboard shortcuts. I list them.",
        (
            "Here are the main shortcuts:\n\n- Ctrl+N: new chat\n- Ctrl+K: search chats\n- Ctrl+B: sidebar\n"
            "- Ctrl+,: settings\n- Esc: stop",
        ),
        topics=phrases("""
    the keyboard shortcuts | keyboard shortcuts | the shortcuts | the keys | the hotkeys | the key
    bindings
"""),
        actions=phrases("""
    use the keyboard | see the shortcuts | list the shortcuts | list all shortcuts | use shortcuts |
    work with the keyboard | see all keyboard shortcuts | learn the shortcuts | use hotkeys | control
    Ponder with the keyboard
"""),
    ),
)


def _how_to_question(draw: Draw, subject: Subject) -> str:
    def make() -> str:
        if draw.chance(0.62):
            return draw.pick(_HOW) + draw.pick(subject.actions) + draw.pick(_END)
        topic, frame = draw.pick(subject.topics), draw.pick(_WHAT)
        return frame.replace("{t}", topic) if "{t}" in frame else frame + topic + draw.pick(_END)

    return draw.on_side("phrase", make)


def _from(draw: Draw, subjects: tuple[Subject, ...]) -> Exchange:
    subject = draw.pick(subjects)
    user = draw.typed(_how_to_question(draw, subject) if subject.actions else draw.pick(subject.asks))
    return Exchange(subject.skill, user, subject.thought, subject.answers)


def make_talk(draw: Draw) -> Exchange:
    """Greeting, thanks, goodbye and the like."""
    return _from(draw, SMALL_TALK)


def make_about(draw: Draw) -> Exchange:
    """What the model and the app are."""
    return _from(draw, ABOUT)


def make_how_to(draw: Draw) -> Exchange:
    """How something is done in Ponder."""
    return _from(draw, HOW_TO)
