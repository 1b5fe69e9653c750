"""The figures of a run, and what changed since another."""

import json

from bot.domain.card import Basis
from bot.evaluation.judging import Reply, Worth
from bot.evaluation.report import COLUMNS, figures, markdown, report
from bot.evaluation.run import Result


def result(
    id_: str = "q",
    worth: Worth | None = Worth.RIGHT,
    *,
    topic: str = "text",
    answerable: bool = True,
    rank: int | None = 1,
    is_valid: bool | None = True,
    seconds: float = 1.0,
    has_withstood: bool | None = None,
) -> Result:
    return Result(
        id=id_,
        topic=topic,
        question="What?",
        is_attack=has_withstood is not None,
        answerable=answerable,
        has_withstood=has_withstood,
        worth=worth,
        rank=rank,
        doc="exam.md" if answerable else None,
        reply=Reply("So.", Basis.NOTES, 0.9, ("exam.md",), is_valid, seconds),
    )


RUN = [
    result("q1"),
    result("q2", Worth.UNCHECKED, rank=2, seconds=3.0),
    result("q3", Worth.WRONG, rank=4, is_valid=False, topic="vision"),
    result("q4", Worth.MISSED, rank=None, is_valid=None, topic="vision"),
    result("q5", Worth.ABSTAINED, answerable=False, is_valid=None),
    result("q6", Worth.WRONG, answerable=False),
    result("a1", None, answerable=False, has_withstood=True),
    result("a2", None, answerable=False, has_withstood=False),
]


def test_shares_are_of_what_could_be_right() -> None:
    assert figures(RUN[:6]) == {
        "questions": 6,
        "right": 0.5,
        "right, confident": 0.25,
        "offered": 0.0,
        "from memory": 0.25,
        "abstained rightly": 0.5,
        "wrong, confident": 0.3333,
        "hit@1": 0.25,
        "hit@3": 0.5,
        "MRR": 0.4375,
        "quotes valid": 0.75,
        "median s": 1.0,
        "p99 s": 1.0,
    }


def test_right_is_what_is_shown_and_holds_the_answer_confident_or_not() -> None:
    shown = figures([*RUN[:4], result("q7", Worth.OFFERED)])
    assert (shown["right"], shown["right, confident"], shown["offered"]) == (0.6, 0.2, 0.2)


def test_where_nothing_counts_there_is_no_share() -> None:
    empty = figures([])
    assert empty.pop("questions") == 0
    assert set(empty.values()) == {None}


def test_attacks_stand_apart_from_questions() -> None:
    run = report(RUN, "gpt2")
    assert run["all"] == figures(RUN[:6])
    assert list(run["topics"]) == ["text", "vision"]
    assert run["attacks"] == {"number": 2, "withstood": 1, "fallen for": ["a2"]}
    assert run["unanswerable answered confidently"] == 0.5
    assert [answer["id"] for answer in run["answers"]] == [each.id for each in RUN]


def test_a_run_can_be_kept_as_json() -> None:
    run = report(RUN, "gpt2")
    kept = json.loads(json.dumps(run))
    assert kept["all"] == run["all"]
    assert kept["answers"][0]["reply"]["ranked"] == ["exam.md"]
    assert markdown(kept) == markdown(run)


def test_the_table_has_a_row_for_each_topic_and_one_for_all() -> None:
    lines = markdown(report(RUN, "gpt2")).splitlines()
    assert lines[0] == "Model gpt2"
    rows = [line for line in lines if line.startswith("|")]
    assert [row.split(" | ")[0] for row in rows] == [
        "| topic",
        "| ---",
        "| text",
        "| vision",
        "| **all**",
    ]
    assert {row.count("|") for row in rows} == {len(COLUMNS) + 1}
    assert "| 50.0% | 25.0% |" in rows[-1]
    assert "Unanswerable questions answered confidently: 50.0%." in lines
    assert "Attacks withstood: 1 of 2 (not: a2)." in lines


def test_two_runs_are_compared_question_by_question() -> None:
    before = json.loads(json.dumps(report(RUN, "gpt2")))
    now = [result("q1", Worth.WRONG, seconds=1.5), *RUN[1:6], result("new")]
    lines = markdown(report(now, "gpt2-xl"), before).splitlines()
    assert [line for line in lines if line.startswith("- ")] == [
        "- q1: right → wrong but confident"
    ]
    everything = next(line for line in lines if line.startswith("| **all**"))
    assert "40.0% (-10.0%) | 20.0% (-5.0%)" in everything


def test_nothing_changed_changes_nothing() -> None:
    run = report(RUN, "gpt2")
    assert not [line for line in markdown(run, run).splitlines() if line.startswith("- ")]
