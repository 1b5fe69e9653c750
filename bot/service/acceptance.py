"""Transaction 1: a wish becomes a queued row, or a refusal that leaves nothing behind."""

from bot.domain.answer import Answer, MessageRef, NewAnswer
from bot.domain.conversation import Asker, Conversation, Place
from bot.domain.errors import AlreadyAccepted
from bot.domain.server_settings import ServerSettings
from bot.service.allowance import charge
from bot.service.defaults import Defaults
from bot.service.ports import Clock, Transaction


class Acceptance:
    """What every accepted wish goes through, inside the caller's transaction."""

    def __init__(self, clock: Clock, defaults: Defaults) -> None:
        self._clock = clock
        self._defaults = defaults

    async def charge(
        self,
        transaction: Transaction,
        asker: Asker,
        conversation: Conversation,
        settings: ServerSettings,
    ) -> None:
        """Charge the rate limits, unless the person or one of their roles is exempt.

        Raises:
            RateLimited: says when to ask again.
        """
        if asker.is_operator or settings.exempt_role in asker.roles:
            return
        limits = self._defaults.limits_for(settings)
        await charge(transaction, asker, conversation, limits, self._clock.now())

    async def add(self, transaction: Transaction, new: NewAnswer, place: Place | None) -> Answer:
        """Insert the row and where it will be shown.

        Raises:
            AlreadyAccepted: the event was delivered before.
        """
        answer = await transaction.answers.add(new)
        if answer is None:
            raise AlreadyAccepted("This question was accepted already.")
        if place is not None:
            message = MessageRef(
                answer.id, 0, place.channel_id, place.nonce, place.message_id, place.token
            )
            await transaction.answers.put_message(message)
        return answer
