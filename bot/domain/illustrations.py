"""Which picture helps with which lesson: computed here, or by the loaded model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain import concept_sketches as concepts
from bot.domain import sentence_sketches as sentences
from bot.domain.charts import Sheet
from bot.domain.look import Look, View
from bot.domain.sampling import SamplingParams

SENTENCE = "The cat sat on the mat because it was tired."
UNFINISHED = "The capital of France is the city of"
FAMILIAR = SamplingParams(temperature=0.7, top_p=0.9)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A picture that is computed without a model, of a sentence if `takes_sentence`."""

    caption: str
    sheet: Callable[[str], Sheet]
    takes_sentence: bool = False


@dataclass(frozen=True, slots=True)
class LookInside:
    """What the loaded model makes of a sentence, by default this one."""

    caption: str
    view: View
    sentence: str = SENTENCE
    sampling: SamplingParams = FAMILIAR
    layer: int | None = None
    head: int | None = None

    @property
    def look(self) -> Look:
        """Where the picture stands: at the end of the sentence."""
        return Look(self.view, layer=self.layer, head=self.head)


@dataclass(frozen=True, slots=True)
class Positions:
    """How alike the position embeddings of the loaded model are."""

    caption: str


Illustration = Sketch | LookInside | Positions

_ATTENTION = LookInside(
    "Where each token of the sentence (row) looks in {model}, averaged over all layers and heads.",
    View.ATTENTION,
)
_ONE_HEAD = LookInside(
    "One head of {model}, the first of its first layer: each row says where that token looks.",
    View.ATTENTION,
    layer=0,
    head=0,
)
_NEXT = LookInside(
    "What {model} expects next. It chooses one of these, writes it down, and looks again.",
    View.NEXT,
    UNFINISHED,
)
_TOKENS = LookInside("The sentence as {model} gets it: its tokens with their numbers.", View.TOKENS)
_SURPRISE = LookInside(
    "How unexpected each token of the sentence was to {model}; the average of this is its loss.",
    View.SURPRISE,
)
_ALIKE = Sketch(
    "The embeddings are invented, of width 3: how much of an animal, how large, how much of a "
    "machine. One-hot vectors know nothing of that.",
    concepts.embeddings,
)
_FADING = Sketch(
    "Invented numbers: if every step keeps 70 % of the state, little is left of the first words.",
    sentences.fading,
    takes_sentence=True,
)
_DESCENT = Sketch(
    "Where gradient descent on x² stands after each step, from x = 1: a small rate crawls, a large "
    "one jumps to and fro. Above a rate of 1 it would never come back.",
    concepts.descent,
)
_EDGES = Sketch("A 3×3 kernel slides over the image; it answers where the edge is.", concepts.edges)

