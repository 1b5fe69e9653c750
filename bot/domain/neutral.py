"""What a model invents and people might follow, made harmless: links, addresses, numbers."""

import re
from collections.abc import Collection, Iterator

from bot.domain.mentions import neutralise_mentions

LINK_REMOVED = "[link removed]"
ADDRESS_REMOVED = "[address removed]"
NUMBER_REMOVED = "[number removed]"

# Top-level domains of links without a scheme; none that is also an ending of files or a method.
_TOP_LEVEL = (
    "com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|co|tv|me|ly|gg|gl|be|us|uk|de|fr|nl|eu|ca|"
    "au|jp|cn|ru|br|ch|se|es|xyz|online|site|shop|store|tech|cloud|link|page|blog|news|club|live"
)
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+"
_REST = r"[^\s<>`\"\[\]{}|\\^]*"
_LINK = (
    rf"(?:(?:https?|ftp|hxxps?|discord|steam)://{_REST}"
    rf"|(?<![\w.])www\.[A-Za-z0-9-]+\.{_REST}"
    rf"|(?<![\w])(?:discord|discordapp)\.(?:gg|com|me|io)/{_REST}"
    rf"|(?<![\w./$-]){_HOST}(?:{_TOP_LEVEL})(?::\d+)?/(?!/){_REST})"
)
_MASKED = (
    rf"\[(?P<label>[^\[\]\n]*)\]\(\s*<?(?P<target>(?:mailto:)?{_LINK}|mailto:[^\s<>()`]*)"
    r"[^)\n`]{0,80}\)"
)
_ADDRESS = (
    r"(?<![\w.+@-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.)+"
    rf"(?:{_TOP_LEVEL}|it|at|in|pl|pt|dk|fi|no|ie|nz|za|mx|kr|il|gr|cz|hu)\b(?![\w(@-]|\.\w)"
)
_DIGITS = r"\d(?:[ ./-]?\(?\d\)?){6,14}"
_NUMBER = (
    r"(?<![\w.+)\]-])\+[1-9]\d{0,2}[ -]?(?:\(\d{1,4}\)[ -]?)?\d{1,4}(?:[ /-]\d{2,8}){1,4}"
    r"(?![\w-]|\.\d)"
    r"|(?<![\w.+)\]-])\+[1-9]\d{9,13}(?![\w.]\d|\w)"
    r"|(?<![\w)\].+-])(?:1[ -])?\(\d{3}\) ?\d{3}-\d{4}(?![\w-])"
    r"|(?<![\w.+/-])(?:1-)?[2-9]\d{2}(?P<dash>[-.])\d{3}(?P=dash)\d{4}(?![\w-]|\.\d)"
    r"|(?<![\w.+/-])1-8\d\d-[\dA-Z]{3}-?[\dA-Z]{4}(?![\w-])"
    r"|(?i:(?<=phone )|(?<=phone: )|(?<=number is )|(?<=call us at )|(?<=call me at )"
    r"|(?<=call )|(?<=tel )|(?<=tel: )|(?<=tel\. )|(?<=fax )|(?<=fax: )|(?<=mobile: )"
    rf"|(?<=whatsapp )|(?<=hotline )|(?<=dial ))(?=0|\(0){_DIGITS}(?![\w-]|\.\d)"
)
_INVENTED = re.compile(
    rf"(?P<masked>{_MASKED})|(?P<link>{_LINK})|(?P<address>{_ADDRESS})|(?P<number>{_NUMBER})",
    re.IGNORECASE,
)
# Without one of these there is nothing to find; most sentences have none.
_HINT = re.compile(r"://|www\.|mailto:|\w/|@\w|\d[ ./()-]{0,2}\d[ ./()-]{0,2}\d", re.IGNORECASE)
_GROUPS = re.compile(r"\d+")
_MIN_DIGITS = 7
_TRAILING = ".,;:!?'*_~)"


def neutralise(text: str, allowed: Collection[str] = ()) -> str:
    """Text of a model without links, addresses and phone numbers that it made up.

    Each is replaced by a visible note such as "[link removed]"; what stands in one of the
    `allowed` texts (the quoted notes) stays, a masked link of it with its target in the open.
    Mentions are made harmless too. Doing it twice changes nothing more. Feed whole words only
    while a text grows (see `whole_words`), or half a link shows.
    """
    return neutralise_but(text, found_in(allowed))


def found_in(texts: Collection[str]) -> frozenset[str]:
    """Every link, address and number that stands in one of the texts."""
    return frozenset(found for text in texts for found in _found(text))


def neutralise_but(text: str, kept: frozenset[str]) -> str:
    """`neutralise`, with what stays as `found_in` gives it."""
    if not _HINT.search(text):
        return neutralise_mentions(text)
    while True:
        neutral = _INVENTED.sub(lambda match: _replacement(match, kept), text)
        if neutral == text:
            return neutralise_mentions(text)
        text = neutral


def whole_words(text: str) -> str:
    """The text without its last word, which may go on, and the white space before that."""
    end = len(text)
    while end and not text[end - 1].isspace():
        end -= 1
    return text[:end].rstrip()


def _found(text: str) -> Iterator[str]:
    """Every link, address and number that stands in a text."""
    for match in _INVENTED.finditer(text):
        yield _trimmed(match["target"] or match[0])


def _replacement(match: re.Match[str], kept: frozenset[str]) -> str:
    if match["masked"] is not None:
        target = _trimmed(match["target"])
        return f"{match['label']} ({target})" if target in kept else _labelled(match["label"])
    whole = match[0]
    found = _trimmed(whole)
    if found in kept or (match["number"] is not None and not _is_dialled(found)):
        return whole
    if match["link"] is not None:
        note = LINK_REMOVED
    else:
        note = ADDRESS_REMOVED if match["address"] is not None else NUMBER_REMOVED
    return note + whole[len(found) :]


def _labelled(label: str) -> str:
    return f"{label} {LINK_REMOVED}" if label.strip() else LINK_REMOVED


def _trimmed(link: str) -> str:
    """A link without the punctuation of the sentence around it; its own brackets stay."""
    while link and link[-1] in _TRAILING:
        if link[-1] == ")" and link.count("(") >= link.count(")"):
            break
        link = link[:-1]
    return link


def _is_dialled(number: str) -> bool:
    """Whether it is long enough, and its groups are not the sizes of layers: 784-256-1024."""
    groups = [int(group) for group in _GROUPS.findall(number)]
    are_sizes = all(group % 8 == 0 or group % 10 == 0 for group in groups)
    return sum(map(str.isdigit, number)) >= _MIN_DIGITS and (number[0] in "+0" or not are_sizes)
