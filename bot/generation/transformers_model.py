"""The same weights in transformers, whose GPT-2 is the reference for ours.

Importing transformers takes seconds, so nothing that serves imports this file.
"""

from collections.abc import Iterator
from pathlib import Path

import torch
import transformers
from torch import Tensor
from transformers import GenerationConfig, GPT2LMHeadModel

BLOCK_ROWS = 128


class TransformersModel:
    """A model folder loaded by transformers in float32, from safetensors only."""

    def __init__(self, folder: Path, device: str, end_of_text_id: int | None) -> None:
        transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = GPT2LMHeadModel.from_pretrained(
            folder, dtype=torch.float32, use_safetensors=True, local_files_only=True
        )
        self._model = model.to(torch.device(device)).eval()  # type: ignore[arg-type]
        self._end = end_of_text_id

    @torch.inference_mode()
    def greedy(self, prompt: tuple[int, ...], num_new: int) -> tuple[int, ...]:
        """Up to `num_new` likeliest tokens, the end-of-text token included where it comes."""
        ids = torch.tensor([prompt], device=self._model.device)
        config = GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=num_new, do_sample=False, eos_token_id=self._end, pad_token_id=self._end
        )
        output = self._model.generate(
            ids, attention_mask=torch.ones_like(ids), generation_config=config
        )
        return tuple(output[0, len(prompt) :].tolist())

    @torch.inference_mode()
    def score(self, tokens: tuple[int, ...]) -> Iterator[Tensor]:
        """Log-probabilities (n, V) behind each token, in blocks of rows."""
        ids = torch.tensor([tokens], device=self._model.device)
        hidden = self._model.transformer(ids).last_hidden_state[0]  # (T, W)
        for rows in hidden.split(BLOCK_ROWS):
            yield torch.log_softmax(self._model.lm_head(rows), dim=-1)
