from collections.abc import Sequence

import numpy as np
import pytest

from orgbot.matching.encoder import REMEMBERED, Encoder, open_encoder


class Counted:
    """The real model, counting the texts that it is given."""

    def __init__(self, model: object) -> None:
        self.model, self.texts = model, 0

    def query(self, texts: Sequence[str]) -> object:
        self.texts += len(texts)
        return self.model.query(texts)  # type: ignore[attr-defined]  # the real one has it


@pytest.fixture
def encoder() -> Encoder:
    real = open_encoder()
    assert real is not None
    return Encoder(lambda: Counted(real.open()), Counted(real.model))


def test_a_message_that_comes_back_is_not_encoded_again(encoder: Encoder) -> None:
    first = encoder(["bonjour", "merci", "bonjour"])
    again = encoder(["merci", "bonjour"])
    assert encoder.model.texts == 2
    assert np.array_equal(first[0], first[2])
    assert np.array_equal(first[1], again[0])
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=1e-3)


def test_what_is_remembered_is_bounded(encoder: Encoder) -> None:
    encoder([str(number) for number in range(REMEMBERED + 20)])
    assert len(encoder.recent) == REMEMBERED
    assert encoder(["0"]).shape == (1, 384)


def test_an_encoder_at_rest_wakes_by_itself(encoder: Encoder) -> None:
    before = encoder(["bonjour"])
    encoder.rest()
    assert encoder.model is None
    encoder.recent.clear()
    assert np.array_equal(encoder(["bonjour"]), before)
