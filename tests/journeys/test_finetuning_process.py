"""`lectern finetune` as a process: interrupted, killed, run again; databases and full disks."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.training.run_record import RunRecord
from tests.models import save_model

NAME = "dl-course"
PATIENCE = 240.0
RULES = "\n\n".join(
    f"Rule {number} of the course says that sheet {number} is due in week {number} before noon."
    for number in range(12)
)


@dataclass
class Trainer:
    """The command in a folder of its own, with the same base and notes as in any other."""

    folder: Path
    method: str
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Run it, and do not wait."""
        words = ["--base", str(self.folder / "base"), "--data", str(self.folder / "notes")]
        words += ["--name", NAME, "--method", self.method, "--epochs", "50", "--context", "64"]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
            "LECTERN_TRAINING__RUNS": str(self.folder / "runs"),
            "LECTERN_DATABASE__URL": f"sqlite:///{self.folder}/lectern.db",
            "LECTERN_GENERATION__DEVICE": "cpu",
            "LECTERN_GENERATION__THREADS": "1",
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "finetune", *words, "--batch", "4", "--wordings", "1"],
            env=environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self) -> tuple[int, str]:
        """Wait for the end: the exit code, and what was said."""
        assert self.process is not None
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def reach(self, step: int) -> None:
        """Wait for the checkpoint of a step or of a later one."""
        assert self.process is not None
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if any(number >= step for number in self.checkpoints()):
                return
            assert self.process.poll() is None, self.process.communicate()[1]
            time.sleep(0.01)
        raise AssertionError("no checkpoint was written")

    def checkpoints(self) -> list[int]:
        """The steps of the checkpoints that there are."""
        found = (self.folder / "runs" / NAME / "checkpoints").glob("checkpoint-*")
        return [int(each.name.rpartition("-")[2]) for each in found]

    def record(self) -> RunRecord:
        """Of the finished run."""
        record = RunRecord.read(self.folder / "runs" / NAME)
        assert record is not None
        return record


def trainer(folder: Path, method: str) -> Trainer:
    save_model(folder / "base", n_positions=512)
    (folder / "notes").mkdir()
    (folder / "notes" / "rules.md").write_text("# Rules\n\n" + RULES)
    (folder / "notes" / "more.md").write_text("# More\n\n" + RULES.replace("Rule", "Law"))
    return Trainer(folder, method)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_run_that_is_interrupted_and_killed_ends_where_an_undisturbed_one_does(
    tmp_path: Path, method: str
) -> None:
    undisturbed, disturbed = (trainer(tmp_path / name, method) for name in ("one", "other"))
    undisturbed.start()
    disturbed.start()
    disturbed.reach(10)
    assert disturbed.process is not None
    disturbed.process.send_signal(signal.SIGINT)
    code, said = disturbed.ended()
    assert code == 130
    assert said.splitlines()[-1].startswith("stopped; the same command goes on")
    assert "Traceback" not in said
    (before,) = {max(disturbed.checkpoints())}
    disturbed.start()
    disturbed.reach(before + 10)
    disturbed.process.kill()
    assert disturbed.ended()[0] == -signal.SIGKILL
    assert RunRecord.read(disturbed.folder / "runs" / NAME) is None
    disturbed.start()
    code, said = disturbed.ended()
    assert code == 0, said
    assert undisturbed.ended()[0] == 0
    one, other = undisturbed.record(), disturbed.record()
    assert other.num_steps == one.num_steps > 50
    assert other.loss == pytest.approx(one.loss, abs=1e-3)
    assert other.reworded == one.reworded
