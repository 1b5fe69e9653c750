"""Views and charts as a look inside would find them, for tests of words and pictures.

The numbers are made up but hang together: distributions sum to 1, rows of attention to 1.
"""

import math
import random
from datetime import date, timedelta

from bot.domain.charts import Bars, Days, HeatMap, Series, Sheet
from bot.domain.sampling import SamplingParams
from bot.domain.views import (
    AnyView,
    AttentionView,
    Candidate,
    LayerGuess,
    LayersView,
    NextView,
    Piece,
    SurpriseView,
    TemperatureColumn,
    TemperatureView,
    TokensView,
)

ANSWER = (
    "Self-attention lets every token look at every earlier token and take from it what it needs. "
    "Each token is turned into a query, a key and a value; the query is compared with all keys, "
    "the softmax of the scores divided by the square root of the dimension gives weights, and the "
    "output is the weighted sum of the values. Because all positions are computed at once, a "
    "transformer trains much faster than a recurrent network, which has to walk through the text "
    "step by step and forgets what was long ago. The price is memory: the attention matrix grows "
    "with the square of the length, so that a thousand tokens need a million scores per head."
)
CODE = "def softmax(x):\n    e = np.exp(x - x.max())\n    return e / e.sum()\n"
LATEX = r"The loss is $L = -\sum_i y_i \log p_i$ and $\nabla_\theta L$ its _gradient_."
HEBREW = "המודל קורא טקסט (משמאל לימין) ולומד 12 % ממנו."
WORLD = "naïve Ω ≤ 2π — 日本語 👩‍🔬 😀 \u202eabc\u0301 привет مرحبا\t<|endoftext|>"


def pieces(text: str) -> tuple[Piece, ...]:
    """A text cut roughly as GPT-2's tokenizer does, long words in two."""
    found: list[str] = []
    for word in text.replace("\n", "\n\0").replace(" ", "\0 ").split("\0"):
        while len(word) > 8:
            found.append(word[:6])
            word = word[6:]
        if len(word) > 1 and word[-1] in ".,;:":
            found += word[:-1], word[-1]
        elif word:
            found.append(word)
    return tuple(Piece(sum(map(ord, each)) * 37 % 50_257, each) for each in found)


def candidates(names: str, spread: float = 0.5) -> tuple[Candidate, ...]:
    """Tokens, each so many times as probable as the one before; three survive sampling."""
    words = names.split("|")
    before = [0.9 * (1 - spread) * spread**rank for rank in range(len(words))]
    kept = sum(before[:3])
    return tuple(
        Candidate(
            Piece(sum(map(ord, word)), word), before[rank], before[rank] / kept if rank < 3 else 0.0
        )
        for rank, word in enumerate(words)
    )


NAMES = " token| word| position|\n| 日本|ization| שלום| the| $x_i$| transformer"
SAMPLING = SamplingParams(temperature=0.7, top_k=40, top_p=0.9)


def tokens_view(text: str = ANSWER, num_prompt: int = 0) -> TokensView:
    """A text cut into tokens."""
    return TokensView(pieces(text), num_prompt)


def next_view(names: str = NAMES, sampling: SamplingParams = SAMPLING) -> NextView:
    """What could come behind a position; the second candidate came."""
    found = candidates(names)
    rest = 1 - sum(each.before for each in found)
    return NextView(pieces(ANSWER)[:12], 11, 128, found, rest, sampling, found[1].piece)


def surprise_view(text: str = ANSWER, seed: int = 1) -> SurpriseView:
    """Surprisals and entropies, one token in eight unexpected."""
    draw = random.Random(seed)
    cut = pieces(text)
    surprisals = tuple(draw.expovariate(1 / 9 if draw.random() < 0.15 else 1) for _ in cut)
    return SurpriseView(cut, surprisals, tuple(draw.uniform(0.2, 8) for _ in cut))


def attention_view(text: str = ANSWER, num_pieces: int = 32, head: int | None = 4) -> AttentionView:
    """A head that looks at the first token, the one before and one far away."""
    draw = random.Random(2)
    cut = pieces(text)[:num_pieces]
    rows = []
    for row in range(len(cut)):
        scores = [draw.gauss(0, 0.8) for _ in range(row + 1)]
        scores[0] += 2
        scores[max(row - 1, 0)] += 2.5
        total = sum(map(math.exp, scores))
        padding = [0.0] * (len(cut) - row - 1)
        rows.append(tuple([math.exp(score) / total for score in scores] + padding))
    return AttentionView(cut, tuple(rows), 2, head, 12, 12)


