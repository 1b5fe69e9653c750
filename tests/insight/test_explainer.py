"""Looking inside through the door that the services use, held against transformers."""

import asyncio
import math

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.errors import (
    InvalidParameter,
    ModelUnavailable,
    NotEnoughMemory,
    PromptTooLong,
    UnknownModel,
)
from bot.domain.look import Look, View
from bot.domain.progress import LoadProgress
from bot.domain.sampling import SamplingParams
from bot.domain.views import (
    AttentionView,
    LayersView,
    NextView,
    SurpriseView,
    TemperatureView,
    TokensView,
)
from bot.generation.catalog import Catalog
from bot.generation.gpt2 import GPT2
from bot.generation.pool import Pool, PoolOptions
from bot.generation.tokenizer import Tokenizer
from bot.insight import explainer as explainer_module
from bot.insight.explainer import Explainer
from bot.service import insight_ports
from tests.generation.pools import last
from tests.insight.specimens import (
    PROMPT,
    SAMPLING,
    WRITTEN,
    ids_of,
    seen_by_transformers,
    specimen,
)


async def seen(explainer: Explainer, look: Look, **more: object) -> object:
    checked: insight_ports.Explainer = explainer  # mypy holds it against the port
    async with asyncio.timeout(20):
        return await checked.view(specimen(**more), look)  # type: ignore[arg-type]


async def next_of(explainer: Explainer, position: int | None = None, **more: object) -> NextView:
    view = await seen(explainer, Look(View.NEXT, position), **more)
    assert isinstance(view, NextView)
    return view


async def surprise_of(explainer: Explainer, **more: object) -> SurpriseView:
    view = await seen(explainer, Look(View.SURPRISE), **more)
    assert isinstance(view, SurpriseView)
    return view


async def attention_of(explainer: Explainer, **where: object) -> AttentionView:
    more = {name: where.pop(name) for name in ("prompt", "written", "model") if name in where}
    view = await seen(explainer, Look(View.ATTENTION, **where), **more)  # type: ignore[arg-type]
    assert isinstance(view, AttentionView)
    return view


async def test_tokens_are_told_with_their_ids_and_where_the_answer_begins(
    explainer: Explainer, tokenizer: Tokenizer
) -> None:
    view = await seen(explainer, Look(View.TOKENS))
    assert isinstance(view, TokensView)
    assert [piece.id for piece in view.pieces] == ids_of(tokenizer)
    assert view.num_prompt == len(tokenizer.encode(PROMPT))
    assert "".join(piece.text for piece in view.pieces) == PROMPT + WRITTEN


async def test_a_text_that_nobody_answered_has_no_prompt(explainer: Explainer) -> None:
    view = await seen(explainer, Look(View.TOKENS), prompt=WRITTEN, written="")
    assert isinstance(view, TokensView)
    assert view.num_prompt == 0


@pytest.mark.parametrize("position", [0, 3])
async def test_next_probabilities_are_transformers(
    explainer: Explainer, tokenizer: Tokenizer, tiny_model: GPT2LMHeadModel, position: int
) -> None:
    view = await next_of(explainer, position)
    ids, place = ids_of(tokenizer), len(tokenizer.encode(PROMPT)) + position
    expected = torch.softmax(seen_by_transformers(tiny_model, ids).logits[0, place], dim=-1)
    likeliest = torch.topk(expected, 10)
    assert [each.piece.id for each in view.candidates[:10]] == likeliest.indices.tolist()
    before = torch.tensor([each.before for each in view.candidates[:10]])
    torch.testing.assert_close(before, likeliest.values, atol=1e-5, rtol=1e-3)
    assert view.rest + sum(each.before for each in view.candidates) == pytest.approx(1)
    assert view.position == position
    assert view.num_tokens == len(tokenizer.encode(WRITTEN))
    assert view.actual is not None
    assert view.actual.id == ids[place + 1]
    assert view.actual.id in {each.piece.id for each in view.candidates}
    assert [piece.id for piece in view.context] == ids[place - 11 : place + 1]


