"""A model folder of any size with random weights, written tensor by tensor.

For figures that depend on a model's size and not on what it knows. One large file on
purpose: that is how the hub stores the real ones.
"""

import json
import struct
from pathlib import Path

import torch

from bot.domain.model_spec import ModelShape
from bot.generation.checkpoint import expected_shapes
from bot.generation.model_config import ModelConfig
from bot.generation.tokenizer import END_OF_TEXT, byte_alphabet

END_OF_TEXT_ID = 256


def write_random_model(folder: Path, shape: ModelShape, seed: int = 0, scale: float = 0.02) -> Path:
    """Write config.json, a float32 model.safetensors and a byte tokenizer; the weights' path.

    `scale` is the deviation of the weights; GPT-2 starts its training from 0.02, larger ones
    make the model choose more clearly. The tokenizer knows the 256 bytes and the end of text
    only, so it fits every vocabulary. The end of text is never chosen: every answer has its
    full length.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "model_type": "gpt2",
        "n_layer": shape.num_layers,
        "n_embd": shape.width,
        "n_head": shape.num_heads,
        "n_positions": shape.window,
        "vocab_size": shape.vocabulary,
        "eos_token_id": END_OF_TEXT_ID,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "vocab.json").write_text(json.dumps(byte_alphabet() | {END_OF_TEXT: END_OF_TEXT_ID}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    shapes = expected_shapes(ModelConfig(shape, 4 * shape.width, 1e-5, END_OF_TEXT_ID))
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, size in shapes.items():
        end = offset + 4 * torch.Size(size).numel()
        header[name] = {"dtype": "F32", "shape": size, "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    generator = torch.Generator().manual_seed(seed)
    path = folder / "model.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, size in shapes.items():
            weight = torch.empty(size)
            if len(size) > 1:
                weight.normal_(0, scale, generator=generator)
            else:
                weight.fill_(1.0 if "ln_" in name and name.endswith("weight") else 0.0)
            # A normalised state sums to zero, so this row's logit is -0.05 x width.
            if name == "ln_f.bias":
                weight.fill_(0.1)
            elif name == "wte.weight":
                weight[END_OF_TEXT_ID] = -0.5
            weight.numpy().tofile(file)
    return path
