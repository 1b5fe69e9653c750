"""Error ids: a person reads one to an admin."""

from bot.domain.error_id import ID_ALPHABET, new_error_id


def test_error_ids_are_short_and_readable() -> None:
    error_id = new_error_id()
    assert len(error_id) == 8
    assert set(error_id) <= set(ID_ALPHABET)
