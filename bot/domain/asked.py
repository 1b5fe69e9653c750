"""What of a text is the question: the rest of it is not looked for in the notes.

People paste diaries around a question, and some try to command the bot or its database. The
model reads the whole text all the same; only the search needs to know what is asked.
"""

import re
import unicodedata

from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import words_of

MAX_QUESTION_WORDS = 60
"""A text with more words is searched by the questions in it alone."""
_NEXT_DOCUMENT = re.compile(r"(?i:<\|\s*end\s*of\s*text\s*\|>)\s*(?=[A-Z]).*", re.DOTALL)
_STATEMENT = re.compile(
    r"['\"`)]+\s*;\s*(?:drop|delete|insert|update|select|alter|create|truncate|exec)\b.*"
    r"|['\"`]\s+(?:or\s+\S+\s*=|union\s+select\b).*",
    re.IGNORECASE | re.DOTALL,
)
_FIELD = re.compile(r"\b(?:title|heading|text|content|body|document|rank|rowid)\s*:(?=\w)", re.I)
_DEFINITION = re.compile(
    r"\\(?:[gex]?def|let|(?:re|provide)?newcommand|input|include|usepackage|catcode|write\d*)\b\S*"
)
_TAG = re.compile(r"<([a-z]+)>(?=.{0,500}</\1>)|</[a-z]+>", re.IGNORECASE | re.DOTALL)
"""Those of a pair: "<eos>" is a word."""
_SENTENCE = re.compile(r"[^.?!\n]+(?:[.?!]+(?!\w)|[.?!]+(?=\w)[^.?!\n]*|\n|\Z)*")
_COMMAND = re.compile(
    r"\b(?:from now on|(?:ignore|forget|disregard|override) (?:\w+ ){0,4}(?:instructions?|rules?|"
    r"prompts?|notes|above|before|everything)|you are (?:now|no longer)|pretend|act as|"
    r"(?:end|start|begin) (?:every|each|all|your) (?:answers?|repl(?:y|ies)|messages?)|"
    r"(?:say|repeat|print|output|write|post|reply) (?:only|exactly|after me|the word)|"
    r"(?:reveal|show|print|tell me) (?:me )?(?:your|the) (?:system|hidden|secret|initial)|"
    r"(?:append|add|attach|include|insert|prepend|put) .{0,200}\b(?:your|the|every|each) "
    r"(?:answers?|repl(?:y|ies)|messages?|responses?|outputs?))\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^\W*(?:also |then |and |now |please |pls )*"
    r"(?:say|write|reply|respond|announce|output|pretend|translate|swear|promise)\b",
    re.IGNORECASE,
)
"""What tells the bot to do something; it is no part of the question beside it."""
_BEHIND_COLON = re.compile(r"^[^?]*:\s+(?=[^:]*\?)")
_ASKS = re.compile(
    r"\b(?:what|how|why|when|which|who|where|is|are|does|do|can|should|explain|define)\b[^?:]*\?$",
    re.IGNORECASE,
)


def asked(text: str) -> str:
    """The part of a text that asks; all of it where no other part is worth searching."""
    cleaned = unicodedata.normalize("NFKC", text)
    for noise in (_NEXT_DOCUMENT, _STATEMENT, _FIELD, _DEFINITION):
        cleaned = _worth(noise.sub(" ", cleaned), cleaned)
    cleaned = _worth(_TAG.sub("\n", cleaned), cleaned)
    sentences = _SENTENCE.findall(cleaned)
    wanted = [_without_command(each) for each in sentences]
    if any("?" in each for each in wanted):
        wanted = ["" if _ORDER.search(each) and "?" not in each else each for each in wanted]
    if wanted != sentences:
        cleaned = _worth("".join(wanted), cleaned)
    if len(cleaned.split()) > MAX_QUESTION_WORDS:
        questions = [_ASKS.search(each.strip()) for each in wanted if "?" in each]
        cleaned = _worth(" ".join(found[0] for found in questions if found), cleaned)
    return cleaned.strip()


def _without_command(sentence: str) -> str:
    """A sentence, or the question behind its colon if the rest of it is a command."""
    if not _COMMAND.search(sentence):
        return sentence
    behind = _BEHIND_COLON.sub("", sentence)
    return "" if _COMMAND.search(behind) else behind


def _worth(part: str, whole: str) -> str:
    """The part if it has words to search for."""
    has_terms = part == whole or any(word not in STOP_WORDS for word in words_of(part))
    return part if has_terms else whole
