import io
from dataclasses import replace

import numpy as np
import segno
from matplotlib.image import imread

from orgbot.desk.orders import linkable
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.papers.links import CAPTION, MARGIN, SCALE, Link, links, qr


def modules(png: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.int_]]":
    """1 where a module of the printed code is dark, from its four corners to its middle."""
    image = imread(io.BytesIO(png))[:, :, 0]
    code = image[:-CAPTION]
    assert code.shape[0] == code.shape[1]
    blocks = code.reshape(len(code) // SCALE, SCALE, -1, SCALE)
    assert (blocks.min(axis=(1, 3)) == blocks.max(axis=(1, 3))).all()
    return np.asarray(blocks[:, 0, :, 0] == 0, int)


def test_each_objection_and_question_has_its_link(kb: KnowledgeBase) -> None:
    found = links(linkable(kb), "@orgbot_bot")
    assert found[0] == Link(
        EntryId("temps"), "On n’a ni le temps ni l’énergie", "https://t.me/orgbot_bot?start=temps"
    )
    assert {link.entry for link in found} == {
        one.id for one in kb.entries.values() if one.kind in ("objection", "question")
    }
    assert links(linkable(kb), "orgbot_bot") == found


def test_what_telegram_would_refuse_has_no_link(kb: KnowledgeBase) -> None:
    temps = kb.entries[EntryId("temps")]
    ids = [EntryId(one) for one in ("déjà", "a b", "a" * 65, "a" * 64, "a\n")]
    changed = replace(kb, entries={one: replace(temps, id=one) for one in ids})
    assert [link.entry for link in links(linkable(changed), "orgbot_bot")] == ["a" * 64]


def test_the_code_is_that_of_the_link(kb: KnowledgeBase) -> None:
    for link in links(linkable(kb), "orgbot_bot")[:3]:
        meant = segno.make_qr(link.url, error="m")
        dark = modules(qr(link))
        inside = dark[MARGIN:-MARGIN, MARGIN:-MARGIN]
        assert inside.tolist() == [list(line) for line in meant.matrix]
        assert dark.sum() == inside.sum()


def test_the_title_is_under_the_code(kb: KnowledgeBase) -> None:
    link = links(linkable(kb), "orgbot_bot")[0]
    titled, bare = (imread(io.BytesIO(qr(replace(link, title=title)))) for title in (link.title, " 🙂 "))
    assert (bare[-CAPTION:] == 1).all()
    dark = titled[-CAPTION:, :, 0] < 0.5
    assert dark.any()
    assert not dark[[0, -1]].any()
    assert not dark[:, [0, -1]].any()


def test_the_longest_title_stays_on_the_paper(kb: KnowledgeBase) -> None:
    link = replace(
        links(linkable(kb), "a")[0], title="On n’a vraiment pas assez de monde ni de temps pour tout ça"
    )
    dark = imread(io.BytesIO(qr(link)))[-CAPTION:, :, 0] < 0.5
    assert not dark[[0, -1]].any()
    assert not dark[:, [0, -1]].any()
