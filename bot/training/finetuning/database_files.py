"""Databases are no training data: they are told by what is in them, whatever they are called."""

from pathlib import Path

from bot.domain.errors import InvalidParameter

_SQLITE = (b"SQLite format 3\0", b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
"""The first bytes of a database and of its write-ahead log in both byte orders."""
_DUMPS = (b"-- PostgreSQL database dump", b"PRAGMA foreign_keys=OFF;", b"PGDMP", b"-- MySQL dump")
_SEARCHED = 512


def check_is_no_database(path: Path, content: bytes) -> None:
    """Refuse databases and their dumps: what people asked or wrote must not become training data.

    Raises:
        InvalidParameter: it is one.
    """
    head = content[:_SEARCHED]
    if head.startswith(_SQLITE) or any(dump in head for dump in _DUMPS):
        raise InvalidParameter(
            f"{path} is a database, and what people wrote on Discord is never trained on; "
            "export a course's notes with `lectern notes export` instead."
        )
