"""Reading config.json."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2Config

from bot.domain.errors import ModelUnavailable
from bot.domain.model_spec import ModelShape
from bot.generation.model_config import read_config


def write(folder: Path, **values: object) -> Path:
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"} | values))
    return folder


def test_what_transformers_writes_is_read(tmp_path: Path) -> None:
    GPT2Config(n_layer=3, n_embd=96, n_head=6, vocab_size=500, eos_token_id=7).save_pretrained(
        tmp_path
    )
    config = read_config(tmp_path, "tiny")
    assert config.shape == ModelShape(3, 96, 6, 500, 1024)
    assert config.inner_width == 384
    assert config.layer_norm_epsilon == 1e-5
    assert config.end_of_text_id == 7


def test_missing_keys_have_transformers_defaults(tmp_path: Path) -> None:
    config = read_config(write(tmp_path), "old")
    assert config.shape == ModelShape(12, 768, 12, 50_257, 1024)
    assert config.end_of_text_id == 50_256


def test_an_end_of_text_outside_the_vocabulary_counts_as_none(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, vocab_size=100), "small").end_of_text_id is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"model_type": "llama"}, "tiny is not a GPT-2: its config.json says model_type llama."),
        ({"model_type": None}, "model_type nothing"),
        ({"activation_function": "relu"}, "its activation_function is relu, only gelu_new"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx is True"),
        ({"scale_attn_weights": False}, "scale_attn_weights is False"),
        ({"tie_word_embeddings": False}, "tie_word_embeddings is False"),
        ({"quantization_config": {"bits": 4}}, "stored quantised"),
        ({"n_embd": 10, "n_head": 3}, "n_embd 10 is no multiple of n_head 3"),
        ({"n_layer": "two"}, "n_layer is 'two'"),
        ({"vocab_size": -1}, "vocab_size is -1"),
        ({"vocab_size": True}, "vocab_size is True"),
        ({"n_positions": 1024.0}, "n_positions is 1024.0"),
        ({"n_layer": 10**9}, "n_layer is 1000000000"),
        ({"n_head": [12]}, "n_head is a list"),
        ({"n_inner": "x" * 5_000}, "n_inner is '" + "x" * 59 + "…."),
        ({"layer_norm_epsilon": "small"}, "layer_norm_epsilon is 'small'"),
        ({"layer_norm_epsilon": 10**400}, "layer_norm_epsilon is 1000"),
        ({"layer_norm_epsilon": float("nan")}, "layer_norm_epsilon is nan"),
        ({"layer_norm_epsilon": -1e-5}, "layer_norm_epsilon is -1e-05"),
        ({"model_type": ["gpt2"]}, "model_type a list"),
        ({"model_type": "two\nlines \ud800"}, "model_type two lines ?."),
    ],
)
def test_a_model_we_cannot_run_is_refused(
    tmp_path: Path, values: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        read_config(write(tmp_path, **values), "tiny")
    assert sentence in caught.value.text


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"tiny has no config\.json in"):
        read_config(tmp_path, "tiny")
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelUnavailable, match=r"The config\.json of tiny in .* cannot be read"):
        read_config(tmp_path, "tiny")
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(ModelUnavailable, match="not a GPT-2"):
        read_config(tmp_path, "tiny")
    (tmp_path / "config.json").write_text('{"n_layer":' + "[" * 100_000)
    with pytest.raises(ModelUnavailable, match=r"The config\.json of tiny in .* cannot be read"):
        read_config(tmp_path, "tiny")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = ["model_type", "activation_function", "quantization_config", "eos_token_id"]
SIZES = ["n_layer", "n_embd", "n_head", "n_positions", "vocab_size", "n_inner"]


@settings(deadline=None)
@given(values=st.dictionaries(st.sampled_from([*KEYS, *SIZES, "layer_norm_epsilon"]), JSON))
def test_whatever_stands_in_it_is_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]
) -> None:
    folder = write(tmp_path_factory.mktemp("model"), **values)
    config, text = None, ""
    try:
        config = read_config(folder, "tiny")
    except ModelUnavailable as refusal:
        text = refusal.text
    assert "\n" not in text
    assert len(text) < 400
    assert text.encode().decode() == text
    if config is not None:
        assert min(config.shape.num_layers, config.shape.width, config.inner_width) > 0
        assert 0 < config.layer_norm_epsilon < 1
