"""Who may do what; checked at every use, whatever Discord's own settings hide."""

from bot.domain.answer import Answer
from bot.domain.conversation import Asker
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.server_settings import ServerSettings


def is_admin(asker: Asker, settings: ServerSettings) -> bool:
    """Whether the person may change this server: Manage Server, or the configured role."""
    return asker.is_operator or asker.is_manager or settings.admin_role in asker.roles


def require_admin(asker: Asker, settings: ServerSettings, deed: str) -> None:
    """Refuse everybody else.

    Raises:
        NotAllowed: names the permission that is needed for `deed`.
    """
    if not is_admin(asker, settings):
        raise NotAllowed(
            f"Only admins can {deed}: you need the Manage Server permission"
            + (" or this server's admin role." if settings.admin_role else ".")
        )


def is_assistant(asker: Asker, settings: ServerSettings) -> bool:
    """Whether the person may look after notes and answers: an admin, or a teaching assistant."""
    return is_admin(asker, settings) or settings.assistant_role in asker.roles


def require_assistant(asker: Asker, settings: ServerSettings, deed: str) -> None:
    """Refuse everybody but admins and teaching assistants.

    Raises:
        NotAllowed: says who may do `deed`.
    """
    if not is_assistant(asker, settings):
        raise NotAllowed(
            f"Only teaching assistants and admins can {deed}; an admin names their role with "
            "/settings set assistant_role."
        )


def require_asker_or_admin(
    asker: Asker, answer: Answer, settings: ServerSettings, deed: str
) -> None:
    """Refuse people who neither asked nor administer.

    Raises:
        NotAllowed: says whose answer it is.
    """
    if asker.id != answer.asker_id and not is_admin(asker, settings):
        raise _not_theirs(f"{answer.asker_name}, who asked, and admins", deed)


def require_visible(asker: Asker, answer: Answer | None, answer_id: int, server: str) -> Answer:
    """The answer, if it was given on this server and its person may read it.

    Raises:
        NotFound: the same words for an answer of another server, a private one of somebody
            else and none at all, so that nobody learns which of them it is.
    """
    is_here = answer is not None and answer.conversation.server == server
    if answer is None or not is_here or (answer.is_private and answer.asker_id != asker.id):
        raise NotFound(
            f"There is no answer {answer_id} here; Details below an answer tells its number."
        )
    return answer


def require_asker_or_assistant(
    asker: Asker, answer: Answer, settings: ServerSettings, deed: str
) -> None:
    """Refuse people who neither asked nor look after answers.

    Raises:
        NotAllowed: says whose answer it is.
    """
    if asker.id != answer.asker_id and not is_assistant(asker, settings):
        raise _not_theirs(f"{answer.asker_name}, who asked, teaching assistants and admins", deed)


def _not_theirs(whose: str, deed: str) -> NotAllowed:
    return NotAllowed(f"Only {whose} can {deed} this answer; use /ask to get one of your own.")
