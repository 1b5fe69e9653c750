"""All use cases of one installation, as an edge receives them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.service.answering import Answering
from bot.service.ask import AskService
from bot.service.complete import CompleteService
from bot.service.defaults import Defaults
from bot.service.delivery import DeliveryService
from bot.service.installation import InstallationService
from bot.service.models import ModelService
from bot.service.ports import Clock, ModelPool, Store
from bot.service.press import PressService
from bot.service.recovery import RecoveryService
from bot.service.settings import SettingsService


@dataclass(frozen=True, slots=True)
class Services:
    """Built once by `bot.app`; edges keep no other way in."""

    answering: Answering
    ask: AskService
    press: PressService
    complete: CompleteService
    models: ModelService
    settings: SettingsService
    delivery: DeliveryService
    recovery: RecoveryService
    installation: InstallationService

    @classmethod
    def over(
        cls,
        store: Store,
        models: ModelPool,
        clock: Clock,
        defaults: Defaults,
        report: Callable[[Exception], str],
        new_seed: Callable[[], int],
    ) -> "Services":
        """All use cases over one store and one pool.

        `report` logs a bug once and returns its short error id; `new_seed` gives the seed of
        an answer whose asker named none.
        """
        answering = Answering(store, models, clock, report)
        return cls(
            answering=answering,
            ask=AskService(store, models, answering, clock, defaults, new_seed),
            press=PressService(store, models, answering, clock, defaults, new_seed),
            complete=CompleteService(store, models, answering, clock, defaults, new_seed),
            models=ModelService(store, models, defaults),
            settings=SettingsService(store, models, defaults),
            delivery=DeliveryService(store, clock),
            recovery=RecoveryService(store, clock),
            installation=InstallationService(store),
        )
