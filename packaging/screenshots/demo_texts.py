"""The words in the pictures: chats that seem to have been had, and what the demo engine says."""

from __future__ import annotations

from dataclasses import dataclass

SKY = "Why is the sky blue at noon but red at sunset? Show the scaling law and a tiny Python check."
SKY_ANSWER = """Air molecules scatter short wavelengths far more strongly than long ones (Rayleigh scattering):

$$I(\\lambda) \\propto \\lambda^{-4}$$

At noon the path through the air is short, so scattered **blue** reaches you from everywhere. At sunset the path is \
about 38 times longer and the blue is gone before it arrives.

```python
for name, nm in [("blue", 450), ("red", 700)]:
    print(name, (700 / nm) ** 4)
```

| Light | Wavelength | Relative scattering |
|---|---|---|
| Blue | 450 nm | 5.9 |
| Red | 700 nm | 1.0 |
"""
SKY_THOUGHTS = """The question has two parts: why blue at noon, why red at sunset. Rayleigh scattering goes with
the inverse fourth power of the wavelength. (700 / 450) to the fourth is about 5.9. At sunset the light crosses far more
air, so most of the blue has been scattered away on the way. A short table will do, and two lines of Python."""
MARS = "And on Mars?"
MARS_THOUGHTS = """Mars has a thin CO₂ atmosphere full of fine dust. Dust grains are larger than the wavelength, so this
is Mie scattering, which sends blue light forward, close to the direction of the sun. So the sky is butterscotch by day,
and around the setting sun it is blue. The other way round from Earth. I should say that the dust decides, not the gas,
and keep it short. Perhaps a line on how thin the air is: about one percent of the pressure on Earth, so the gas itself
scatters little."""
MARS_ANSWER = """On Mars it is the other way round: by day the sky is **butterscotch**, and around the setting \
sun it is **blue**.

The air is thin, and its fine dust does most of the scattering. The grains are about as large as the wavelength, so \
they send blue light forward, close to the sun's direction, and spread the rest over the sky."""

ANSWERS = {MARS: MARS_ANSWER, SKY: SKY_ANSWER}
THOUGHTS = {MARS: MARS_THOUGHTS, SKY: SKY_THOUGHTS}


@dataclass(frozen=True, slots=True)
class DemoChat:
    """A chat of so many days ago. `folder` is empty for none."""

    title: str
    days: int
    question: str
    answer: str
    thoughts: str = ""
    pinned: bool = False
    folder: str = ""


CHATS = (
    DemoChat(
        "Thesis outline", 3, "Outline a thesis on tidal energy.", "1. Why tides\n2. Turbines\n3. Costs", pinned=True
    ),
    DemoChat("Letter to the landlord", 6, "A letter about the heating, please.", "Dear Ms Weber, …"),
    DemoChat("Integral of x² eˣ", 5, "Integrate x² eˣ.", r"$$\int x^2 e^x\,dx = e^x (x^2 - 2x + 2) + C$$"),
    DemoChat("Sourdough timings", 4, "When do I fold sourdough?", "Every 30 minutes, four times, then leave it alone."),
    DemoChat(
        "Trip to Lisbon",
        12,
        "Three quiet places in Lisbon?",
        "The Estrela garden, the tile museum, Belém at dawn.",
        folder="Travel",
    ),
    DemoChat("翻译一封邮件", 0, "请把这封邮件翻译成英文。", "Dear colleagues, thank you for the green tea …"),
    DemoChat(
        "Rename files by date",
        0,
        "A shell loop that renames photos by date.",
        '```sh\nfor f in *.jpg; do\n  mv -n "$f" "$(date -r "$f" +%Y-%m-%d)-$f"\ndone\n```',
    ),
    DemoChat("Why is the sky blue at noon?", 0, SKY, SKY_ANSWER, SKY_THOUGHTS),
)