async def test_at_the_end_of_a_text_nothing_came(explainer: Explainer) -> None:
    view = await next_of(explainer, prompt=PROMPT, written="")
    assert view.actual is None
    assert view.position == view.num_tokens - 1


async def test_after_sampling_only_the_nucleus_is_left_and_its_shares_are_the_samplers(
    explainer: Explainer, tokenizer: Tokenizer, tiny_model: GPT2LMHeadModel
) -> None:
    sampling = SamplingParams(temperature=0.5, top_k=4)
    view = await next_of(explainer, prompt=PROMPT, written="", sampling=sampling)
    ids = tokenizer.encode(PROMPT)
    logits = seen_by_transformers(tiny_model, ids).logits[0, -1]
    best = torch.topk(logits, 4)
    expected = torch.softmax(best.values / 0.5, dim=-1).tolist()
    after = {each.piece.id: each.after for each in view.candidates}
    for token, share in zip(best.indices.tolist(), expected, strict=True):
        assert after[token] == pytest.approx(share, abs=1e-4)
    assert sum(after.values()) == pytest.approx(1)
    assert [each.after > 0 for each in view.candidates] == [True] * 4 + [False] * 6


async def test_greedy_decoding_is_certain_and_contrastive_search_looks_at_few(
    explainer: Explainer,
) -> None:
    greedy = await next_of(explainer, sampling=SamplingParams())
    assert [each.after for each in greedy.candidates[:3]] == [1, 0, 0]
    searched = await next_of(explainer, sampling=SamplingParams(num_candidates=3))
    shares = [each.after for each in searched.candidates]
    assert sum(shares) == pytest.approx(1)
    assert [share > 0 for share in shares[:5]] == [True, True, True, False, False]


async def test_a_repeated_token_is_penalised_as_the_sampler_does_it(explainer: Explainer) -> None:
    plain = await next_of(explainer, 4, sampling=SamplingParams(temperature=1.0))
    once = [each for each in plain.candidates if each.piece.id in set(range(10_000))]
    assert all(each.before == pytest.approx(each.after) for each in once)
    banned = await next_of(
        explainer, 4, sampling=SamplingParams(temperature=1.0, no_repeat_ngram=1)
    )
    text = WRITTEN
    repeated = [each for each in banned.candidates if each.after == 0]
    assert all(each.piece.text in text for each in repeated)


async def test_surprisals_and_entropies_are_transformers_in_bits(
    explainer: Explainer, tokenizer: Tokenizer, tiny_model: GPT2LMHeadModel
) -> None:
    view = await surprise_of(explainer)
    ids, num_prompt = ids_of(tokenizer), len(tokenizer.encode(PROMPT))
    logprobs = torch.log_softmax(seen_by_transformers(tiny_model, ids).logits[0].double(), dim=-1)
    rows = logprobs[num_prompt - 1 : -1]
    targets = torch.tensor(ids[num_prompt:])
    surprisals = -rows.gather(1, targets[:, None])[:, 0] / math.log(2)
    entropies = -(rows.exp() * rows).sum(dim=-1) / math.log(2)
    assert [piece.id for piece in view.pieces] == ids[num_prompt:]
    assert view.surprisals == pytest.approx(surprisals.tolist(), abs=1e-3)
    assert view.entropies == pytest.approx(entropies.tolist(), abs=1e-3)


async def test_of_a_text_all_but_the_first_token_can_surprise(
    explainer: Explainer, tokenizer: Tokenizer
) -> None:
    view = await surprise_of(explainer, prompt=WRITTEN, written="")
    assert [piece.id for piece in view.pieces] == tokenizer.encode(WRITTEN)[1:]
    assert len(view.surprisals) == len(view.entropies) == len(view.pieces)
    with pytest.raises(InvalidParameter, match="single token"):
        await surprise_of(explainer, prompt="A", written="")


