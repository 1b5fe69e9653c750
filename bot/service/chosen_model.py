"""The model that is to answer: the one that was wished for, else the server's."""

from bot.domain.errors import UnknownModel
from bot.domain.model_spec import ModelSpec
from bot.domain.server_settings import ServerSettings
from bot.service.defaults import Defaults
from bot.service.ports import ModelPool


def chosen_model(
    models: ModelPool, defaults: Defaults, settings: ServerSettings, wished: str | None = None
) -> ModelSpec:
    """The model's entry in the catalogue.

    Raises:
        UnknownModel: there is none. A run may be removed while a server's admins have chosen it;
            whoever asks there cannot mend that, so the text says who can.
    """
    try:
        return models.spec(wished or defaults.model_for(settings))
    except UnknownModel:
        if wished or settings.model is None:
            raise
        raise UnknownModel(
            f"The model {settings.model}, which answered on this server, is gone; an admin can "
            "choose another one with /model switch."
        ) from None
