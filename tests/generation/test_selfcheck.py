"""The self-check: right weights pass in every layout, wrong ones fail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from transformers import GPT2LMHeadModel

from bot.domain.errors import InvalidParameter, ModelUnavailable, NotEnoughMemory
from bot.domain.model_spec import OFFICIAL_MODELS, ModelSpec
from bot.generation import selfcheck as module
from bot.generation.catalog import STARTER_FOLDER
from bot.generation.checkpoint import Checkpoint
from bot.generation.continuation import Continuation
from bot.generation.known_answers import (
    KNOWN,
    WIKITEXT_TOKENS,
    Known,
    KnownAnswers,
    known_answers,
)
from bot.generation.layout import Layout, Machine
from bot.generation.selfcheck import CheckOptions, SelfCheck, machines
from bot.generation.tokenizer import Tokenizer
from bot.generation.transformers_model import TransformersModel
from bot.generation.verdict import Check, Verdict
from bot.generation.weight import DenseWeight, Pack, Weights
from tests.models import TEXT

CPU = torch.device("cpu")
LAYOUTS = [machine.layout(OFFICIAL_MODELS[0].shape) for machine in machines(CPU)]  # type: ignore[arg-type]
PROMPTS = ("The learning rate", "Question: What is dropout?\nAnswer:")


def never(*_: object) -> TransformersModel:
    raise AssertionError("answers are known, nobody has to be asked")


def check(
    folder: Path,
    known: Known = KNOWN,
    make_reference: Callable[..., TransformersModel] = TransformersModel,
    **options: object,
) -> list[Check]:
    settings = {"device": "cpu", "num_threads": 1} | options
    spec = ModelSpec("tiny", str(folder), is_local=True)
    wanted = CheckOptions(**settings)  # type: ignore[arg-type]
    return list(SelfCheck(spec, folder, wanted, make_reference, known).run())


def verdicts(checks: list[Check]) -> set[Verdict]:
    return {check.verdict for check in checks}


@pytest.fixture(scope="module")
def known() -> Known:
    """What transformers says to two prompts with the starter, as if it had been published."""
    model = GPT2LMHeadModel.from_pretrained(STARTER_FOLDER, dtype=torch.float32).eval()
    tokenizer = Tokenizer(STARTER_FOLDER, "starter", model.config.vocab_size)
    answers = {}
    for prompt in PROMPTS:
        ids = tokenizer.encode(prompt)
        length = len(ids)
        with torch.inference_mode():
            for _ in range(12):
                ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
        answers[prompt] = tokenizer.decode(ids[length:])
        assert tokenizer.encode(answers[prompt]) == ids[length:], "choose another prompt"
    return {(str(STARTER_FOLDER), None): KnownAnswers(answers)}


def test_the_starter_is_right_in_every_layout() -> None:
    checks = check(STARTER_FOLDER, text=TEXT * 3, stride=64)
    assert verdicts(checks) == {Verdict.OK}, checks
    assert [each.layout for each in checks if "next token" in each.name] == LAYOUTS
    assert [each.layout for each in checks if "perplexity" in each.name] == LAYOUTS
    for each in checks:
        if each.name.startswith("greedy") and each.layout is Layout.FLOAT32:
            assert each.got == each.expected


def test_a_small_window_cuts_the_prompts(tiny_folder: Path) -> None:
    checks = check(tiny_folder)
    assert verdicts(checks) == {Verdict.OK}, checks


@pytest.mark.parametrize("layout", LAYOUTS)
def test_wrong_numbers_in_one_layout_fail_there_only(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch, layout: Layout
) -> None:
    real = Machine.packer

    def packer(self: Machine, wanted: Layout) -> Pack:
        pack = real(self, wanted)
        if wanted is not layout:
            return pack
        return lambda matrix: pack(matrix.roll(1, dims=0))  # rows one off

    monkeypatch.setattr(Machine, "packer", packer)
    checks = check(tiny_folder, text=TEXT)
    failed = [each for each in checks if each.verdict is Verdict.FAILED]
    assert {each.layout for each in failed} == {layout}
    assert {each.name.split()[0] for each in failed} == {"greedy:", "next", "perplexity,"}


def test_a_slightly_wrong_weight_is_found_in_float32(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Checkpoint.load

    def load(self: Checkpoint, *args: object) -> Weights:
        weights = real(self, *args)  # type: ignore[arg-type]
        weights.tensors["h.1.ln_2.weight"] *= 1.02
        return weights

    monkeypatch.setattr(Checkpoint, "load", load)
    checks = check(tiny_folder)
    [compared] = [each for each in checks if each.layout is Layout.FLOAT32 and "next" in each.name]
    assert compared.verdict is Verdict.FAILED


class NotANumberWeight(DenseWeight):
    """Whatever is multiplied by it is no number any more."""

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        return super().times(x, bias) * torch.nan


def test_logits_that_are_no_numbers_fail_everything(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Machine, "packer", lambda self, layout: NotANumberWeight)
    checks = check(tiny_folder, text=TEXT)
    assert verdicts(checks) == {Verdict.FAILED}
    assert all("error id" in each.note for each in checks if "greedy" in each.name)


def test_known_answers_need_no_reference(known: Known) -> None:
    checks = check(STARTER_FOLDER, known, never)
    assert verdicts(checks) == {Verdict.OK}, checks
    assert [each.layout for each in checks] == [each for each in LAYOUTS for _ in PROMPTS]
    assert [each.name for each in checks[:2]] == [f"greedy: {prompt}" for prompt in PROMPTS]
    assert all(each.got == each.expected for each in checks[:2])


def test_another_models_answers_fail(known: Known) -> None:
    [(key, answers)] = known.items()
    texts = answers.continuations
    swapped = dict(zip(texts, reversed(texts.values()), strict=True))
    checks = check(STARTER_FOLDER, {key: KnownAnswers(swapped)}, never)
    assert verdicts(checks) == {Verdict.FAILED}
    assert all("differs by" in each.note for each in checks)


def test_a_wrong_engine_over_right_weights_fails(
    known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores do not excuse what the engine chose against them."""
    real = module.continuations

    def wrong(*args: object) -> Iterator[Continuation]:
        for each in real(*args):  # type: ignore[arg-type]
            yield replace(each, tokens=(*each.tokens[:3], 5, *each.tokens[4:]))

    monkeypatch.setattr(module, "continuations", wrong)
    checks = check(STARTER_FOLDER, known, never)
    assert verdicts(checks) == {Verdict.FAILED}