@pytest.mark.parametrize(("layer", "head"), [(0, 0), (1, 3), (1, None), (None, None), (None, 2)])
async def test_attention_is_transformers(
    explainer: Explainer,
    tokenizer: Tokenizer,
    tiny_model: GPT2LMHeadModel,
    layer: int | None,
    head: int | None,
) -> None:
    view = await attention_of(explainer, layer=layer, head=head, prompt=PROMPT * 2)
    ids = ids_of(tokenizer, PROMPT * 2)
    every = torch.stack(seen_by_transformers(tiny_model, ids).attentions)[:, 0]  # (L, H, T, T)
    layers = every if layer is None else every[layer : layer + 1]
    looks = layers.mean(dim=1) if head is None else layers[:, head]
    expected = looks.mean(dim=0)[-32:, -32:]
    torch.testing.assert_close(torch.tensor(view.weights), expected, atol=1e-4, rtol=1e-3)
    assert len(view.pieces) == 32
    assert view.first == len(ids) - 32 > 0
    assert (view.layer, view.head) == (layer, head)
    assert (view.num_layers, view.num_heads) == (2, 4)


async def test_attention_is_shown_around_a_position(
    explainer: Explainer, tokenizer: Tokenizer
) -> None:
    ids = tokenizer.encode(PROMPT * 3)
    view = await attention_of(explainer, position=20, prompt=PROMPT * 3, written="")
    assert view.first == 4
    assert [piece.id for piece in view.pieces] == ids[4:36]
    at_start = await attention_of(explainer, position=0, prompt=PROMPT * 3, written="")
    assert at_start.first == 0
    short = await attention_of(explainer, prompt="A query asks", written="")
    assert (short.first, len(short.pieces)) == (0, len(tokenizer.encode("A query asks")))
    assert [sum(row) for row in short.weights] == pytest.approx([1] * len(short.pieces))


async def test_the_lens_reads_every_layer_as_transformers_streams_say(
    explainer: Explainer, tokenizer: Tokenizer, tiny_model: GPT2LMHeadModel
) -> None:
    view = await seen(explainer, Look(View.LAYERS, position=2))
    assert isinstance(view, LayersView)
    ids, place = ids_of(tokenizer), len(tokenizer.encode(PROMPT)) + 2
    out = seen_by_transformers(tiny_model, ids)
    winner = int(out.logits[0, place].argmax())
    assert [guess.layer for guess in view.guesses] == [0, 1, 2]
    for guess, states in zip(view.guesses, out.hidden_states, strict=True):
        with torch.inference_mode():
            # transformers has normalised the last of its streams already.
            stream, is_last = states[0, place], guess.layer == 2
            normal = stream if is_last else tiny_model.transformer.ln_f(stream)
            shares = torch.softmax(tiny_model.lm_head(normal), dim=-1)
        best = torch.topk(shares, 3)
        assert [each.piece.id for each in guess.candidates] == best.indices.tolist()
        found = [each.before for each in guess.candidates]
        assert found == pytest.approx(best.values.tolist(), abs=1e-4)
        assert guess.final_probability == pytest.approx(float(shares[winner]), abs=1e-4)
    assert view.guesses[-1].candidates[0].before == view.guesses[-1].final_probability
    assert view.actual is not None


async def test_temperatures_sharpen_and_flatten_the_same_tokens(
    explainer: Explainer, tokenizer: Tokenizer, tiny_model: GPT2LMHeadModel
) -> None:
    view = await seen(explainer, Look(View.TEMPERATURE))
    assert isinstance(view, TemperatureView)
    logits = seen_by_transformers(tiny_model, tokenizer.encode(PROMPT)).logits[0, -1]
    assert [column.temperature for column in view.columns] == [0.3, 0.7, 1.2]
    assert len({tuple(each.piece.id for each in one.candidates) for one in view.columns}) == 1
    for column in view.columns:
        shares = torch.softmax(logits.double() / column.temperature, dim=-1)
        for each in column.candidates:
            assert each.after == pytest.approx(float(shares[each.piece.id]), abs=1e-4)
        assert column.entropy == pytest.approx(
            float(torch.special.entr(shares).sum()) / math.log(2), abs=1e-3
        )
    entropies = [column.entropy for column in view.columns]
    assert entropies == sorted(entropies)
    assert view.seed == SAMPLING.seed


