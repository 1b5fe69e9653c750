"""The use case *replay*: an answer is written again from what was kept, and compared."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.answer import Answer
from bot.domain.conversation import Asker, Conversation
from bot.domain.draft import Draft
from bot.domain.errors import ModelUnavailable, QuestionRefused, UnknownModel
from bot.domain.model_spec import ModelSpec
from bot.domain.progress import LoadProgress
from bot.domain.replay import Replay
from bot.domain.sampling import FinishReason
from bot.domain.server_settings import ServerSettings
from bot.service.acceptance import Acceptance
from bot.service.access import require_asker_or_assistant, require_visible
from bot.service.ports import Clock, ModelLease, ModelPool, Store
from bot.service.screening import Screening

BUSY = "I am replaying another answer right now; please try again in a moment."
OnProgress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ReplayWish:
    """A person, where they are, and which answer they want to see written again."""

    asker: Asker
    conversation: Conversation
    answer_id: int


class ReplayService:
    """Writes answers again: from the same weights, prompt, parameters and seed, and alone.

    One at a time: a replay slows down everybody's answers while it runs.
    """

    def __init__(self, store: Store, models: ModelPool, clock: Clock, screening: Screening) -> None:
        self._store = store
        self._models = models
        self._screening = screening
        self._acceptance = Acceptance(clock, screening.defaults)
        self._is_busy = False

    async def replay(
        self,
        wish: ReplayWish,
        on_loading: Callable[[LoadProgress], None] | None = None,
        on_progress: OnProgress = lambda num_tokens: None,
    ) -> Replay:
        """Write an answer's texts again; it counts as a question. `on_progress` hears of tokens.

        What the model wrote is compared, before anything of it was cut or put beside quotes;
        what the server would not have shown it is not shown here either.

        Raises:
            NotFound: no such answer on this server, or somebody else's private one.
            NotAllowed: neither the asker's nor an assistant's.
            QuestionRefused: it runs still, the model wrote nothing, or another replay runs.
            ModelUnavailable: the same weights cannot be had here.
            RateLimited: says when to try again.
        """
        if self._is_busy:
            raise QuestionRefused(BUSY)
        self._is_busy = True
        try:
            answer, prompt, settings = await self._accept(wish)
            async with self._models.lease(answer.model, on_loading) as lease:
                person = f"{answer.conversation.server}:{wish.asker.id}"
                written: list[str] = []
                num_before = 0
                for draft in answer.drafts:
                    text, num_tokens = await _write(
                        lease, prompt, draft, person, num_before, on_progress
                    )
                    written.append(text)
                    num_before += num_tokens
                layout = lease.layout
        finally:
            self._is_busy = False
        made = Replay(answer, tuple(written), layout)
        may_show = made.is_identical or all(
            self._screening.may_show(text, settings) for text in written
        )
        return made if may_show else dataclasses.replace(made, is_withheld=True)

    async def _accept(self, wish: ReplayWish) -> tuple[Answer, str, ServerSettings]:
        """The answer with its prompt, once everything allows to write it again."""
        server = wish.conversation.server
        async with self._store.transaction() as transaction:
            found = await transaction.answers.get(wish.answer_id)
            answer = require_visible(wish.asker, found, wish.answer_id, server)
            settings = await transaction.servers.get(server)
            require_asker_or_assistant(wish.asker, answer, settings, "replay")
            if not answer.state.is_final:
                raise QuestionRefused("This answer is still being written; wait for its end.")
            if answer.prompt is None or not any(each.num_new_tokens for each in answer.drafts):
                raise QuestionRefused(
                    f"The model wrote nothing for answer {answer.id}, so there is nothing to "
                    "replay; press Details below it to see what it rests on."
                )
            self._require_same_weights(answer)
            await self._acceptance.charge(transaction, wish.asker, wish.conversation, settings)
        return answer, answer.prompt, settings

    def _require_same_weights(self, answer: Answer) -> None:
        try:
            spec = self._models.spec(answer.model)
        except UnknownModel:
            raise ModelUnavailable(
                f"Answer {answer.id} was written by {answer.model}, which is no longer among the "
                "models here, so it cannot be replayed."
            ) from None
        if spec.revision != answer.revision:
            raise ModelUnavailable(
                f"Answer {answer.id} was written by {answer.model} at {_revision(answer)}, but "
                f"{_revision(spec)} is here now: other weights, so it cannot be replayed."
            )


async def _write(
    lease: ModelLease,
    prompt: str,
    draft: Draft,
    person: str,
    num_before: int,
    on_progress: OnProgress,
) -> tuple[str, int]:
    """One text again, and how many tokens it has."""
    if not draft.num_new_tokens:
        return draft.text, 0
    text, num_tokens = "", 0
    completion = lease.complete(prompt, draft.sampling_again, person, is_alone=True)
    async for progress in completion:
        text, num_tokens = progress.text, progress.num_new_tokens
        on_progress(num_before + num_tokens)
        if progress.finish_reason is FinishReason.FAILED:
            raise ModelUnavailable(
                "The model failed while writing the answer again; please try again, and if it "
                f"happens again tell an admin the error id {progress.error_id}."
            )
    return text, num_tokens


def _revision(source: Answer | ModelSpec) -> str:
    return f"revision {source.revision[:12]}" if source.revision else "no fixed revision"
