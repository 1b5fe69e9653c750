"""Texts under the microscope, and what transformers sees in them."""

import torch
from transformers import GPT2LMHeadModel
from transformers.modeling_outputs import CausalLMOutputWithCrossAttentions

from bot.domain.sampling import SamplingParams
from bot.generation.tokenizer import Tokenizer
from bot.service.insight_ports import Specimen

PROMPT = "Question: What is a loss? Answer:"
WRITTEN = " A number that says how wrong the model is."
SAMPLING = SamplingParams(temperature=0.8, top_k=40, top_p=0.9, seed=7)


def specimen(
    prompt: str = PROMPT,
    written: str = WRITTEN,
    sampling: SamplingParams = SAMPLING,
    model: str = "tiny",
    revision: str | None = None,
) -> Specimen:
    return Specimen(model, prompt, written, sampling, revision)


def ids_of(tokenizer: Tokenizer, prompt: str = PROMPT, written: str = WRITTEN) -> list[int]:
    return tokenizer.encode(prompt) + tokenizer.encode(written)


@torch.inference_mode()
def seen_by_transformers(
    model: GPT2LMHeadModel, ids: list[int]
) -> CausalLMOutputWithCrossAttentions:
    return model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