def test_an_unknown_perplexity_is_measured_and_then_holds_for_the_other_layouts(
    known: Known,
) -> None:
    checks = check(STARTER_FOLDER, known, never, text=TEXT * 2, stride=64)
    read = [each for each in checks if each.name == "perplexity, stride 64"]
    assert [each.verdict for each in read] == [Verdict.MEASURED] + [Verdict.OK] * (len(read) - 1)
    assert read[0].expected == "–"
    assert all(each.expected.startswith(read[0].got) for each in read[1:])


def test_a_known_perplexity_counts_for_its_own_text_and_stride_only() -> None:
    large = next(spec for spec in OFFICIAL_MODELS if spec.name == "gpt2-large")
    answers = known_answers(large)
    assert answers is not None
    assert answers.perplexity(WIKITEXT_TOKENS, 512) == 16.44
    assert answers.perplexity(WIKITEXT_TOKENS + 1, 1024) == 19.44
    assert answers.perplexity(WIKITEXT_TOKENS, 256) is None
    assert answers.perplexity(5_000, 512) is None


def test_answers_are_known_of_pinned_official_weights_only() -> None:
    names = {spec.name for spec in OFFICIAL_MODELS if known_answers(spec)}
    assert names == {"gpt2", "gpt2-large", "gpt2-xl"}
    other = ModelSpec("mine", "openai-community/gpt2", "0" * 40)
    assert known_answers(other) is None


def test_a_layout_that_does_not_fit_is_skipped_with_its_need(known: Known) -> None:
    checks = check(STARTER_FOLDER, known, never, memory_budget=15_000_000)
    assert (checks[0].layout, checks[0].verdict) == (Layout.FLOAT32, Verdict.SKIPPED)
    assert checks[0].note == "needs 0.02 GB"
    assert verdicts(checks[1:]) == {Verdict.OK}


def test_a_reference_that_does_not_fit_is_one_sentence(tiny_folder: Path) -> None:
    with pytest.raises(NotEnoughMemory, match="of memory in transformers, which it is compared"):
        check(tiny_folder, memory_budget=1000)


def test_memory_that_runs_out_is_one_sentence(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> Weights:
        raise MemoryError

    monkeypatch.setattr(Checkpoint, "load", load)
    with pytest.raises(NotEnoughMemory, match="Memory ran out while tiny was checked"):
        check(tiny_folder)


def test_a_text_or_stride_that_cannot_be_is_refused_before_anything_is_loaded(
    tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Checkpoint, "load", never)
    with pytest.raises(InvalidParameter, match="The text has 1 tokens, too few"):
        check(tiny_folder, make_reference=never, text="a")
    with pytest.raises(InvalidParameter, match="between 1 and 128"):
        check(tiny_folder, make_reference=never, text=TEXT, stride=129)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"config\.json"):
        check(tmp_path)
