import pytest

from bot.decency.filter import DecencyFilter
from bot.domain.decency import DecencyLevel, Reason
from tests.long_texts import endless

STANDARD, STRICT, OFF = DecencyLevel.STANDARD, DecencyLevel.STRICT, DecencyLevel.OFF

DISGUISED = [
    "fuck",
    "FuCk!",
    "f u c k",
    "i f u c k you",
    "f.u.c.k",
    "f-u-c-k",
    "f_u_c_k",
    "f/u/c/k",
    "fuuuuuck",
    "fvck",
    "f*ck",
    "fück",
    "f\u0441k fu\u0441k",  # Cyrillic
    "f\u057dck",  # Armenian
    "\u0192uck",
    "f\u200bu\u200cc\u2060k",
    "f\u00aduck",
    "f\u0336u\u0336c\u0336k\u0336",
    "\uff46\uff55\uff43\uff4b",  # full width
    "\U0001d4bb\U0001d4ca\U0001d4b8\U0001d4c0",  # mathematical script
    "\U0001f175\U0001f184\U0001f172\U0001f17a",  # letters in squares
    "sh1t",
    "$hit",
    "sh!t",
    "b1tch",
    "@sshole",
    "a$$hole",
    "nigg3r",
    "n i g g e r",
    "n1gger",
    "c0ck",
    "pu$$y",
    "wh0re",
    "fag-\ngot",
    "k1ll y0urself",
    "k i l l yourself",
    "k\u0456ll yourself",
]
AIMED_AT_PEOPLE = {
    "You are worthless.": Reason.HARASSMENT,
    "you're such a stupid idiot": Reason.HARASSMENT,
    "You are a waste of space": Reason.HARASSMENT,
    "nobody likes you": Reason.HARASSMENT,
    "Women are inferior.": Reason.HARASSMENT,
    "All immigrants are criminals": Reason.HARASSMENT,
    "you suck": Reason.HARASSMENT,
    "Kill yourself.": Reason.THREAT,
    "just go die": Reason.THREAT,
    "kys": Reason.THREAT,
    "I will kill you": Reason.THREAT,
    "I'm going to kill you!": Reason.THREAT,
    "We will hunt down her": Reason.THREAT,
    "you deserve to die": Reason.THREAT,
    "all muslims should die": Reason.THREAT,
    "gas the jews": Reason.THREAT,
    "He wanted to have sex with her": Reason.SEXUAL,
    "she moaned softly with pleasure": Reason.SEXUAL,
    "He is a retard": Reason.SLUR,
    "what a cunt": Reason.SWEARING,
}
MILD = ["damn", "What a load of crap", "He is an idiot", "sexy", "wtf", "this sucks", "d4mn it"]
COURSE = [
    "A class of functions; assess the assumption, then pass it to the assistant.",
    "Scunthorpe, Dickinson and Hancock cite Wasserstein, Fick's law and Poon and Domingos.",
    "kill -9 stops the process; how to kill a process politely is another question.",
    "A dead ReLU, or dying ReLU, never fires again: the unit dies and you should lower the rate.",
    "The feature column sex is male or female; sex is a protected attribute.",
    "Master/slave replication, a black box, a big black box, the cocktail party problem.",
    "Hell, a dummy variable; penetration testing; titration; analysis; bastion hosts.",
    "The cumulative sum, cumsum, or cum sum of the gradients; magna cum laude.",
    "With bs = 32 the BS is small; MF and NMF are matrix factorisations.",
    "A girl on the left holds a hoe; weights are tied up with the embedding.",
    "Q(s, a, s') is learned from tuples (s, a, s').",
    "The state $h_t$ and the gate $i_t$: $s_h_i_t$, `a$$`, `f_u_c_k`, $$f*ck$$ are symbols.",
    "t*t + a*s, x**2, 0x455a55, a55e7, 5e-5, fp16, W_{ij}, 3x3, $5 and 10$",
    "Tit for tat wins the tournament; ImageNet lists tench, cock, hen and the peacock.",
    "Maine Coon and Siamese are classes of the pet data set; oilseed rape is a plant.",
    "The retarded potential and the retarded time appear in physics-informed networks.",
    "Philip K. Dick wrote it; the Lenna picture is from Playboy.",
    "num_ass, assignment.ass_1, assert, the AS's rules, anal-\nysis of variance",
    "Adversaries attack, poison and kill the accuracy; the agent will kill them in the game.",
    "Your model is garbage in, garbage out; you are a dumb baseline away from 90 %.",
    "Medical segmentation finds the rectum, the nipple and fecal matter.",
    "You have to beat the baseline: you will beat it, I will find you a proof.",
    "Detecting pornography and nudity is a task of moderation; neonazi forums are a corpus.",
    "Women are under-represented in the data; poor people are harder to reach.",
    "Run it as user_id=123; see https://example.com/a_b-c?x=1&y=$2!",
    "The cells divide, die already in the first phase, or deserve dead weight.",
    "The Greek letters \u03b1, \u03c5, \u03ba and \u03bd. "
    "\u041f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440.",
]


