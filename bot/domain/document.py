"""A document as its reader found it: sections of plain text, and where each stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading, in reading order.

    `heading` holds the whole path of headings, outermost first, joined by " > "; it is ""
    before the first one. `page` counts from 1 where the format has pages. `text` keeps its
    paragraphs apart by empty lines and its code in fences.
    """

    heading: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of one file. `title` is the document's own, or its file's name."""

    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a section that is found, quoted and put into a prompt as one."""

    heading: str
    text: str
    page: int | None = None
