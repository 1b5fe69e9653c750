"""`make bench`: every topic in its own process, one after the other, then one table.

python -m benchmarks [TOPIC ...]
"""

import json
import subprocess
import sys

from benchmarks.machine import RESULTS, summary, table

TOPICS = {
    "in_bot": [],
    "around": [],
    "search": [],
    "load_memory": [],
    "switch": [],
    "agreement": [],
    "storage": [],
    "speculation": [],
    "contrastive": [],
    "follow_up": [],
    "look_inside": [],
    "finetune": [],
    "teach": [],
    "classify": [],
    "classifiers": [],
    "quality": [],
    "engine": [],
    "gpu": [],
}
UNAVAILABLE = 69
"""The exit code of a topic for which something is missing here; it has said what."""


def main() -> None:
    """Run the named topics, or all of them."""
    chosen = sys.argv[1:] or list(TOPICS)
    unknown = set(chosen) - set(TOPICS)
    if unknown:
        raise SystemExit(
            f"There is no benchmark {', '.join(unknown)}; there are {', '.join(TOPICS)}."
        )
    print(summary(), flush=True)
    failed, skipped = [], []
    for topic in chosen:
        print(f"\n## {topic}\n", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{topic}", *TOPICS[topic]], check=False
        )
        if done.returncode == UNAVAILABLE:
            skipped.append(topic)
        elif done.returncode:
            failed.append(topic)
    print("\n## Results\n")
    for topic in chosen:
        path = RESULTS / f"{topic}.json"
        if topic not in failed + skipped and path.is_file():
            result = json.loads(path.read_text())
            print(f"### {topic}\n\n{table(result['rows'])}\n")
            if goals := result["settings"].get("goals"):
                print(f"{table(goals)}\n")
    if skipped:
        print(f"skipped: {', '.join(skipped)}")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
