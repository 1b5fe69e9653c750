"""Greetings and thanks: messages that ask for nothing, and what is said to them."""

from bot.domain.words import words_of

GREETED = "Hello! Ask me about your course, for example: What is dropout?"
THANKED = "You are welcome! Ask on if something is still open."
_GREETINGS = frozenset(("hello", "hi", "hey", "hiya", "heya", "hallo", "morning", "evening"))
_THANKS = frozenset(("thanks", "thank", "thx", "ty", "tysm", "cheers"))
_BESIDE = frozenset(
    "a again all and awesome bot cool everyone folks for got good great guys help it lectern lot "
    "lots many much nice now of ok okay perfect really so super that the there this very wow you "
    "your".split()
)


def reply_to_small_talk(text: str) -> str | None:
    """What to say to a message that only greets or thanks; None to every other one."""
    words = set(words_of(text))
    if words - _GREETINGS - _THANKS - _BESIDE:
        return None
    if words & _THANKS:
        return THANKED
    return GREETED if words & _GREETINGS else None
