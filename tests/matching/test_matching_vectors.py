"""The embeddings that are shipped: those of today's faq/, and what the encoder says."""

from pathlib import Path

import numpy as np

from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.cache import key_of
from orgbot.matching.encoder import open_encoder
from orgbot.matching.engine import read
from orgbot.matching.vectors import ship, shipped

# Of the phrasings and essais, what a new machine may have to encode: some seconds. Past it, `make vectors`.
LEFT = 0.05


def asked(kb: KnowledgeBase) -> list[str]:
    reading = read(kb)
    return sorted({*reading.learned.texts, *reading.trials.texts})


def test_a_new_machine_has_little_left_to_encode(kb: KnowledgeBase) -> None:
    texts = asked(kb)
    found = shipped([key_of(text) for text in texts])
    assert len(texts) - len(found) <= LEFT * len(texts), "make vectors"


def test_what_is_shipped_is_what_the_encoder_says(kb: KnowledgeBase) -> None:
    encoder = open_encoder()
    assert encoder is not None
    keys = {key_of(text): text for text in asked(kb)}
    found = [*shipped([*keys]).items()][::400]
    assert len(found) > 10
    for (_, row), told in zip(found, encoder([keys[key] for key, _ in found]), strict=True):
        assert row @ told / np.linalg.norm(row) > 0.9999


def test_a_phrasing_that_was_not_shipped_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "vectors.npz"
    ship({"a": np.array([0.5, -1], np.float32), "b": np.array([0, 0.25], np.float32)}, path)
    found = shipped(["b", "c", "a"], path)
    assert [*found] == ["b", "a"]
    assert np.allclose(found["a"], [0.5, -1], atol=0.01)


def test_a_damaged_file_only_costs_time(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.npz", tmp_path / "cut.npz"
    ship({"a": np.ones(384, np.float32)}, whole)
    cut.write_bytes(whole.read_bytes()[:200])
    assert shipped(["a"], cut) == shipped(["a"], tmp_path / "none.npz") == {}
