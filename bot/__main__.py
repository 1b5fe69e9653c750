"""`python -m bot` and the console script `lectern`."""

import sys

from bot.domain.errors import (
    BotError,
    ConfigurationError,
    DatabaseUnusable,
    ExtraMissing,
    ModelUnavailable,
)

FAILED, WRONG_USE, UNAVAILABLE, WRONG_CONFIGURATION = 1, 2, 69, 78


def main() -> None:
    """Run the command line; a refusal is one sentence and an exit code."""
    try:
        # Half a second of imports, in which Ctrl-C is as good an end as later.
        from bot.cli import app

        app(prog_name="lectern")
    except BotError as refusal:
        print(f"lectern: {refusal.text}", file=sys.stderr)  # noqa: T201
        sys.exit(exit_code(refusal))
    except KeyboardInterrupt:
        sys.exit(130)


def exit_code(refusal: BotError) -> int:
    """The exit code of a refusal (sysexits: 69 unavailable, 78 configuration)."""
    if isinstance(refusal, ConfigurationError):
        return WRONG_CONFIGURATION
    if isinstance(refusal, ModelUnavailable | DatabaseUnusable | ExtraMissing):
        return UNAVAILABLE
    return FAILED


if __name__ == "__main__":
    main()
