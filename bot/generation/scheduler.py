"""Who is computed in the next step: slots, the waiting queue and the token budget; no tensors.

Continuous batching (Yu et al. 2022, Orca): sequences join and leave between any two steps.
Chunked prefill (Agrawal et al. 2023, Sarathi): a step holds one token of every running
answer first and fills the rest of its budget with pieces of prompts, so that reading a long
prompt slows running answers a little instead of stopping them.
"""

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator
from heapq import heapify, heappop, heappush, heapreplace

from bot.domain.errors import QueueFull
from bot.generation.chunk import Chunk
from bot.generation.contrastive import Shortlist
from bot.generation.prefix_cache import BLOCK_TOKENS, PrefixCache
from bot.generation.request import Request, Sequence
from bot.generation.speculation import MAX_GUESSED, Price, PromptLookup, num_guesses

LONELY = 2
"""How many times the budget a prompt may take in a step that nobody shares.

Twice as many rows are multiplied a little faster: 512 tokens of gpt2-xl in int8 are read in 1.38
instead of 1.48 s. Whoever comes meanwhile waits for the end of that step.
"""


class Scheduler:
    """Admission, slots and the plan of each step.

    `max_batch` sequences run at once, each in a slot of its own; a step computes at most
    `max_step_tokens` tokens, which must be more than `max_batch` so that prompts advance
    even beside a full batch; `queue_limit` requests may wait beyond the free slots.

    Waiting people take turns: a free slot goes to whoever has the fewest answers running, so
    that everybody's first request comes before anybody's second. Contrastive search takes a
    slot for each of its candidates, as many as there are at most; whoever's turn it is waits
    until they are free together.
    Who is to be alone gets a slot like everybody else and then every second step for itself;
    the others share the steps between, so that nobody waits for anybody's end.
    With `prefixes` a prompt's beginning is taken from there if it was read before; with
    `price` (see `speculation`) tokens of running answers are guessed where that pays.
    """

    def __init__(
        self,
        max_batch: int,
        max_step_tokens: int,
        queue_limit: int,
        prefixes: PrefixCache | None = None,
        price: Price | None = None,
    ) -> None:
        if not 0 < max_batch < max_step_tokens or queue_limit < 0:
            raise ValueError("max_step_tokens must exceed max_batch, which must be positive")
        self._max_step_tokens = max_step_tokens
        self._queue_limit = queue_limit
        self._max_batch = max_batch
        self._free_slots = list(range(max_batch))  # a heap: neighbours attend in one go
        self._running: dict[int, Sequence] = {}
        self._waiting: OrderedDict[str, deque[Sequence]] = OrderedDict()
        self._num_waiting = 0
        self._prefixes = prefixes
        self._price = price
        self._was_alone = False  # whether the newest step was somebody's own

    @property
    def num_running(self) -> int:
        """Sequences that hold a slot."""
        return len(self._running)

    @property
    def num_waiting(self) -> int:
        """Sequences that do not yet."""
        return self._num_waiting

    @property
    def num_free_slots(self) -> int:
        """Slots that nobody holds."""
        return len(self._free_slots)

    def add(self, request: Request) -> Sequence:
        """Put a request in the queue.

        Raises:
            QueueFull: `queue_limit` requests wait already.
        """
        if self._num_waiting >= self._queue_limit + len(self._free_slots):
            raise QueueFull(
                f"{self._num_waiting} answers are waiting already; please try again in a moment."
            )
        sequence = Sequence(request)
        self._waiting.setdefault(request.person, deque()).append(sequence)
        self._num_waiting += 1
        return sequence

    def schedule(self) -> tuple[Chunk, ...]:
        """Admit who has a free slot and plan the next step; empty when there is nothing to do."""
        while self._free_slots and self._waiting:
            if self.num_slots(self._first_waiting()) > len(self._free_slots):
                break
            self._admit(self._pop_waiting())
        together = self._next_to_run()
        decoding = [s for s in together if s.is_decoding]
        prefilling = [s for s in together if not s.is_decoding]
        guesses = {} if prefilling else self._guesses(decoding)
        budget = self._max_step_tokens * (LONELY if len(together) == 1 else 1)
        chunks = []
        for sequence in decoding + prefilling:
            if sequence.shortlist is not None:
                chunks.append(self._trial(sequence, sequence.shortlist))
                budget -= len(sequence.lanes)
                continue
            length = min(sequence.num_uncached, budget)
            if length == 0 or sequence.slot is None:
                break
            start, stop = sequence.num_cached, sequence.num_cached + length
            guessed = guesses.get(sequence.request.id, ())
            tokens = sequence.tokens(start, stop) + guessed
            num_logits = 1 + len(guessed) if stop == sequence.num_tokens else 0
            chunks.append(
                Chunk(sequence, sequence.slot, start, tokens, num_logits, sequence.prefix)
            )
            budget -= length
        return tuple(chunks)

    def advance(
        self,
        chunk: Chunk,
        tokens: tuple[int, ...] = (),
        shortlist: Shortlist | None = None,
    ) -> None:
        """Record that a chunk is in the cache, and the tokens sampled behind it.

        Of candidates the one that was taken is both. `shortlist` are the next ones.

        What was guessed right is both: of n tokens the first n - 1 were guesses. Guesses
        behind them count as never cached and are overwritten.
        """
        sequence = chunk.sequence
        num_right = max(len(tokens) - 1, 0)
        sequence.num_cached = chunk.stop - len(chunk.guessed) + num_right
        sequence.prefix = ()
        sequence.generated += tokens
        sequence.shortlist = shortlist
        if sequence.lookup is not None:
            sequence.lookup.extend(tokens)

    def finish(self, sequence: Sequence) -> None:
        """Take a sequence out, running or waiting; a second time does nothing."""
        if sequence.is_finished:
            return
        sequence.is_finished = True
        if sequence.slot is not None:
            del self._running[sequence.request.id]
            for slot in sequence.lanes or (sequence.slot,):
                heappush(self._free_slots, slot)
            sequence.slot, sequence.lanes = None, ()
        else:
            person = sequence.request.person
            queue = self._waiting[person]
            queue.remove(sequence)
            self._num_waiting -= 1
            if not queue:
                del self._waiting[person]

    def num_slots(self, sequence: Sequence) -> int:
        """Slots that a sequence takes."""
        return min(max(sequence.request.sampling.num_candidates, 1), self._max_batch)

    def running(self) -> tuple[Sequence, ...]:
        """The sequences that hold a slot, oldest first."""
        return tuple(self._running.values())

    def waiting(self) -> Iterator[Sequence]:
        """The waiting sequences in the order in which they will be admitted.

        As far as it can be known: whose running answer ends first may change it.
        """
        shares = self._num_running_by_person()
        turns = [
            (shares[person], place, person, iter(queue))
            for place, (person, queue) in enumerate(self._waiting.items())
        ]
        heapify(turns)
        for place in range(len(turns), len(turns) + self._num_waiting):
            share, _, person, queue = turns[0]
            yield next(queue)
            if share + 1 - shares[person] < len(self._waiting[person]):
                heapreplace(turns, (share + 1, place, person, queue))
            else:
                heappop(turns)

    def _next_to_run(self) -> list[Sequence]:
        """Who shares the next step: all who may, or one that is to be alone, in turns."""
        together = [s for s in self._running.values() if not s.request.is_alone]
        alone = [s for s in self._running.values() if s.request.is_alone]
        self._was_alone = bool(alone) and not (together and self._was_alone)
        return alone[:1] if self._was_alone else together

    def _admit(self, sequence: Sequence) -> None:
        """Give a sequence a slot and, where they were read before, its first tokens."""
        prompt = sequence.request.prompt
        if self._prefixes is not None and not sequence.request.is_alone:
            sequence.prefix = self._prefixes.find(prompt)
            sequence.num_cached = BLOCK_TOKENS * len(sequence.prefix)
        slots = tuple(heappop(self._free_slots) for _ in range(self.num_slots(sequence)))
        sequence.slot = slots[0]
        if sequence.request.sampling.is_contrastive:
            sequence.lanes = slots
        elif self._price is not None:
            sequence.lookup = PromptLookup(prompt)
        self._running[sequence.request.id] = sequence

    def _guesses(self, decoding: list[Sequence]) -> dict[int, tuple[int, ...]]:
        """By request, the tokens to guess behind its newest one, where guessing pays."""
        guesses: dict[int, tuple[int, ...]] = {}
        rates = []
        for sequence in decoding:
            most = min(MAX_GUESSED, sequence.num_remaining - 1)
            guess = sequence.lookup.guess(most) if sequence.lookup is not None else ()
            guesses[sequence.request.id] = guess
            rates.append(sequence.lookup.rate if guess and sequence.lookup is not None else 0.0)
        if self._price is None or not any(rates):
            return {}
        num_rows = sum(max(len(sequence.lanes), 1) for sequence in decoding)
        room = max(0, min(self._max_step_tokens, self._price.max_rows) - num_rows)
        numbers = num_guesses(rates, room, self._price.row_cost)
        return {
            id_: guess[:number]
            for (id_, guess), number in zip(guesses.items(), numbers, strict=True)
        }

    def _trial(self, sequence: Sequence, candidates: Shortlist) -> Chunk:
        """A chunk of candidates. It always fits: a step has room for a token of every slot."""
        lanes = sequence.lanes[: len(candidates.tokens)]
        start = sequence.num_cached
        return Chunk(sequence, lanes[0], start, candidates.tokens, len(lanes), lanes=lanes)

    def _person_in_turn(self) -> str:
        """Whoever has fewest answers running; of several, whose turn was longest ago."""
        shares = self._num_running_by_person()
        return min(self._waiting, key=shares.__getitem__)

    def _first_waiting(self) -> Sequence:
        return self._waiting[self._person_in_turn()][0]

    def _pop_waiting(self) -> Sequence:
        """The first request of whoever's turn it is."""
        person = self._person_in_turn()
        queue = self._waiting[person]
        sequence = queue.popleft()
        self._num_waiting -= 1
        if queue:
            self._waiting.move_to_end(person)
        else:
            del self._waiting[person]
        return sequence

    def _num_running_by_person(self) -> Counter[str]:
        return Counter(sequence.request.person for sequence in self._running.values())
