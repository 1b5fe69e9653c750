"""Small but real GPT-2s, made by transformers, for tests."""

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, pre_tokenizers, trainers
from tokenizers.models import BPE
from transformers import GPT2Config, GPT2LMHeadModel

TEXT = (
    "A neural network learns by gradient descent. The learning rate scales every step.\n"
    "Attention mixes the values of earlier positions; a query asks, a key answers.\n"
    "Dropout switches units off at random. Überanpassung heißt, dass das Netz auswendig lernt.\n"
    "Question: What is a loss? Answer: A number that says how wrong the model is. 🙂🎉 — “ok”\n"
)
VOCABULARY = 384


def save_tokenizer(folder: Path, vocabulary: int = VOCABULARY) -> None:
    """A byte-level BPE with <|endoftext|>, as tokenizer.json."""
    bpe = Tokenizer(BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator([TEXT] * 4, trainer)
    folder.mkdir(parents=True, exist_ok=True)
    bpe.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "GPT2Tokenizer", "eos_token": "<|endoftext|>"})
    )


SIZES = {
    "n_layer": 2,
    "n_embd": 64,
    "n_head": 4,
    "n_positions": 128,
    "vocab_size": VOCABULARY,
    "bos_token_id": 0,
    "eos_token_id": 0,
}


def make_model(seed: int = 0, **changes: int) -> GPT2LMHeadModel:
    """A random GPT-2 whose weights are wide enough apart that its choices are clear.

    A freshly initialised model repeats its last token for ever; larger weights make it
    babble, so that tests see many different tokens.
    """
    torch.manual_seed(seed)
    model = GPT2LMHeadModel(GPT2Config(**(SIZES | changes))).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                weight.mul_(4.0)
            elif name.endswith("bias"):
                weight.normal_(0, 0.05)
    return model


def save_model(folder: Path, seed: int = 0, **changes: int) -> GPT2LMHeadModel:
    """A model folder: weights, configuration, tokenizer."""
    model = make_model(seed, **changes)
    model.save_pretrained(folder)
    save_tokenizer(folder)
    return model
