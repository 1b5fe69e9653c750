"""Contrastive search: token for token what the equation says, whatever else is computed."""

import pytest
import torch
from torch import Tensor
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelShape
from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.catalog import STARTER_FOLDER
from bot.generation.checkpoint import Checkpoint
from bot.generation.chunk import Chunk
from bot.generation.contrastive import Shortlist, choose, shortlist
from bot.generation.engine import Engine
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import PrefixCache
from bot.generation.request import Request
from tests.generation.engines import NUM_NEW, drain, engine, generated, prompts, request

K, ALPHA = 4, 0.6


@torch.inference_mode()
def by_the_equation(
    model: GPT2LMHeadModel,
    prompt: tuple[int, ...],
    num_new: int = NUM_NEW,
    num_candidates: int = K,
    alpha: float = ALPHA,
) -> list[int]:
    """Su et al. 2022, equation 5, without a cache: a whole pass for every candidate."""
    text = list(prompt)

    def states_and_odds(ids: list[int]) -> tuple[Tensor, Tensor]:
        out = model(torch.tensor([ids]), output_hidden_states=True)
        return out.hidden_states[-1][0], torch.softmax(out.logits[0, -1], dim=-1)

    for _ in range(num_new):
        earlier, odds = states_and_odds(text)
        scores = {}
        for odd, token in zip(*torch.topk(odds, num_candidates), strict=True):
            state = states_and_odds([*text, int(token)])[0][-1]
            nearest = torch.cosine_similarity(state[None], earlier, dim=-1).max()
            scores[int(token)] = float((1 - alpha) * odd - alpha * nearest)
        text.append(max(scores, key=scores.__getitem__))
    return text[len(prompt) :]


def search(id_: int, prompt: tuple[int, ...], **params: object) -> Request:
    return request(id_, prompt, **({"num_candidates": K, "degeneration_penalty": ALPHA} | params))


def answers_of(running: Engine, requests: list[Request]) -> dict[int, list[int]]:
    answers: dict[int, list[int]] = {}
    for each in requests:
        running.add(each)
    endings = drain(running, answers)
    assert {event.finish_reason for event in endings} == {FinishReason.LENGTH}
    assert running.scheduler.num_free_slots == 8
    return answers