@pytest.fixture(scope="module")
def decency() -> DecencyFilter:
    return DecencyFilter()


@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguised_word_is_found(decency: DecencyFilter, text: str) -> None:
    assert not decency.judge(text, STANDARD).is_decent
    assert not decency.judge(f"The gradient {text} is small.", STANDARD).is_decent


@pytest.mark.parametrize(("text", "reason"), AIMED_AT_PEOPLE.items())
def test_what_is_aimed_at_people_is_withheld(
    decency: DecencyFilter, text: str, reason: Reason
) -> None:
    assert decency.judge(text, STANDARD).reason is reason
    assert decency.judge(f"Dropout is useful.\n{text}\nSo is Adam.", STRICT).reason is reason


@pytest.mark.parametrize("text", MILD)
def test_mild_words_are_withheld_by_the_strict_level_only(
    decency: DecencyFilter, text: str
) -> None:
    assert decency.judge(text, STANDARD).is_decent
    assert decency.judge(text, STRICT).reason is Reason.MILD


@pytest.mark.parametrize("text", COURSE)
@pytest.mark.parametrize("level", [STANDARD, STRICT])
def test_words_of_the_field_pass(decency: DecencyFilter, text: str, level: DecencyLevel) -> None:
    assert decency.judge(text, level).reason is None


def test_nothing_is_withheld_where_the_filter_is_off(decency: DecencyFilter) -> None:
    for text in (*DISGUISED, *AIMED_AT_PEOPLE, *MILD):
        assert decency.judge(text, OFF).is_decent


def test_the_gravest_reason_is_named(decency: DecencyFilter) -> None:
    assert decency.judge("damn, a shitty word for a faggot", STRICT).reason is Reason.SLUR
    assert decency.judge("damn, a shitty word", STRICT).reason is Reason.SWEARING


@pytest.mark.parametrize("level", list(DecencyLevel))
def test_a_server_blocks_words_of_its_own_at_every_level(
    decency: DecencyFilter, level: DecencyLevel
) -> None:
    blocked = ["solution", "final exam"]
    for text in ("The Solution is", "the s0lution", "s\u043elution", "Final\nexam!", "f1nal-exam"):
        assert decency.judge(text, level, blocked).reason is Reason.BLOCKED
    for text in ("The solutions are", "resolution", "final", "exam", "final big exam"):
        assert decency.judge(text, level, blocked).is_decent


def test_a_verdict_holds_nothing_of_the_text(decency: DecencyFilter) -> None:
    verdict = decency.judge("what a cunt", STANDARD)
    assert "cunt" not in repr(verdict)


def test_judging_logs_nothing(
    decency: DecencyFilter, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    decency.judge("what a cunt, sh1t", STRICT, ["a"])
    assert not caplog.records
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        endless("$"),
        endless("`a"),
        endless("a"),
        endless("a b c d "),
        endless("a1b2c3 sh0 "),
        endless("a.b-c_d"),
        endless("&#x41;"),
        endless("kill you "),
        endless("moaned a b c "),
        endless("Philip Dick is "),
        endless("a\u200b"),
        "".join(f"x{number}as " for number in range(140_000)),
    ],
)
def test_hostile_text_costs_one_pass(decency: DecencyFilter, text: str) -> None:
    assert decency.judge(text, STRICT, ["word", "two words"]).reason is not Reason.BLOCKED
