"""The Makefile and .ci/run, with a Python that writes down what it is asked to do."""

import os
import re
import shutil
import subprocess
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FAKE_PYTHON = """\
#!/bin/sh
# Stands in for python3 and for .venv/bin/python.
case "$1" in
--version) echo "Python ${FAKE_VERSION:-3.11.7}" ;;
-c) case "${FAKE_VERSION:-3.11.7}" in 3.10*) exit 1 ;; esac ;;
-m)
    echo "${PIP_CONSTRAINT:+pinned }$*" >> "$CALLS"
    if [ "$2" = venv ]; then
        rm -rf .venv && mkdir -p .venv/bin && cp "$0" .venv/bin/python && cp "$0" .venv/bin/pip
        printf '#!/bin/sh\\necho "lectern $*"; cat\\n' > .venv/bin/lectern
        chmod +x .venv/bin/lectern
    fi
    case "$*" in *"${FAKE_FAILURE:-nothing fails}"*) exit 1 ;; esac ;;
esac
"""
QUIET = "-m pip --disable-pip-version-check --quiet install"


class Checkout:
    """A copy of what decides the environment, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls_file = folder / "calls"
        for name in ("Makefile", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, folder / name)
        (folder / "path").mkdir()
        self.program("python3", FAKE_PYTHON)

    def program(self, name: str, text: str) -> None:
        """Put a program in front of all others."""
        path = self.folder / "path" / name
        path.write_text(text)
        path.chmod(0o755)

    def make(
        self, *words: str, said: str = "", code: int = 0, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run make and compare its exit code."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        kept.pop("TORCH", None)
        kept["PATH"] = f"{self.folder / 'path'}:{kept['PATH']}"
        done = subprocess.run(
            ["make", *words],
            cwd=self.folder,
            env={**kept, "CALLS": str(self.calls_file), **variables},
            input=said,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stderr
        return done

    def calls(self) -> list[str]:
        """What Python was asked to do since the last look."""
        text = self.calls_file.read_text() if self.calls_file.exists() else ""
        self.calls_file.write_text("")
        return text.splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def torch_pin() -> str:
    return next(line for line in pins() if line.startswith("torch=="))


def pins() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_the_first_run_installs_torch_first_and_says_so_in_one_line(checkout: Checkout) -> None:
    done = checkout.make("run")
    assert checkout.calls() == [
        "-m venv --clear .venv",
        f"{QUIET} {torch_pin()}",
        f"pinned {QUIET} --editable .[web]",
    ]
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Installing Lectern")


def test_the_second_run_installs_nothing_and_prints_only_the_conversation(
    checkout: Checkout,
) -> None:
    checkout.make("run")
    checkout.calls()
    (checkout.folder / "pyproject.toml").touch()
    done = checkout.make("run", "ARGS=--config mine.toml", said="What is dropout?\n")
    assert checkout.calls() == []
    assert done.stdout == "lectern run --config mine.toml\nWhat is dropout?\n"
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_what_decides_the_environment_renews_it(checkout: Checkout, name: str) -> None:
    checkout.make("run")
    checkout.calls()
    with (checkout.folder / name).open("a") as file:
        file.write("# changed\n")
    checkout.make("run")
    assert len(checkout.calls()) == 2, "torch and Lectern, in the same .venv"


def test_another_python_gets_another_environment(checkout: Checkout) -> None:
    checkout.make("run")
    checkout.calls()
    checkout.make("run", FAKE_VERSION="3.12.1")
    assert checkout.calls()[0] == "-m venv --clear .venv"


def test_a_python_that_is_too_old_is_refused_in_a_sentence(checkout: Checkout) -> None:
    done = checkout.make("run", FAKE_VERSION="3.10.2", code=2)
    assert "Lectern needs Python 3.11 or newer" in done.stderr
    assert checkout.calls() == []


def test_torch_for_processors_is_asked_for_once_and_remembered(checkout: Checkout) -> None:
    checkout.make("run", "TORCH=cpu")
    calls = checkout.calls()
    index = "--index-url https://download.pytorch.org/whl/cpu"
    assert [call for call in calls if "index-url" in call] == [f"{QUIET} {index} {torch_pin()}"]
    checkout.make("run")
    assert checkout.calls() == []
    checkout.make("run", "TORCH=default")
    calls = checkout.calls()
    assert calls[0] == "-m venv --clear .venv", "pip would keep the wheel that is there"
    assert not [call for call in calls if "index-url" in call]


def test_a_torch_that_does_not_exist_is_refused(checkout: Checkout) -> None:
    assert "TORCH is either cpu or default" in checkout.make("run", "TORCH=gpu", code=2).stderr


def test_tests_install_their_tools_once(checkout: Checkout) -> None:
    checkout.make("run")
    checkout.calls()
    checkout.make("test")
    assert checkout.calls() == [f"pinned {QUIET} --editable .[dev,train,web]", "-m pytest -q -n 2"]
    checkout.make("test", "ARGS=-x")
    assert checkout.calls() == ["-m pytest -q -n 2 -x"]


def test_an_installation_that_failed_goes_on_at_the_next_run(checkout: Checkout) -> None:
    checkout.make("run", FAKE_FAILURE="--editable .[", code=2)
    checkout.calls()
    checkout.make("run")
    assert checkout.calls() == [f"{QUIET} {torch_pin()}", f"pinned {QUIET} --editable .[web]"]


def test_cleaning_removes_the_folders_of_the_tools_and_no_data(
    checkout: Checkout,
) -> None:
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    made = [name.rstrip("/") for name in ignored if name.endswith("/") and name.startswith(".")]
    assert ".hypothesis" in made
    for name in (*made, "data"):
        (checkout.folder / name).mkdir()
    checkout.make("clean")
    assert [name for name in (*made, "data") if (checkout.folder / name).exists()] == ["data"]


@pytest.mark.parametrize("target", ["run", "test", "test-slow", "bench", "lint", "clean"])
def test_every_target_is_understood(checkout: Checkout, target: str) -> None:
    assert checkout.make("-n", target).stdout


def test_continuous_integration_lints_and_then_tests(checkout: Checkout) -> None:
    checkout.program("make", '#!/bin/sh\necho "$PWD make $*"\n')
    checkout.program("chromium", "#!/bin/sh\n")
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={"PATH": f"{checkout.folder / 'path'}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == [f"{ROOT} make lint", f"{ROOT} make test"]


def test_continuous_integration_goes_on_where_no_browser_can_be_had(checkout: Checkout) -> None:
    checkout.program("make", '#!/bin/sh\necho "make $*"\n')
    checkout.program("dirname", '#!/bin/sh\nexec /usr/bin/dirname "$@"\n')
    checkout.program("apt-get", '#!/bin/sh\necho "apt-get $*" >&2; exit 100\n')
    done = subprocess.run(
        ["/bin/bash", ROOT / ".ci" / "run"],
        env={"PATH": str(checkout.folder / "path")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines() == ["make lint", "make test"]
    assert "apt-get install" in done.stderr
    assert "No Chromium" in done.stderr


def test_constraints_are_sorted_pins_of_public_versions() -> None:
    assert pins() == sorted(pins())
    for pin in pins():
        assert re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", pin), pin


def test_constraints_pin_everything_that_pyproject_asks_for() -> None:
    pinned = {pin.partition("==")[0] for pin in pins()}
    file = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = file["project"]["optional-dependencies"].values()
    asked = [*file["build-system"]["requires"], *file["project"]["dependencies"], *chain(*extras)]
    names = {re.split(r"[^A-Za-z0-9.-]", line)[0].lower() for line in asked}
    assert names <= pinned
