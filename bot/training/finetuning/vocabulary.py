"""A base's tokenizer, for training: text to ids with the place of each in the text."""

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE

from bot.domain.errors import ModelUnavailable


class Vocabulary:
    """The tokenizer in a model's folder; text that looks like the special token stays text.

    Raises:
        ModelUnavailable: there is none, it is damaged, or it has more tokens than the model.
    """

    def __init__(self, folder: Path, num_known: int, end_of_text_id: int) -> None:
        self.end_of_text_id = end_of_text_id
        self._bpe = _read(folder)
        self._bpe.encode_special_tokens = True
        self._bpe.no_truncation()
        self._bpe.no_padding()
        size = max(self._bpe.get_vocab(with_added_tokens=True).values(), default=-1) + 1
        if not 0 < size <= num_known or end_of_text_id >= size:
            raise ModelUnavailable(
                f"The tokenizer in {folder} has {size:,} tokens, but its model knows "
                f"{num_known:,}; they do not belong together."
            )

    def count(self, text: str) -> int:
        """Number of tokens of a text."""
        return len(self._bpe.encode(text, add_special_tokens=False).ids)

    def num_bytes(self, ids: Iterable[int]) -> int:
        """Bytes of the text of some ids; byte-level tokens have a letter for each byte."""
        told = (each for each in ids if each != self.end_of_text_id)
        return sum(len(self._bpe.id_to_token(each) or "") for each in told)

    def placed(self, text: str) -> tuple[list[int], list[int]]:
        """The ids of a text, and where in it each of them starts."""
        clean = text.encode("utf-8", "replace").decode("utf-8")
        encoding = self._bpe.encode(clean, add_special_tokens=False)
        return encoding.ids, [start for start, _ in encoding.offsets]


def _read(folder: Path) -> Tokenizer:
    whole, vocab, merges = (folder / n for n in ("tokenizer.json", "vocab.json", "merges.txt"))
    try:
        if whole.is_file():
            return Tokenizer.from_file(str(whole))
        bpe = Tokenizer(BPE.from_file(str(vocab), str(merges)))
    except Exception as error:
        raise ModelUnavailable(f"There is no tokenizer that can be read in {folder}.") from error
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    return bpe