async def test_continuations_are_what_the_engine_writes_with_that_seed(
    explainer: Explainer, pool: Pool
) -> None:
    view = await seen(explainer, Look(View.TEMPERATURE))
    assert isinstance(view, TemperatureView)
    async with pool.lease("tiny") as lease:
        for column in view.columns:
            sampling = SamplingParams(max_new_tokens=12, temperature=column.temperature, seed=7)
            assert column.continuation == (await last(lease, PROMPT, sampling)).text
    assert len({column.continuation for column in view.columns}) > 1


async def test_a_full_window_has_distributions_and_no_continuations(
    explainer: Explainer, tokenizer: Tokenizer
) -> None:
    text = PROMPT * 30
    while len(tokenizer.encode(text)) > 128:
        text = text[:-1]
    assert len(tokenizer.encode(text)) == 128
    view = await seen(explainer, Look(View.TEMPERATURE), prompt=text, written="")
    assert isinstance(view, TemperatureView)
    assert [column.continuation for column in view.columns] == ["", "", ""]
    with pytest.raises(PromptTooLong, match="128"):
        await next_of(explainer, prompt=text, written=" more")
    with pytest.raises(PromptTooLong, match="tokens or more"):
        await next_of(explainer, prompt="x" * 1_000_000, written="")


@pytest.mark.parametrize(
    ("look", "sentence"),
    [
        (Look(View.NEXT, position=400), "There is no token 400 in this text; choose one from 0 to"),
        (Look(View.LAYERS, position=-1), "There is no token -1"),
        (Look(View.TEMPERATURE, position=400), "There is no token 400"),
        (
            Look(View.ATTENTION, layer=2),
            "There is no layer 2 in this model; choose one from 0 to 1.",
        ),
        (Look(View.ATTENTION, head=4), "There is no head 4 in this model; choose one from 0 to 3."),
        (Look(View.ATTENTION, position=99), "There is no token 99"),
    ],
)
async def test_what_is_not_there_is_refused_with_what_is(
    explainer: Explainer, look: Look, sentence: str
) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        await seen(explainer, look)


async def test_no_text_is_refused(explainer: Explainer) -> None:
    for view in View:
        with pytest.raises(InvalidParameter, match="no text"):
            await seen(explainer, Look(view), prompt="", written="")


async def test_what_was_written_behind_nothing_begins_at_the_end_of_a_text(
    explainer: Explainer, tokenizer: Tokenizer, tiny_model: GPT2LMHeadModel
) -> None:
    view = await surprise_of(explainer, prompt="")
    written = tokenizer.encode(WRITTEN)
    logits = seen_by_transformers(tiny_model, [0, *written]).logits[0, 0]
    expected = -torch.log_softmax(logits, dim=-1)[written[0]] / math.log(2)
    assert view.surprisals[0] == pytest.approx(float(expected), abs=1e-3)
    assert len(view.surprisals) == len(written)


