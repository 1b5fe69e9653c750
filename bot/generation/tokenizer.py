"""Text to token ids and back: GPT-2's byte-level BPE, as the model's folder stores it."""

import codecs
import re
from functools import lru_cache
from pathlib import Path

from tokenizers import Tokenizer as BpeTokenizer
from tokenizers import decoders, pre_tokenizers
from tokenizers.models import BPE

from bot.domain.errors import ModelUnavailable

END_OF_TEXT = "<|endoftext|>"
KNOWN_PIECES, LONGEST_KNOWN = 16_384, 400
"""Pieces whose tokens are counted once, and their length at most.

The passages and turns of a prompt come again in every text that it is counted in, and in other
prompts.
"""
# Up to 16 words of one line with the white space before them. The last four characters are
# white space to Python, but not to the tokenizer.
_PIECE = re.compile(r"[^\S\x1c-\x1f]*[\S\x1c-\x1f]+(?: [\S\x1c-\x1f]+){0,15}|[^\S\x1c-\x1f]+")


class Tokenizer:
    """The vocabulary of one model.

    `vocabulary` is how many ids the model knows, `end_of_text_id` what its configuration
    says; where that is not a token, the id of `<|endoftext|>` is taken, or None.

    Text is always encoded as plain text: somebody who writes `<|endoftext|>` gets the
    characters, not the special token.

    Raises:
        ModelUnavailable: the tokenizer is missing, damaged, of another kind, or has more
            ids than the model.
    """

    def __init__(
        self, folder: Path, name: str, vocabulary: int, end_of_text_id: int | None = None
    ) -> None:
        self._bpe = _read(folder, name)
        self._bpe.encode_special_tokens = True
        self._bpe.no_truncation()
        self._bpe.no_padding()
        ids = self._bpe.get_vocab(with_added_tokens=True)
        size = max(ids.values(), default=-1) + 1
        if size == 0:
            raise ModelUnavailable(f"The tokenizer of {name} is empty.")
        if size > vocabulary:
            raise ModelUnavailable(
                f"The tokenizer of {name} has {size:,} tokens, but its model knows {vocabulary:,}."
            )
        self._bytes = _token_bytes(ids, size)
        known = end_of_text_id is not None and end_of_text_id < size
        self.end_of_text_id = end_of_text_id if known else ids.get(END_OF_TEXT)
        self._longest = max(len(token) for token in self._bytes)
        self._cuts_words = _cuts_words(self._bpe)
        self._known = lru_cache(KNOWN_PIECES)(self._count)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text."""
        # A lone surrogate, which JSON can carry, is no character and has no bytes.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        # A batch of one, since only batches can do without the place of every token.
        [encoding] = self._bpe.encode_batch_fast([clean], add_special_tokens=False)
        ids: list[int] = encoding.ids
        return ids

    def count(self, text: str) -> int:
        """Number of tokens of a text.

        No token reaches from a word over the white space behind it, so the pieces between
        are counted by themselves and added up.
        """
        if not self._cuts_words:
            return self._count(text)
        return sum(
            self._known(piece) if len(piece) <= LONGEST_KNOWN else self._count(piece)
            for piece in _PIECE.findall(text)
        )

    def _count(self, text: str) -> int:
        return len(self.encode(text))

    def decode(self, ids: list[int]) -> str:
        """The text of token ids; bytes that form no character become U+FFFD."""
        return b"".join(self.token_bytes(token) for token in ids).decode("utf-8", "replace")

    def token_bytes(self, token: int) -> bytes:
        """The UTF-8 bytes a token stands for; ids beyond the vocabulary have none."""
        return self._bytes[token] if 0 <= token < len(self._bytes) else b""

    def min_tokens(self, text: str) -> int:
        """A count that `encode` cannot stay below, without encoding: for far too long texts."""
        return len(text) // self._longest

    def detokenizer(self) -> "Detokenizer":
        """A new decoder for the tokens of one answer."""
        return Detokenizer(self)


class Detokenizer:
    """Decodes an answer token by token, never showing half a character.

    A character outside ASCII has up to four bytes, which may come in several tokens. Its
    bytes are kept back until it is whole.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def add(self, token: int) -> str:
        """The characters that this token completes, often one word, sometimes nothing."""
        return self._decoder.decode(self._tokenizer.token_bytes(token))


def _read(folder: Path, name: str) -> BpeTokenizer:
    whole = folder / "tokenizer.json"
    vocab, merges = folder / "vocab.json", folder / "merges.txt"
    if not whole.is_file() and not (vocab.is_file() and merges.is_file()):
        raise ModelUnavailable(f"{name} has no tokenizer (tokenizer.json) in {folder}.")
    try:
        # The library reads 50,000 tokens without letting other threads run: once per model
        # the event loop pauses for some 60 ms, in whichever thread this is.
        if whole.is_file():
            bpe = BpeTokenizer.from_file(str(whole))
        else:
            bpe = BpeTokenizer(BPE.from_file(str(vocab), str(merges)))
            bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
            bpe.decoder = decoders.ByteLevel()
    except MemoryError:
        raise  # not the file's fault
    except Exception as error:  # the library raises no narrower class
        raise ModelUnavailable(f"The tokenizer of {name} in {folder} is damaged.") from error
    if not isinstance(bpe.model, BPE) or not isinstance(bpe.decoder, decoders.ByteLevel):
        raise ModelUnavailable(f"The tokenizer of {name} is not GPT-2's byte-level BPE.")
    return bpe


def _cuts_words(bpe: BpeTokenizer) -> bool:
    """Whether it cuts texts as GPT-2's does before anything else: never within a word."""
    cutter, added = bpe.pre_tokenizer, bpe.get_added_tokens_decoder().values()
    return (
        bpe.normalizer is None
        and isinstance(cutter, pre_tokenizers.ByteLevel)
        and cutter.use_regex
        and not cutter.add_prefix_space
        and all(token.special for token in added)
    )


def _token_bytes(ids: dict[str, int], size: int) -> list[bytes]:
    """Bytes of every id. The end-of-text token has none: it is never part of an answer."""
    alphabet = byte_alphabet()
    table = [b""] * size
    for token, index in ids.items():
        if token == END_OF_TEXT:
            continue
        if all(character in alphabet for character in token):
            table[index] = bytes(alphabet[character] for character in token)
        else:  # an added token is stored as it reads
            table[index] = token.encode("utf-8")
    return table


def byte_alphabet() -> dict[str, int]:
    """GPT-2's printable stand-ins for the 256 bytes, by character.

    Printable Latin-1 stands for itself, the other bytes for the characters from U+0100 on.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    alphabet = {chr(byte): byte for byte in printable}
    others = (byte for byte in range(256) if byte not in alphabet.values())
    alphabet.update({chr(0x100 + offset): byte for offset, byte in enumerate(others)})
    return alphabet
