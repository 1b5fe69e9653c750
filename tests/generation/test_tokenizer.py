"""Text to tokens and back."""

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer as BpeTokenizer
from tokenizers.models import WordLevel
from transformers import AutoTokenizer

from bot.domain.errors import ModelUnavailable
from bot.generation.tokenizer import LONGEST_KNOWN, Tokenizer, byte_alphabet
from tests.models import TEXT, VOCABULARY


@pytest.fixture(scope="session")
def tokenizer(tiny_folder: Path) -> Tokenizer:
    return Tokenizer(tiny_folder, "tiny", VOCABULARY, 0)


def test_text_is_encoded_and_decoded_as_transformers_does(
    tokenizer: Tokenizer, tiny_folder: Path
) -> None:
    reference = AutoTokenizer.from_pretrained(tiny_folder)
    for text in (TEXT, "Hello, I'm a language model,", " two  spaces\n\n", "日本語 🙂", ""):
        ids = tokenizer.encode(text)
        assert ids == reference.encode(text)
        assert tokenizer.decode(ids) == text


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_every_text_survives_the_round_trip(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, VOCABULARY + 5), max_size=40))
def test_decoding_token_by_token_gives_a_growing_text_without_half_characters(
    tokenizer: Tokenizer, ids: list[int]
) -> None:
    detokenizer = tokenizer.detokenizer()
    text = "".join(detokenizer.add(token) for token in ids)
    whole = tokenizer.decode(ids)
    # At most the last, unfinished character is missing: one replacement sign in `whole`.
    assert whole == text or whole[:-1] == text


def test_an_emoji_appears_when_its_last_byte_is_there(tokenizer: Tokenizer) -> None:
    alphabet = {byte: character for character, byte in byte_alphabet().items()}
    vocabulary = tokenizer._bpe.get_vocab()
    ids = [vocabulary[alphabet[byte]] for byte in "é👩‍🚀".encode()]
    detokenizer = tokenizer.detokenizer()
    pieces = [detokenizer.add(token) for token in ids]
    assert [piece for piece in pieces if piece] == ["é", "👩", "\u200d", "🚀"]
    assert pieces[0] == ""


def test_the_end_of_text_in_a_persons_text_is_plain_text(tokenizer: Tokenizer) -> None:
    ids = tokenizer.encode("a<|endoftext|>b")
    assert tokenizer.end_of_text_id == 0
    assert 0 not in ids
    assert tokenizer.decode(ids) == "a<|endoftext|>b"


def test_the_end_of_text_token_is_never_shown(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode([*tokenizer.encode("done"), 0]) == "done"


def test_a_lone_surrogate_becomes_a_question_mark(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode("a\ud83db")) == "a?b"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_the_estimate_never_exceeds_the_true_count(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.min_tokens(text) <= len(tokenizer.encode(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_a_text_counts_as_many_tokens_as_it_has_also_again(
    tokenizer: Tokenizer, texts: list[str]
) -> None:
    for text in texts + texts:
        assert tokenizer.count(text) == len(tokenizer.encode(text))


AWKWARD = st.text(
    st.sampled_from("aZ19.!'s#_ \n\t\r\x0b\x1c\x1f\x85\xa0\u2028\u3000é日🙂\u200d\ud83d")
)


@settings(max_examples=500, deadline=None)
@given(AWKWARD)
def test_pieces_count_as_many_tokens_as_their_whole(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.count(text) == len(tokenizer.encode(text))
    assert tokenizer.count(f"{text} {text}") == len(tokenizer.encode(f"{text} {text}"))


def test_a_piece_that_comes_again_is_counted_once_unless_it_is_long(tokenizer: Tokenizer) -> None:
    known, new, long = "\nWhat is dropout?", "\nWhat is overfitting?", "dropout" * LONGEST_KNOWN
    before = tokenizer._known.cache_info()
    tokenizer.count(known)
    for _ in range(3):
        tokenizer.count(known + new)
        tokenizer.count(long)
    after = tokenizer._known.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (2, 5)


@pytest.mark.parametrize(
    "change",
    [
        {"normalizer": {"type": "NFC"}},
        {"pre_tokenizer": {"type": "Whitespace"}},
        {
            "pre_tokenizer": {
                "type": "ByteLevel",
                "add_prefix_space": True,
                "trim_offsets": True,
                "use_regex": True,
            }
        },
    ],
)
def test_a_tokenizer_that_cuts_otherwise_counts_texts_as_a_whole(
    tiny_folder: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    stored = json.loads((tiny_folder / "tokenizer.json").read_text())
    (tmp_path / "tokenizer.json").write_text(json.dumps(stored | change))
    other = Tokenizer(tmp_path, "other", VOCABULARY)
    text = "one\ntwo e\u0301 three " * 20
    assert other.count(text) == len(other.encode(text))
    assert other._known.cache_info().misses == 0


def test_vocabulary_and_merges_files_do_as_well(
    tiny_folder: Path, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    model = json.loads((tiny_folder / "tokenizer.json").read_text())["model"]
    (tmp_path / "vocab.json").write_text(json.dumps(model["vocab"]))
    merges = [" ".join(pair) for pair in model["merges"]]
    (tmp_path / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
    other = Tokenizer(tmp_path, "old", VOCABULARY)
    assert other.encode(TEXT) == tokenizer.encode(TEXT)
    assert other.end_of_text_id == 0


def test_a_tokenizer_that_cannot_be_used_is_refused(tiny_folder: Path, tmp_path: Path) -> None:
    def refusal(vocabulary: int = VOCABULARY) -> str:
        with pytest.raises(ModelUnavailable) as caught:
            Tokenizer(tmp_path, "tiny", vocabulary)
        return caught.value.text

    assert refusal() == f"tiny has no tokenizer (tokenizer.json) in {tmp_path}."
    shutil.copy(tiny_folder / "tokenizer.json", tmp_path)
    assert refusal(100) == "The tokenizer of tiny has 384 tokens, but its model knows 100."
    BpeTokenizer(WordLevel({"a": 0}, unk_token="a")).save(str(tmp_path / "tokenizer.json"))
    assert refusal() == "The tokenizer of tiny is not GPT-2's byte-level BPE."
    (tmp_path / "tokenizer.json").write_text("{}")
    assert refusal() == f"The tokenizer of tiny in {tmp_path} is damaged."
