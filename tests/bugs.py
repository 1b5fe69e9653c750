"""Bugs, reported to a list in place of the log."""

from collections.abc import Callable


def reporting_to(bugs: list[BaseException]) -> Callable[[BaseException], str]:
    """What the bot takes as its `report`; the ids are bug1, bug2 and so on."""

    def report(bug: BaseException) -> str:
        bugs.append(bug)
        return f"bug{len(bugs)}"

    return report
