"""What is publicly known of the real weights: greedy continuations and perplexities."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.model_spec import OFFICIAL_MODELS, ModelSpec

WIKITEXT_TOKENS = 287_644
"""GPT-2's tokens in WikiText-2 raw's test split, its lines joined by two newlines."""


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """Continuations by prompt, and perplexities of WikiText-2 raw (test) by stride."""

    continuations: Mapping[str, str]
    perplexities: Mapping[int, float] = field(default_factory=dict)

    def perplexity(self, num_tokens: int, stride: int) -> float | None:
        """The known one of a text, if its length says that it is WikiText-2.

        A line end more or less at its end makes no difference.
        """
        is_wikitext = abs(num_tokens - WIKITEXT_TOKENS) <= 10
        return self.perplexities.get(stride) if is_wikitext else None


Known = Mapping[tuple[str, str | None], KnownAnswers]
"""By source and revision of a model."""

_BY_HUB_ID = {
    "openai-community/gpt2": KnownAnswers(
        {
            # tests/models/gpt2/test_modeling_gpt2.py of transformers: test_lm_generate_gpt2
            # (there as ids: 464 3290 → 373 1043 … 27262 13) and test_batch_generation.
            "The dog": " was found in a field near the intersection of West and West Streets.",
            "Hello, my dog is a little": " bit of a mess. I'm not sure if he's going",
            "Today, I": "'m going to be doing a lot of research on this. I",
            # The README of picoGPT.
            "Alan Turing theorized that computers would one day become": (
                " the most powerful machines on the planet."
            ),
        }
    ),
    "openai-community/gpt2-large": KnownAnswers(
        {
            # huggingface.co/blog/introducing-csearch, "Deterministic Methods".
            "DeepMind Company is": (
                " a leading AI research company, with a focus on deep learning and deep "
                "learning-based systems."
            ),
        },
        # huggingface.co/docs/transformers/perplexity.
        {1024: 19.44, 512: 16.44},
    ),
    "openai-community/gpt2-xl": KnownAnswers(
        {
            # The README of picoGPT.
            "Alan Turing theorized that computers would one day become": (
                " so powerful that they would be able to think like humans."
            ),
        }
    ),
}

KNOWN: Known = {
    (spec.source, spec.revision): _BY_HUB_ID[spec.source]
    for spec in OFFICIAL_MODELS
    if spec.source in _BY_HUB_ID
}


def known_answers(spec: ModelSpec, known: Known = KNOWN) -> KnownAnswers | None:
    """What is known of a model, None if nothing is: other weights give other answers."""
    return known.get((spec.source, spec.revision))
