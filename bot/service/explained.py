"""The texts that people gave to `/explain`: kept like private answers, for the controls below."""

from bot.domain.answer import AnswerKind, AnswerState, Ending, NewAnswer, Start
from bot.domain.conversation import Asker, Conversation
from bot.domain.errors import AlreadyAccepted
from bot.service.defaults import Defaults
from bot.service.explain import SEED
from bot.service.ports import Clock, ModelPool, Store


class ExplainedTexts:
    """Keeps them as rows of their own kind, which their person sees and no conversation remembers.

    So a text is found again after a restart, looked at by `ExplainService.of_answer` like every
    answer, and deleted with all that is its person's.
    """

    def __init__(self, store: Store, models: ModelPool, clock: Clock, defaults: Defaults) -> None:
        self._store = store
        self._models = models
        self._clock = clock
        self._defaults = defaults

    async def keep(
        self, source: str, asker: Asker, conversation: Conversation, text: str, model: str
    ) -> int:
        """Keep a text that was just looked at; returns the number of its row.

        Raises:
            AlreadyAccepted: the event was delivered before.
        """
        now, revision = self._clock.now(), self._models.spec(model).revision
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(conversation.server)
            new = NewAnswer(
                source=source,
                kind=AnswerKind.EXPLAIN,
                conversation=conversation,
                asker_id=asker.id,
                asker_name=asker.name,
                question=text,
                model=model,
                sampling=self._defaults.sampling_for(settings, seed=SEED, length=None),
                is_private=True,
                created_at=now,
            )
            row = await transaction.answers.add(new)
            if row is None:
                raise AlreadyAccepted("This text was accepted already.")
            await transaction.answers.start(row.id, Start(now, text, revision, 0, 0))
            await transaction.answers.end(row.id, Ending(now, AnswerState.DONE, "", None, 0))
            await transaction.answers.mark_delivered(row.id, now)
        return row.id