async def test_what_the_model_remembers_of_an_answer_changes_no_number(
    explainer: Explainer, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = WRITTEN * 3

    async def numbers() -> list[float]:
        likely = await next_of(explainer, 3, written=text)
        layers = await seen(explainer, Look(View.LAYERS, 3), written=text)
        assert isinstance(layers, LayersView)
        return [
            *(await surprise_of(explainer, written=text)).surprisals,
            *(each.before for each in likely.candidates),
            *(guess.final_probability for guess in layers.guesses),
            *(sum(row) for row in (await attention_of(explainer, layer=1, written=text)).weights),
        ]

    before = await numbers()
    async with pool.lease("tiny") as lease:
        await last(lease, PROMPT + text)
        computed: list[int] = []
        embedded = GPT2.embedded

        def counting(self: GPT2, tokens: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
            computed.append(len(tokens))
            return embedded(self, tokens, positions)

        monkeypatch.setattr(GPT2, "embedded", counting)
        assert await numbers() == pytest.approx(before, abs=1e-3)
        assert max(computed) <= 32
        computed.clear()
        await next_of(
            explainer, 3, written=text
        )  # a place that is remembered: only the head is computed
        assert computed == []


async def test_looking_on_counts_nothing_and_leaves_answers_as_they_are(
    explainer: Explainer, pool: Pool
) -> None:
    sampling = SamplingParams(max_new_tokens=60, temperature=1.0, seed=3)
    async with pool.lease("tiny") as lease:
        alone = await last(lease, PROMPT, sampling)
        asked = lease._resident.prefix_reuse
        beside = asyncio.ensure_future(last(lease, PROMPT, sampling))
        views = await asyncio.gather(
            *(seen(explainer, Look(view)) for view in View if view is not View.TEMPERATURE)
        )
        assert (await beside).text == alone.text
        assert len(views) == len(View) - 1
        assert lease._resident.prefix_reuse[0] == 2 * asked[0]


async def test_a_model_that_was_unloaded_is_loaded_again_and_tells_it(
    explainer: Explainer, pool: Pool
) -> None:
    await next_of(explainer)
    assert await pool.unload("tiny")
    heard: list[LoadProgress] = []
    await explainer.view(specimen(), Look(View.NEXT), heard.append)
    assert heard[-1].share == 1.0
    assert pool.is_loaded("tiny")


async def test_other_weights_and_unknown_models_are_refused(explainer: Explainer) -> None:
    with pytest.raises(ModelUnavailable, match="other weights"):
        await next_of(explainer, revision="2" * 40, model="pinned")
    assert await next_of(explainer, revision="1" * 40, model="pinned")
    with pytest.raises(UnknownModel):
        await next_of(explainer, model="gpt9")


async def test_too_little_memory_is_a_sentence(
    explainer: Explainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starve(*args: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 GB")

    monkeypatch.setattr(explainer_module, "next_view", starve)
    with pytest.raises(NotEnoughMemory, match="look inside tiny"):
        await next_of(explainer)


async def test_position_similarity_is_the_cosine_of_the_models_own_embeddings(
    explainer: Explainer, tiny_model: GPT2LMHeadModel
) -> None:
    chart = await explainer.position_similarity("tiny")
    vectors = tiny_model.transformer.wpe.weight[::2].detach()
    expected = torch.nn.functional.cosine_similarity(vectors[:, None], vectors[None], dim=-1)
    torch.testing.assert_close(torch.tensor(chart.values), expected, atol=1e-4, rtol=1e-3)
    assert chart.rows == chart.columns == tuple(str(place) for place in range(0, 128, 2))


@pytest.mark.parametrize("options", [{"quantization": "int8"}, {"dtype": "bfloat16"}])
async def test_other_layouts_tell_nearly_the_same(
    catalog: Catalog, explainer: Explainer, options: dict[str, str]
) -> None:
    other = Pool(catalog, PoolOptions(device="cpu", num_threads=1, **options))
    rough = Explainer(other)
    try:
        exactly, roughly = await next_of(explainer), await next_of(rough)
        before = {each.piece.id: each.before for each in exactly.candidates}
        found = {each.piece.id: each.before for each in roughly.candidates}
        assert len(found.keys() & before.keys()) >= 7
        for token in found.keys() & before.keys():
            assert found[token] == pytest.approx(before[token], abs=0.05)
        surprised, other_surprised = await surprise_of(explainer), await surprise_of(rough)
        pairs = zip(surprised.surprisals, other_surprised.surprisals, strict=True)
        assert sum(abs(one - two) for one, two in pairs) / len(surprised.pieces) < 0.5
        looks = await attention_of(explainer, layer=0, head=0)
        other_looks = await attention_of(rough, layer=0, head=0)
        torch.testing.assert_close(
            torch.tensor(other_looks.weights), torch.tensor(looks.weights), atol=0.05, rtol=0.1
        )
    finally:
        await other.close()
