"""What everybody may read of a model."""

from bot.domain.model_spec import ModelSpec


def test_a_hub_id_is_told_and_of_a_folder_only_its_name() -> None:
    assert ModelSpec("gpt2", "openai-community/gpt2").public_source == "openai-community/gpt2"
    assert ModelSpec("mine", "/home/tess/models/mine").public_source == "mine"
