"""Options that several commands of `lectern` share."""

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Configuration file (or LECTERN_CONFIG; else config.toml)."),
]
ModelOption = Annotated[str | None, typer.Option("--model", help="Name of the model.")]
