"""What is fit to be shown on a study server: levels, verdicts, and what people are told."""

from dataclasses import dataclass
from enum import StrEnum

REFUSAL = (
    "I do not write about people to insult, threaten or sexualise them; "
    "please ask me something about the course."
)
UNSEEMLY = "This server wants decent words; please write it in others."
BLOCKED = "Your text has words that this server does not want; please write it in others."
NOT_CONTINUED = "I do not continue this text because it is not decent; please begin another one."
NOT_CORRECTED = "This correction has words that this server withholds; please write it in others."
WITHHELD = "I withheld this answer because it was not decent; please ask in other words."
HELP = (
    "I am only a program, but I am glad that you said it: please talk to somebody whom you "
    "trust now, call your local emergency number if you are in danger, or find a helpline of "
    "your country at findahelpline.com."
)


class DecencyLevel(StrEnum):
    """How much is withheld on a server."""

    OFF = "off"
    STANDARD = "standard"
    """Slurs, sexual content, strong swearing, harassment of and threats against people."""
    STRICT = "strict"
    """Also mild swearing, insults and words on the border of the above."""


class Reason(StrEnum):
    """What kind of indecency was found; it never carries the words themselves."""

    BLOCKED = "blocked"
    """A word or phrase of the server's own list."""
    THREAT = "threat"
    HARASSMENT = "harassment"
    SLUR = "slur"
    SEXUAL = "sexual"
    SWEARING = "swearing"
    MILD = "mild"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a filter says about a text."""

    reason: Reason | None = None

    @property
    def is_decent(self) -> bool:
        """Whether the text may be shown."""
        return self.reason is None


DECENT = Verdict()
