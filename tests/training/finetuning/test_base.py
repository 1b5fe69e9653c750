"""The base of a run: what is loaded is what is served."""

from pathlib import Path

import torch
from transformers import GPT2LMHeadModel

from bot.training.finetuning.base import Base
from bot.training.loop import FUSED_GELU


def test_gelu_in_one_pass_is_the_same_function(base_folder: Path) -> None:
    loaded = Base.of("tiny", base_folder, "starter").load(0.0).eval()
    assert loaded.config.activation_function == FUSED_GELU
    served = GPT2LMHeadModel.from_pretrained(base_folder, dtype=torch.float32).eval()
    assert served.config.activation_function != FUSED_GELU
    ids = torch.tensor([[5, 6, 7, 8]])
    with torch.inference_mode():
        assert torch.allclose(loaded(ids).logits, served(ids).logits, atol=1e-5)
