"""How people word a question: many forms, small letters, greetings, a slip of the finger.

A tiny model cannot infer that "what's dropout" asks for the same as "What is dropout?", so
the wordings are written out. The forms in `UNSEEN_FORMS` are never trained on: they measure
whether it learned to read a question rather than to recognise one.
"""

import random
import re

from bot.domain.handbook import Pair, Topic

FORMS = (
    "What is {}?",
    "what is {}",
    "What is {}",
    "what's {}?",
    "what's {}",
    "whats {}",
    "What are {}?",
    "What does {} mean?",
    "what does {} mean",
    "What is meant by {}?",
    "Explain {}.",
    "explain {}",
    "explain {} to me",
    "{} explained",
    "Can you explain {}?",
    "can you explain {}",
    "Can you tell me what {} is?",
    "Please explain {}.",
    "Tell me about {}.",
    "tell me about {}",
    "Define {}.",
    "define {}",
    "give me a definition of {}",
    "{}?",
    "{}",
    "What do you know about {}?",
    "How would you describe {}?",
    "what is {} in deep learning?",
    "What is {} in simple words?",
    "In one sentence, what is {}?",
    "What is the idea of {}?",
    "I don't get {}.",
    "i don't get {}",
    "I am confused about {}.",
    "help me with {}",
)
UNSEEN_FORMS = (
    "Could you explain {}?",
    "what exactly is {}",
    "I do not understand {}, what is it?",
    "Describe {}.",
)
LONG_FORMS = (
    "Explain {} in detail.",
    "explain {} in detail",
    "Tell me more about {}.",
    "tell me more about {}",
    "I want to know more about {}.",
)
MORE_FORMS = (
    "Tell me more.",
    "tell me more",
    "Tell me more about that.",
    "Can you explain that in more detail?",
    "explain that in detail",
    "more details please",
)
GREETINGS = ("hi, ", "Hi! ", "Hello, ", "hey, ", "so ", "ok, ", "please: ", "Can you tell me: ")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


def wording(topic: Topic, pair: Pair, chance: random.Random) -> str:
    """A question in one of many wordings, at times typed carelessly.

    The first pair of a topic says what the topic is, the question with the most wordings.
    """
    if pair is topic.pairs[0] and chance.random() < 0.75:
        question = chance.choice(FORMS).format(chance.choice(names(topic)))
    else:
        question = pair.question
    return carelessly(question, chance)


def carelessly(question: str, chance: random.Random) -> str:
    """The question as typed in a hurry: often unchanged, at times in several ways at once."""
    if chance.random() < 0.12:
        question = chance.choice(GREETINGS) + without_capital(question)
    if chance.random() < 0.12:
        question = with_slip(question, chance)
    if chance.random() < 0.2:
        question = question.rstrip("?.")
    case = chance.random()
    if case < 0.1:
        return without_capital(question)
    if case < 0.25:
        return question.lower()
    if case < 0.28:
        return question.upper()
    return question


def with_slip(text: str, chance: random.Random) -> str:
    """The text with one letter of a longer word left out, doubled, or swapped with the next."""
    words = [match.span() for match in _LONG_WORD.finditer(text)]
    if not words:
        return text
    start, end = chance.choice(words)
    place = chance.randrange(start + 1, end - 1)
    left, letter, following, right = (
        text[:place],
        text[place],
        text[place + 1],
        text[place + 2 :],
    )
    middle = chance.choice((following, letter + letter + following, following + letter))
    return left + middle + right


def without_capital(text: str) -> str:
    """The text as it stands within a sentence; acronyms and names keep their capitals."""
    first_word = text.split(" ", 1)[0]
    is_plain = first_word[:1].isupper() and first_word[1:] == first_word[1:].lower()
    return text[0].lower() + text[1:] if is_plain else text


def names(topic: Topic) -> tuple[str, ...]:
    """What people may call a topic: its title as it stands in a sentence, and its aliases."""
    title = topic.title
    is_plain = title[:1].isupper() and title[1:] == title[1:].lower()
    return (title[0].lower() + title[1:] if is_plain else title, title, *topic.aliases)
