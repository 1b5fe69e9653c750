"""Material: what a run learns from, as it was read from files."""

from dataclasses import dataclass, field

from bot.domain.document import Document


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the manifest; `sha256` tells whether it is the same one later."""

    name: str
    sha256: str
    num_bytes: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is read as text. `name` is its file's, below the folder that was named."""

    name: str
    document: Document

    @property
    def text(self) -> str:
        """All of it: title, headings and paragraphs, an empty line between any two."""
        parts = [self.document.title]
        for section in self.document.sections:
            parts += [section.heading.rpartition(" > ")[2], section.text]
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Example:
    """An answer, and how people ask for it.

    `questions` are in somebody's own words; where there are none, a question is worded out of
    `passage`: a line with the title and `heading`, and what the notes say. `document` decides on
    which side of the split an example is. What `is_known` to the starter, the handbook, is read
    once an epoch, however often others are.
    """

    answer: str
    document: str
    questions: tuple[str, ...] = ()
    heading: str = ""
    passage: str = ""
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that was read. `num_duplicates` paragraphs and pairs were there before."""

    papers: tuple[Paper, ...]
    examples: tuple[Example, ...]
    files: tuple[SourceFile, ...] = field(default=())
    num_duplicates: int = 0
