"""A comparison as the text of one message, and what voters read of it."""

from collections.abc import Sequence

from bot.cogs.frame import CURSOR, escape, shortened
from bot.cogs.statistics_text import NOT_FAST, table
from bot.domain.comparison import Comparison, ComparisonState, Entry, EntryState
from bot.domain.mentions import neutralise_mentions
from bot.domain.splitting import MESSAGE_LIMIT, message_length, split_message
from bot.domain.spoken import counted
from bot.domain.untrusted import for_display
from bot.service.ballot import Voted
from bot.service.live_comparison import ComparisonSnapshot

MAX_QUESTION = 160
MAX_NAME = 13
MAX_ERROR = 250
CUT = "…"
IN_LINE = "-# Another comparison comes first."
LEFT_OUT = "-# Not asked any more."
HOW_TO_VOTE = (
    "-# Which answer is the best? Names and figures are told to you once you have voted, and to "
    "everybody when {} presses Reveal."
)
ENDS = {
    ComparisonState.STOPPED: "-# ⏹ Stopped.",
    ComparisonState.INTERRUPTED: "-# ⏹ Interrupted by a restart; ask again to compare them all.",
}
FIGURES = (
    "-# first: time to the first token · log p: mean log-probability of a token, nearer to 0 is "
    "surer and not righter"
)
NOT_BLIND = " As you know the names, it does not count in the server's standings."


def comparison_text(snapshot: ComparisonSnapshot) -> str:
    """The whole message; answers share what room there is."""
    comparison = snapshot.comparison
    head = [
        "> " + neutralise_mentions(escape(shortened(comparison.question, MAX_QUESTION))),
        conditions(comparison),
    ]
    foot = _foot(snapshot)
    titles = [_title(comparison, entry) for entry in comparison.entries]
    bodies = [_body(snapshot, entry) for entry in comparison.entries]
    around = "\n".join([*head, *titles, *foot])
    room = MESSAGE_LIMIT - message_length(around) - 2 * len(titles) - len(foot) - 2
    lines = head
    for title, body in zip(titles, fitted(bodies, room), strict=True):
        lines += [title, body]
    return "\n".join([*lines, *foot])


def is_cut(comparison: Comparison) -> bool:
    """Whether the message leaves anything of an answer out."""
    text = comparison_text(ComparisonSnapshot(comparison))
    return any(
        for_display(entry.text) not in text for entry in comparison.entries if entry.has_answer
    )


def conditions(comparison: Comparison) -> str:
    """What was the same for all; names in the order of the alphabet tell nothing."""
    names = ", ".join(sorted(entry.model for entry in comparison.entries))
    sampling = comparison.sampling
    words = [escape(names), f"seed {sampling.seed}", f"temperature {sampling.temperature:g}"]
    if comparison.num_passages:
        passages = counted(comparison.num_passages, "passage")
        words.append(f"all read the same {passages} of the notes")
    return f"-# {' · '.join(words)}"


def figures(comparison: Comparison) -> str:
    """The table of who was how fast and how sure, with the votes for each."""
    rows = [("", "votes", "first", "time", "tok/s", "log p")]
    for entry in comparison.entries:
        name = f"{entry.label} {shortened(entry.model, MAX_NAME)}"
        votes = str(comparison.votes[entry.position]) if comparison.candidates else NOT_FAST
        rows.append((name, votes, *_measures(entry)))
    return table(rows)


def vote_text(voted: Voted) -> str:
    """What somebody reads who has voted."""
    comparison = voted.comparison
    entry = comparison.entries[voted.position]
    if voted.before is None:
        words = f"Your vote for **{entry.label}** counts."
    elif voted.before == voted.position:
        words = f"Your vote is for **{entry.label}** already."
    else:
        before = comparison.entries[voted.before].label
        words = f"Your vote is for **{entry.label}** now, no longer for {before}."
    is_changed = voted.before != voted.position
    words += NOT_BLIND if is_changed and not voted.is_blind else ""
    return f"{words} {entry.label} is {escape(entry.model)}.\n{figures(comparison)}\n{FIGURES}"


