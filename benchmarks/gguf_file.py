"""GPT-2's weights as a GGUF file, which llama.cpp reads; written by its own package `gguf`.

The file has no tokenizer: the benchmark speaks in token ids.
"""

from pathlib import Path

from safetensors import safe_open

from bot.generation.model_config import read_config
from bot.generation.weight_files import weight_files

NAMES = {
    "wte": "token_embd",
    "wpe": "position_embd",
    "ln_f": "output_norm",
    "ln_1": "attn_norm",
    "ln_2": "ffn_norm",
    "attn.c_attn": "attn_qkv",
    "attn.c_proj": "attn_output",
    "mlp.c_fc": "ffn_up",
    "mlp.c_proj": "ffn_down",
}


def gguf_name(name: str) -> str | None:
    """`h.3.attn.c_attn.weight` → `blk.3.attn_qkv.weight`; None for what is no weight."""
    plain, _, kind = name.removeprefix("transformer.").rpartition(".")
    block = ""
    if plain.startswith("h."):
        _, layer, plain = plain.split(".", 2)
        block = f"blk.{layer}."
    if plain not in NAMES or kind not in ("weight", "bias"):
        return None
    return f"{block}{NAMES[plain]}.{kind}"


def write_gguf(folder: Path, path: Path, file_type: str) -> None:
    """Convert a model folder; matrices in `file_type` ("bfloat16" or "q8_0"), the rest float32."""
    from gguf import GGMLQuantizationType, GGUFWriter
    from gguf.quants import quantize

    matrix_type = {
        "bfloat16": GGMLQuantizationType.BF16,
        "q8_0": GGMLQuantizationType.Q8_0,
    }[file_type]
    config = read_config(folder, folder.name)
    shape = config.shape
    unfinished = path.with_suffix(".part")
    writer = GGUFWriter(unfinished, "gpt2")
    writer.add_block_count(shape.num_layers)
    writer.add_context_length(shape.window)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(config.inner_width)
    writer.add_head_count(shape.num_heads)
    writer.add_layer_norm_eps(config.layer_norm_epsilon)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_tokenizer_model("no_vocab")
    for file in weight_files(folder, folder.name):
        with safe_open(file, framework="np") as tensors:
            for key in tensors.keys():  # noqa: SIM118 - a safe_open file is no mapping
                name = gguf_name(key)
                if name is None:
                    continue
                numbers = tensors.get_tensor(key).astype("float32")
                if ".c_" in key and numbers.ndim > 1:  # Conv1D: (in, out)
                    numbers = numbers.T.copy()
                if numbers.ndim == 1 or name.startswith("position_embd"):
                    writer.add_tensor(name, numbers)
                else:
                    writer.add_tensor(name, quantize(numbers, matrix_type), raw_dtype=matrix_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    unfinished.rename(path)