ILLUSTRATIONS: Mapping[str, Illustration] = {
    "activation-functions": Sketch(
        "Sigmoid and tanh are flat at their ends, ReLU and GELU are not.", concepts.activations
    ),
    "attention": _ATTENTION,
    "autoregression": _NEXT,
    "bag-of-words": Sketch(
        "The sentence as a bag of words: read the counts from top to bottom and you have its "
        "vector. In any other order of its words it would be the same.",
        sentences.bag_of_words,
        takes_sentence=True,
    ),
    "bag-of-words-rnn-transformer": Sketch(
        "One sentence, three ways: counts without order, a state in which the first words fade, "
        "and direct links between all words. (The 70 % are invented.)",
        sentences.three_ways,
        takes_sentence=True,
    ),
    "byte-pair-encoding": _TOKENS,
    "causal-mask": Sketch(
        "Row by row: which words each word may look at, here with equal scores. What is empty is "
        "hidden by the mask; each row sums to 1.",
        sentences.causal_mask,
        takes_sentence=True,
    ),
    "cnn": _EDGES,
    "convolution": _EDGES,
    "cosine-similarity": _ALIKE,
    "cross-entropy": Sketch(
        "Certain and right costs nothing; the less the model believed in the right class, the "
        "more it costs.",
        concepts.surprise,
    ),
    "dropout": Sketch(
        "Which activations of 1 survive in five training steps: about half of them, doubled, so "
        "that the expected sum stays.",
        concepts.dropped,
    ),
    "few-shot-prompting": LookInside(
        "Two solved examples and a new case: what {model} expects next.",
        View.NEXT,
        "hot -> cold, day -> night, big ->",
    ),
    "gpt-2": LookInside(
        "What {model} would say behind each of its layers, at the end of the text.",
        View.LAYERS,
        UNFINISHED,
    ),
    "gradient-descent": _DESCENT,
    "greedy-decoding": LookInside(
        "What {model} expects next; greedy decoding takes the first of these, always.",
        View.NEXT,
        UNFINISHED,
        SamplingParams(temperature=0.0),
    ),
    "gru": _FADING,
    "language-modelling": _NEXT,
    "learning-rate": _DESCENT,
    "learning-rate-schedules": Sketch(
        "Both start with a warm-up over the first tenth of the steps.", concepts.schedules
    ),
    "lstm": _FADING,
    "multi-head-attention": _ONE_HEAD,
    "n-gram-language-model": Sketch(
        "A bigram model of nothing but this sentence: the share with which each word follows.",
        sentences.bigrams,
        takes_sentence=True,
    ),
    "one-hot-and-embedding": _ALIKE,
    "one-hot-encoding": Sketch(
        "Each different word of the sentence is a row with a single 1.",
        sentences.one_hot,
        takes_sentence=True,
    ),
    "perplexity": _SURPRISE,
    "positional-embeddings": Positions(
        "How alike the position vectors of {model} are: near positions resemble each other, as "
        "training has taught it."
    ),
    "query-key-value": _ONE_HEAD,
    "relu": Sketch("ReLU beside its relatives.", concepts.activations),
    "rnn": _FADING,
    "self-attention": _ATTENTION,
    "softmax": Sketch(
        "A logit that is 1 larger is 2.7 times as likely.", concepts.softmax_of_logits
    ),
    "temperature": Sketch(
        "The logits 2, 1 and 0 of the text, at three temperatures.", concepts.temperatures
    ),
    "tf-idf": Sketch(
        "The sentence among two others; a word that all three have weighs nothing.",
        sentences.tf_idf,
        takes_sentence=True,
    ),
    "tokenisation": _TOKENS,
    "top-k-sampling": LookInside(
        "What {model} expects next, and what is left of it with k = 5.",
        View.NEXT,
        UNFINISHED,
        SamplingParams(temperature=1.0, top_k=5),
    ),
    "top-p-sampling": LookInside(
        "What {model} expects next, and what is left of it with p = 0.6.",
        View.NEXT,
        UNFINISHED,
        SamplingParams(temperature=1.0, top_p=0.6),
    ),
    "transformer": LookInside(
        "What {model} would say behind each of its blocks: the answer takes shape on the way up.",
        View.LAYERS,
        UNFINISHED,
    ),
    "vanishing-gradients": _FADING,
    "why-fine-tuning": LookInside(
        "What {model} expects behind a question. A model that was only pretrained goes on as the "
        "web would, which need not be an answer.",
        View.NEXT,
        "What is the capital of France?",
    ),
    "word-embeddings": _ALIKE,
    "word2vec": _ALIKE,
    "zero-shot": LookInside(
        "No example, only the text: what {model} expects next.",
        View.NEXT,
        "Review: a wonderful film. In one word, the review is",
    ),
}


def illustration_of(slug: str) -> Illustration | None:
    """The picture of a lesson, if one helps."""
    return ILLUSTRATIONS.get(slug)


def takes_sentence(illustration: Illustration | None) -> bool:
    """Whether a person's own sentence can be shown."""
    return isinstance(illustration, LookInside) or (
        isinstance(illustration, Sketch) and illustration.takes_sentence
    )
