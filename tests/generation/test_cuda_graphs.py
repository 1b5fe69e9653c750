"""Streams that models lend each other; the captures themselves are in `test_cuda`."""

import pytest
import torch

from bot.generation.cuda_graphs import SideStreams


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> SideStreams:
    """Streams that are plain objects."""
    monkeypatch.setattr(torch.cuda, "Stream", lambda device: object())
    return SideStreams(torch.device("cuda"))


def test_a_stream_is_used_again(streams: SideStreams) -> None:
    with streams.lent() as first:
        pass
    with pytest.raises(RuntimeError), streams.lent() as second:
        raise RuntimeError("a capture failed")
    with streams.lent() as third:
        assert first is second is third


def test_two_models_never_have_the_same_stream_at_once(streams: SideStreams) -> None:
    with streams.lent() as first, streams.lent() as second:
        assert first is not second
    with streams.lent() as third, streams.lent() as fourth:
        assert {id(third), id(fourth)} == {id(first), id(second)}
