"""Frames: what stands around the words that a question is about.

"{}" stands for those words. Questions in a hurry have no grammar, so no frame needs to fit.
"""

import random

from bot.retrieval.answer_kind import KINDS
from bot.retrieval.weak_words import WEAK_WORDS

ANY = (
    "{}",
    "{}?",
    "what {}",
    "what is {}?",
    "what's {}",
    "What are {}?",
    "which {}?",
    "when {}",
    "where {}",
    "who {}",
    "how {}",
    "how is {}?",
    "how does {}",
    "how do I {}?",
    "how many {}?",
    "how much {}",
    "how long {}",
    "why {}?",
    "is {}?",
    "are {}",
    "is there {}?",
    "does {}",
    "do i {}?",
    "do I need {}?",
    "do we have {}",
    "do I have to {}?",
    "can I {}?",
    "can we {}",
    "may I {}?",
    "am i allowed to {}",
    "should I {}?",
    "what about {}?",
    "what if {}",
    "what happens if {}?",
    "what do I do about {}",
    "tell me about {}",
    "explain {}",
    "i don't get {}",
    "i {}",
    "my {}",
    "the {}?",
)
BY_KIND = (
    ("when is {}?", "when {}", "when does {}?", "what time is {}", "what day {}?", "until when {}"),
    ("where is {}?", "where's {}", "where do I {}?", "where are {}", "in which room is {}?"),
    ("who is {}?", "who {}", "whos {}", "which person {}?", "who do I ask about {}"),
    ("how many {}?", "how much {}", "how long is {}?", "how often {}", "how big {}?", "maximum {}"),
    ("why {}?", "why is {}", "why does {}?", "why do we {}", "how come {}"),
    ("how do I {}?", "how can i {}", "how to {}", "what do I do if {}?", "what to do when {}"),
    ("what is the difference between {}?", "difference {}", "is it better {}", "{} or not?"),
)
"""For each kind of answer, in the order of `KINDS`, how it is asked for."""
JOINTS = (
    *(6 * (" ",)),
    *(f" {word} " for word in "the of for in with a and my to is on i we if are when".split()),
)
SHARE_BY_KIND = 0.4
SHARE_OF_FILLERS = 0.3
_FILLERS = sorted(word for word in WEAK_WORDS if len(word) > 2)
_ASKED_BY = tuple(zip(KINDS, BY_KIND, strict=True))


def frames_for(answer: str) -> tuple[str, ...]:
    """Frames of the kinds of answers that a text holds: a time, a place, a number …"""
    fitting = [frames for kind, frames in _ASKED_BY if kind.answered.search(answer)]
    return tuple(frame for frames in fitting for frame in frames)


def framed(words: list[str], fitting: tuple[str, ...], chance: random.Random) -> str:
    """A question that consists of these words and of words that say little."""
    words = list(words)
    if chance.random() < SHARE_OF_FILLERS:
        words.insert(chance.randint(0, len(words)), chance.choice(_FILLERS))
    about = words[0]
    for word in words[1:]:
        about += chance.choice(JOINTS) + word
    is_by_kind = fitting and chance.random() < SHARE_BY_KIND
    return chance.choice(fitting if is_by_kind else ANY).format(about)