def layers_view(num_layers: int = 12) -> LayersView:
    """A stream that finds its word two thirds of the way up."""
    early = ["the|,|.", " and| of| the", " thing| word| part", " word| token| text"]
    guesses = []
    for layer in range(num_layers + 1):
        share = layer / num_layers
        if share > 0.66:
            found = candidates(" token| word| position", 0.6 - 0.45 * share)
        else:
            found = candidates(early[int(share * 5) % 4], 0.8)
        even = tuple(Candidate(each.piece, each.before, each.before) for each in found)
        final = even[0].before if share > 0.66 else 0.02 * share
        guesses.append(LayerGuess(layer, even, final))
    return LayersView(pieces(ANSWER)[:12], 11, 128, tuple(guesses), guesses[-1].candidates[0].piece)


def temperature_view() -> TemperatureView:
    """Three temperatures."""
    columns = []
    for temperature, text in (
        (0.2, " token is turned into a query, a key and a value, and the query is compared."),
        (0.8, " word looks for those that matter to it, which\nis called self-attention."),
        (1.5, " positional 日本 wizard “gradient” ⏎ banana, whereupon $x_i$ of them 👩‍🔬 left."),
    ):
        logs = [-1.3 * rank / temperature for rank in range(8)]
        total = sum(map(math.exp, logs))
        shares = [math.exp(each) / total for each in logs]
        plain = candidates(NAMES)
        found = tuple(
            Candidate(plain[rank].piece, plain[rank].before, share)
            for rank, share in enumerate(shares)
        )
        entropy = -sum(share * math.log2(share) for share in shares if share)
        columns.append(TemperatureColumn(temperature, found, entropy, text))
    return TemperatureView(pieces(ANSWER)[:12], tuple(columns), 7)


VIEWS: dict[str, AnyView] = {
    "tokens": tokens_view(num_prompt=24),
    "next": next_view(),
    "surprise": surprise_view(),
    "attention": attention_view(),
    "layers": layers_view(),
    "temperature": temperature_view(),
}
"""One view of each kind."""

EMPTY: dict[str, AnyView] = {
    "tokens": TokensView(()),
    "next": NextView((), 0, 0, (), 0.0, SamplingParams()),
    "surprise": SurpriseView((), (), ()),
    "attention": AttentionView((), (), None, None, 12, 12),
    "layers": LayersView((), 0, 0, ()),
    "temperature": TemperatureView((), (), 0),
}

DAYS = tuple(date(2026, 10, 30) + timedelta(days=day) for day in range(30))


def stats_sheet() -> Sheet:
    """What a server's statistics could look like."""
    draw = random.Random(3)
    questions = tuple(float(draw.randrange(40)) for _ in DAYS)
    quick = tuple(draw.uniform(0.2, 1.5) for _ in DAYS)
    return Sheet(
        "Course server, last 30 days",
        (
            Days("Questions per day", DAYS, (Series("questions", questions),)),
            Days(
                "Time to first token",
                DAYS,
                (Series("median", quick), Series("p95", tuple(each * 2.5 for each in quick))),
                "seconds",
            ),
            Bars(
                "Answered from",
                ("this week", "last week"),
                (
                    Series("notes", (120.0, 98.0)),
                    Series("memory", (30.0, 41.0)),
                    Series("not at all", (9.0, 12.0)),
                ),
                "answers",
                is_stacked=True,
            ),
            Bars(
                "Busiest topics",
                ("self-attention", "backpropagation through time", "softmax", "一般", "dropout"),
                (Series("questions", (41.0, 30.0, 22.0, 12.0, 5.0)),),
                "questions",
            ),
            Bars(
                "Standings",
                ("gpt2", "gpt2-xl"),
                (Series("won", (3.0, 14.0)), Series("lost", (14.0, 3.0))),
                "votes",
            ),
        ),
    )


def learn_sheet() -> Sheet:
    """A causal mask and a bag of words."""
    words = ("The", " cat", " sat", " on", " the", " mat")
    mask = tuple(
        tuple(1.0 / (row + 1) if column <= row else None for column in range(6)) for row in range(6)
    )
    similar = tuple(
        tuple(math.exp(-abs(row - column) / 9) - 0.1 for column in range(48)) for row in range(48)
    )
    return Sheet(
        "Masked attention",
        (
            HeatMap("A causal mask", words, words, mask, "looks", "at", "weight"),
            HeatMap(
                "Position embeddings",
                tuple(str(8 * index) if index % 8 == 0 else "" for index in range(48)),
                tuple(str(8 * index) if index % 8 == 0 else "" for index in range(48)),
                similar,
                "position",
                "position",
                "cosine",
            ),
        ),
    )


EMPTY_SHEET = Sheet(
    "New server",
    (
        Days("Questions per day", (), ()),
        Bars("Busiest topics", (), ()),
        HeatMap("Position embeddings", (), (), ()),
    ),
)
