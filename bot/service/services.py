"""All use cases of one installation, as an edge receives them."""

from dataclasses import dataclass

from bot.service.answering import Answering
from bot.service.ask import AskService
from bot.service.complete import CompleteService
from bot.service.delivery import DeliveryService
from bot.service.installation import InstallationService
from bot.service.models import ModelService
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