def test_it_writes_what_the_equation_says(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    """Prompts of many lengths, some read in several steps, two at a time."""
    texts = prompts(6)
    answers = answers_of(engine(model), [search(n, text) for n, text in enumerate(texts)])
    assert answers == {n: by_the_equation(tiny_model, text) for n, text in enumerate(texts)}
    assert all(answers[n] != generated(tiny_model, text) for n, text in enumerate(texts))


@pytest.mark.parametrize(("num_candidates", "alpha"), [(2, 0.3), (5, 0.9), (8, 0.6)])
def test_it_does_so_for_any_number_of_candidates_and_any_penalty(
    model: GPT2, tiny_model: GPT2LMHeadModel, num_candidates: int, alpha: float
) -> None:
    text = prompts(1)[0]
    wish = search(0, text, num_candidates=num_candidates, degeneration_penalty=alpha)
    expected = by_the_equation(tiny_model, text, NUM_NEW, num_candidates, alpha)
    assert answers_of(engine(model), [wish])[0] == expected


@pytest.mark.parametrize("changes", [{"num_candidates": 1}, {"degeneration_penalty": 0.0}])
def test_without_a_choice_or_a_penalty_it_is_greedy(
    model: GPT2, tiny_model: GPT2LMHeadModel, changes: dict[str, float]
) -> None:
    text = prompts(1)[0]
    assert answers_of(engine(model), [search(0, text, **changes)])[0] == generated(tiny_model, text)


def test_the_starter_model_is_searched_like_any_other() -> None:
    checkpoint = Checkpoint(STARTER_FOLDER, "starter")
    ours = GPT2(checkpoint.config, checkpoint.load(torch.float32, torch.device("cpu")))
    reference = GPT2LMHeadModel.from_pretrained(STARTER_FOLDER, dtype=torch.float32).eval()
    text = (12, 500, 77, 3000, 41, 8)
    assert answers_of(engine(ours), [search(0, text)])[0] == by_the_equation(reference, text)


def test_neighbours_of_every_kind_change_nothing(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    first, second, third, fourth = prompts(4, longest=40)
    running = engine(model, speculates=True, prefixes=PrefixCache(64))
    wishes = [
        request(0, first),
        search(1, second),
        request(2, third, temperature=0.8, seed=3),
        search(3, fourth),
        request(4, first),
    ]
    answers = answers_of(running, wishes)
    assert answers[0] == answers[4] == generated(tiny_model, first)
    assert answers[1] == by_the_equation(tiny_model, second)
    assert answers[3] == by_the_equation(tiny_model, fourth)
    assert answers[2] == answers_of(engine(model), [wishes[2]])[2]


def test_a_prompt_that_was_read_before_brings_its_states_along(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    """Also where a greedy answer read it, and also what a search wrote itself."""
    text = prompts(1, longest=61)[0] * 3
    text = text[:50]
    running = engine(model, prefixes=PrefixCache(64))
    answers_of(running, [request(0, text)])
    found = answers_of(running, [search(1, text)])[1]
    assert running.prefixes is not None
    assert running.prefixes.num_found_tokens == 48
    assert found == by_the_equation(tiny_model, text)
    longer = (*text, *found)
    assert answers_of(running, [search(2, longer)])[2] == by_the_equation(tiny_model, longer)
    assert running.prefixes.num_found_tokens == 48 + 64


def test_an_end_of_text_that_wins_ends_the_answer(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    text = prompts(1)[0]
    expected = by_the_equation(tiny_model, text)
    stop = expected[3]
    running = engine(model)
    running._end_of_text_id = stop
    running.add(search(0, text))
    answers: dict[int, list[int]] = {}
    (ending,) = drain(running, answers)
    assert ending.finish_reason is FinishReason.END_OF_TEXT
    assert answers[0] == expected[: expected.index(stop)]
    assert running.scheduler.num_free_slots == 8


def test_it_fills_the_window_to_its_last_position(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    text = (prompts(1)[0] * 60)[:120]
    answers = answers_of(engine(model), [search(0, text, max_new_tokens=8)])
    assert answers[0] == by_the_equation(tiny_model, text, 8)


def test_a_model_with_few_slots_has_fewer_candidates(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    text = prompts(1)[0]
    running = engine(model, max_batch=2)
    running.add(search(0, text))
    answers: dict[int, list[int]] = {}
    drain(running, answers)
    assert answers[0] == by_the_equation(tiny_model, text, num_candidates=2)


def test_whoever_needs_more_slots_than_are_free_waits_for_them_and_is_not_passed(
    model: GPT2,
) -> None:
    running = engine(model)
    for number in range(6):
        running.add(request(number, (5, 6), max_new_tokens=4 + number))
    running.add(search(6, (5, 6)))
    running.add(request(7, (5, 6)))
    running.step()
    assert [each.request.id for each in running.scheduler.running()] == list(range(6))
    order: list[int] = []
    for _ in range(200):
        running.step()
        order += [
            each.request.id
            for each in running.scheduler.running()
            if each.request.id not in (*order, *range(6))
        ]
        if not running.scheduler.num_running:
            break
    assert order == [6, 7]


def test_a_cancelled_search_gives_all_its_slots_back(model: GPT2) -> None:
    running = engine(model)
    sequence = running.add(search(0, (5, 6)))
    for _ in range(3):
        running.step()
    assert running.scheduler.num_free_slots == 8 - K
    running.scheduler.finish(sequence)
    assert running.scheduler.num_free_slots == 8


class Failing:
    """A model whose logits are not finite once a slot computes a position."""

    def __init__(self, model: GPT2, position: int) -> None:
        self._model, self._position = model, position

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> Tensor:
        logits = self._model.forward(chunks, cache)
        for row, chunk in enumerate(chunks):
            if chunk.start == self._position and len(chunk.tokens) == 1:
                logits[row] = torch.nan
        return logits


def test_a_search_that_fails_ends_alone_and_once(model: GPT2, tiny_model: GPT2LMHeadModel) -> None:
    failing, sound = (5, 6, 7), (8, 9)
    running = engine(model, model=Failing(model, 7))
    running.add(search(0, failing))
    running.add(request(1, sound, max_new_tokens=4))
    answers: dict[int, list[int]] = {}
    endings = {event.request_id: event for event in drain(running, answers)}
    assert endings[0].finish_reason is FinishReason.FAILED
    assert endings[0].error_id == "e0"
    assert answers[0] == by_the_equation(tiny_model, failing)[:4]
    assert answers[1] == generated(tiny_model, sound)[:4]
    assert running.scheduler.num_free_slots == 8


def test_its_tokens_come_with_the_models_own_probabilities(
    model: GPT2, tiny_model: GPT2LMHeadModel
) -> None:
    text = prompts(1)[0]
    running = engine(model)
    running.add(search(0, text, max_new_tokens=3))
    events = [event for _ in range(10) for event in running.step() if event.token is not None]
    ids = [*text, *(event.token for event in events if event.token is not None)]
    with torch.inference_mode():
        logits = tiny_model(torch.tensor([ids])).logits[0].log_softmax(dim=-1)
    expected = [float(logits[len(text) - 1 + n, ids[len(text) + n]]) for n in range(3)]
    assert [event.logprob for event in events] == pytest.approx(expected, abs=1e-4)


def test_of_candidates_that_score_alike_the_likelier_is_taken() -> None:
    logits = torch.tensor([0.0, 2.0, 1.0, -3.0])
    short = shortlist(logits, 3)
    assert short.tokens == (1, 2, 0)
    same = torch.ones(3, 1, 2) / 2**0.5
    assert choose(short, same, torch.ones(1, 5, 2) / 2**0.5, 0.6) == 0


def test_a_candidate_that_leads_back_is_passed_over() -> None:
    back, elsewhere = [1.0, 0.0], [0.0, 1.0]
    states = torch.tensor([[back], [elsewhere]])
    earlier = torch.tensor([[back, back]])
    short = Shortlist((7, 8), (-0.7, -0.8))
    assert choose(short, states, earlier, 0.6) == 1
    assert choose(short, states, earlier, 0.0) == 0


def test_greedy_parameters_are_no_search() -> None:
    assert not SamplingParams().is_contrastive
    assert not SamplingParams(temperature=1.0, num_candidates=4).is_random
    assert ModelShape(2, 64, 4).cache_bytes_per_token("float32") == 5 * 64 * 4
