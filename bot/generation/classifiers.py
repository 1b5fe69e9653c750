"""The classifiers of this process: held in the pool from their first use to the end."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from types import TracebackType
from typing import Self

from torch import Tensor

from bot.domain.classifier import Use
from bot.domain.error_id import new_error_id
from bot.domain.errors import BotError, ModelUnavailable
from bot.generation.anatomy import Anatomy
from bot.generation.classification import classified, probabilities, read_head
from bot.generation.classifier_folder import ClassifierFolder
from bot.generation.errand import Pieces
from bot.generation.lease import Lease
from bot.generation.pool import Pool

log = logging.getLogger(__name__)


class PooledClassifier:
    """One classifier; its model's lease, once there, is held until `stack` is closed."""

    def __init__(self, folder: ClassifierFolder, pool: Pool, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._pool = pool
        self._stack = stack
        self._loading = asyncio.Lock()
        self._lease: Lease | None = None
        self._head: Tensor | None = None

    async def lease(self) -> Lease:
        """The model in memory, loaded first where needed.

        It is not given back between two texts: it is small, and a large model that takes its
        place would have to leave for it at the next question.
        """
        async with self._loading:
            if self._lease is None:
                leased = self._pool.lease_classifier(self._folder.name, self._folder.folder)
                self._lease = await self._stack.enter_async_context(leased)
            return self._lease

    async def probabilities(self, label: str, texts: Sequence[str]) -> list[float]:
        """How probable a label is for each text; of long ones what fits the window is read."""
        lease = await self.lease()
        place = self._folder.labels.index(label)
        found = []
        for text in texts:
            tokens = tuple(lease.tokenizer.encode(text)[: lease.window])
            logits = await lease.examine(partial(self._read, tokens))
            found.append(probabilities(logits)[place])
        return found

    def _read(self, tokens: tuple[int, ...], anatomy: Anatomy) -> Pieces[Tensor]:
        """In the model's thread."""
        if self._head is None:
            folder, width = self._folder, anatomy.gpt2.config.shape.width
            self._head = read_head(folder.folder, folder.name, len(folder.labels), width)
            yield
        return (yield from classified(anatomy, tokens, self._head))


class Classifiers:
    """Fulfils the services' Classifiers over a pool; leaving the block gives them back."""

    def __init__(self, pool: Pool, folders: Mapping[Use, ClassifierFolder]) -> None:
        self._stack = AsyncExitStack()
        self._known = {
            use: PooledClassifier(folder, pool, self._stack) for use, folder in folders.items()
        }

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    def has(self, use: Use) -> bool:
        """Whether one was given for this use."""
        return use in self._known

    async def load(self) -> None:
        """Load all of them now; of one that cannot be it is logged why, and answers come anyway."""
        for use, classifier in self._known.items():
            try:
                await classifier.lease()
            except BotError as refusal:
                log.warning("the classifier of %s is not loaded: %s", use, refusal.text)

    async def probabilities(self, use: Use, texts: Sequence[str]) -> list[float]:
        """How probable the first label of the use is for each text.

        Raises:
            ModelUnavailable, NotEnoughMemory: it cannot be loaded; or a bug, logged with the id
                that the sentence tells.
        """
        try:
            return await self._known[use].probabilities(use.labels[0], texts)
        except BotError:
            raise
        except Exception as error:
            error_id = new_error_id()
            log.error("the classifier of %s failed (%s)", use, error_id, exc_info=error)
            raise ModelUnavailable(
                f"The classifier of {use} failed because of an error on my side; tell an admin "
                f"the error id {error_id}."
            ) from error
