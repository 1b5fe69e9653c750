"""Teaching the starter a course: right answers from memory before and after, with minutes.

    python -m benchmarks.teach [--threads 2] [--only notes]

Every row is what `lectern finetune --base starter --data …` makes by default, measured by
`lectern evaluate --from-memory`: nothing is looked up, the notes are not there. The questions are
in students' words; none of them is ever learned. Those of the development set were looked at, as
totals, while the way of teaching was found; `questions/unseen_course.jsonl` was written by somebody
who knew neither them nor it, and chose nothing. A tenth of the documents is held back, and asked
about, too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.machine import judged, save, summary, table
from bot.evaluation import DEVELOPMENT

NOTES = str(DEVELOPMENT / "notes")
LEARNED = {
    "notes": ["--data", NOTES],
    "notes and handbook": ["--data", NOTES, "--data", "handbook"],
}
QUESTIONS = {
    "course": DEVELOPMENT / "course.jsonl",
    "unseen": Path(__file__).parent / "questions" / "unseen_course.jsonl",
    "handbook": DEVELOPMENT / "handbook.jsonl",
}
GOAL = 30.0
"""Points."""
BASE = "starter"


def lectern(folder: Path, threads: int, *words: str) -> None:
    """A command as a person would type it, with runs and database in `folder`."""
    environment = os.environ | {
        "OMP_NUM_THREADS": str(threads),
        "LECTERN_TRAINING__RUNS": str(folder / "runs"),
        "LECTERN_DATABASE__URL": f"sqlite:///{folder / 'lectern.db'}",
    }
    subprocess.run(
        [sys.executable, "-m", "bot", *words], check=True, env=environment, stdout=sys.stderr
    )


def right(folder: Path, threads: int, model: str, questions: Path) -> float:
    """The share of questions that a model answers rightly from memory."""
    out = folder / "answers.json"
    words = (str(questions), "--model", model, "--from-memory", "--json", str(out))
    lectern(folder, threads, "evaluate", *words)
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return float(found["all"]["from memory"])


def main() -> None:
    """A row for the base and for each run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", choices=list(LEARNED))
    options = parser.parse_args()
    print(summary(), flush=True)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)

        def row(model: str, learned: str, **more: Any) -> dict[str, Any]:
            shares = {
                f"{name}, right from memory": right(folder, options.threads, model, file)
                for name, file in QUESTIONS.items()
            }
            return {"model": model, "learned": learned} | more | shares

        rows.append(row(BASE, "–"))
        for learned in [options.only] if options.only else LEARNED:
            name = learned.replace(" ", "-")
            words = ("--base", BASE, "--name", name, *LEARNED[learned])
            lectern(folder, options.threads, "finetune", *words)
            record = json.loads((folder / "runs" / name / "run.json").read_text(encoding="utf-8"))
            minutes = round(record["seconds"] / 60, 1)
            rows.append(row(name, learned, steps=record["num_steps"], minutes=minutes))
    print(table(rows))
    goals = []
    for questions in ("course", "unseen"):
        measure = f"{questions}, right from memory"
        gained = 100 * (rows[1][measure] - rows[0][measure])
        of = f"{questions}, learned from {rows[1]['learned']}"
        goals.append(judged("points gained", gained, f"≥ {GOAL:.0f}", gained >= GOAL, of))
    print(table(goals))
    save("teach", rows, threads=options.threads, goals=goals)


if __name__ == "__main__":
    main()