def whole_text(comparison: Comparison, *, knows_names: bool) -> str:
    """Everything as a text file: the question and every answer, whole."""
    blocks = [comparison.question, conditions(comparison).removeprefix("-# ")]
    for entry in comparison.entries:
        name = f"{entry.label} · {entry.model}" if knows_names else entry.label
        blocks.append(f"── {name} ──\n{entry.text or entry.error or 'Not asked any more.'}")
    return "\n\n".join(blocks) + "\n"


def fitted(bodies: Sequence[str], room: int) -> list[str]:
    """Texts cut so that all fit: short ones leave their room to the long ones."""
    shares = [0] * len(bodies)
    order = sorted(range(len(bodies)), key=lambda place: message_length(bodies[place]))
    for number, place in enumerate(order):
        share = max(room // (len(order) - number), len(CUT) + 1)
        shares[place] = min(share, message_length(bodies[place]))
        room -= shares[place]
    return [_cut(body, share) for body, share in zip(bodies, shares, strict=True)]


def _cut(text: str, limit: int) -> str:
    if message_length(text) <= limit:
        return text
    return split_message(text, limit - len(CUT) - 1)[0] + CUT


def _title(comparison: Comparison, entry: Entry) -> str:
    if not comparison.is_revealed:
        return f"**{entry.label}**"
    return f"**{entry.label}** · {escape(entry.model)}"


def _body(snapshot: ComparisonSnapshot, entry: Entry) -> str:
    if entry.state is EntryState.FAILED:
        return f"⚠️ {shortened(entry.error or '', MAX_ERROR)}"
    if entry.state is EntryState.LEFT_OUT:
        return LEFT_OUT
    if entry.state is EntryState.DONE:
        return for_display(entry.text)
    if snapshot.writing != entry.position:
        return "⏳ Waits for its turn."
    if snapshot.text.strip():
        return f"{for_display(snapshot.text.strip())}{CURSOR}"
    if snapshot.loading is None:
        return "⏳ Reading."
    words = snapshot.loading.words
    if not snapshot.comparison.is_revealed:
        words = words.removesuffix(entry.model).strip()
    return f"⏳ {words}: {snapshot.loading.share:.0%}"


def _foot(snapshot: ComparisonSnapshot) -> list[str]:
    comparison = snapshot.comparison
    lines = [f"⚠️ {snapshot.error}"] if snapshot.error else []
    if not comparison.state.is_final:
        return [*lines, IN_LINE] if snapshot.is_in_line else lines
    lines += [ENDS[comparison.state]] if comparison.state in ENDS else []
    if comparison.is_revealed:
        seeds = [
            f"{entry.label} wrote a second time, with seed {entry.seed}"
            for entry in comparison.entries
            if entry.seed is not None
        ]
        lines += [f"-# {'; '.join(seeds)}."] if seeds else []
        return [*lines, figures(comparison), FIGURES]
    lines.append(HOW_TO_VOTE.format(neutralise_mentions(escape(comparison.person_name))))
    if comparison.num_votes:
        lines[-1] += f" {counted(comparison.num_votes, 'vote')} so far."
    return lines


def _measures(entry: Entry) -> tuple[str, str, str, str]:
    """Time to the first token, whole time, tokens a second, mean log-probability."""
    first, seconds, rate = entry.first_token_seconds, entry.seconds, entry.tokens_per_second
    mean = entry.mean_logprob
    return (
        NOT_FAST if first is None else f"{first:.2f} s",
        NOT_FAST if seconds is None else f"{seconds:.1f} s",
        NOT_FAST if rate is None else f"{rate:,.0f}",
        NOT_FAST if mean is None else f"{mean:.2f}".replace("-", "−"),
    )
