"""The short id that joins what a person is told of a bug to its line in the log."""

import secrets

ID_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that looks like something else


def new_error_id() -> str:
    """Eight characters that can be read aloud."""
    return "".join(secrets.choice(ID_ALPHABET) for _ in range(8))
