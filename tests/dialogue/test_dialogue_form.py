"""What could go wrong in the form, told as a director would live it. Pure: events in, turns out."""

from dataclasses import replace

import pytest

from orgbot.chat.actions import Do, Judge, Modify, PassOn, Show
from orgbot.chat.events import Commanded, Consented, Submit, Tapped
from orgbot.dialogue.answers import mark
from orgbot.dialogue.state import NEW
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.leads.model import Objection
from tests.dialogue.telling import BUDGET, TEMPS, heard, shown, tell

UP_TO_CONSENT = (Commanded("contact"), "oui", "La Débrouille", "ici", "passer")
UP_TO_SUMMARY = (*UP_TO_CONSENT, "oui")


@pytest.mark.parametrize("verb", ["name", "keep", "here"])
def test_an_old_button_tapped_late_is_no_consent(kb: KnowledgeBase, verb: str) -> None:
    turn = tell(kb, *UP_TO_CONSENT, Tapped(Do(verb)))  # type: ignore[arg-type]  # sampled verbs
    assert turn.state.form is not None
    assert turn.state.form.step == "consentement"
    assert not any(isinstance(effect, Consented) for effect in turn.effects)


def test_an_entry_that_is_gone_does_not_mute_the_conversation(kb: KnowledgeBase) -> None:
    gone = EntryId("disparue")
    state = replace(
        NEW, choices=(gone,), given=(gone,), awaiting="choice", objections=(Objection(gone, "x"),)
    )
    for text in ("oui", "1", "la première", "disparue"):
        assert tell(kb, text, state=state).replies


@pytest.mark.parametrize(
    ("typed", "step"),
    [
        ("modifier mon courriel", "joindre"),
        ("le téléphone", "joindre"),
        ("prénom", "prenom"),
        ("changer l'organisme", "organisation"),
        ("le message", "sujet"),
    ],
)
def test_a_line_of_the_summary_is_named_as_people_name_it(kb: KnowledgeBase, typed: str, step: str) -> None:
    turn = tell(kb, *UP_TO_SUMMARY, typed)
    assert turn.state.form is not None
    assert turn.state.form.step == step


@pytest.mark.parametrize("typed", ["retour", "passer"])
def test_a_line_being_changed_can_be_left_as_it_was(kb: KnowledgeBase, typed: str) -> None:
    turn = tell(kb, *UP_TO_SUMMARY, Tapped(Modify("prenom")), typed)
    assert turn.state.form is not None
    assert turn.state.form.step == "sommaire"
    assert turn.state.form.draft.first_name == "Lulu"


def test_changing_the_message_begins_from_her_own(kb: KnowledgeBase) -> None:
    told = (heard("pas le temps", TEMPS), *UP_TO_CONSENT[:-1], "Parler de Facebook", "oui")
    turn = tell(kb, *told, "modifier message")
    assert "Parler de Facebook" in shown(turn)
    kept = tell(kb, *told, "modifier message", "oui").state.form
    assert kept is not None
    assert kept.draft.subject == "Parler de Facebook"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Non, moi c'est Marie", "Marie"), ("oui c'est Lucie", "Lucie"), ("tu peux m'appeler Mimi!", "Mimi")],
)
def test_a_first_name_is_found_in_what_surrounds_it(kb: KnowledgeBase, typed: str, name: str) -> None:
    assert f"Merci {name}!" in shown(tell(kb, Commanded("contact"), typed))


@pytest.mark.parametrize("typed", ["non", "aucun", "3"])
def test_what_is_no_organisation_is_not_taken_for_one(kb: KnowledgeBase, typed: str) -> None:
    turn = tell(kb, Commanded("contact"), "oui", typed)
    assert turn.state.form is not None
    assert turn.state.form.step == "organisation"


@pytest.mark.parametrize("name", ["Qui-Vive", "Où est Lucie", "Quand on aime"])
def test_an_organisation_may_begin_like_a_question(kb: KnowledgeBase, name: str) -> None:
    turn = tell(kb, Commanded("contact"), "oui", name)
    assert turn.state.form is not None
    assert turn.state.form.draft.organisation == name


def test_a_doubt_in_the_middle_is_answered_and_is_no_name(kb: KnowledgeBase) -> None:
    turn = tell(kb, Commanded("contact"), heard("on manque de temps pour ça", TEMPS))
    assert turn.state.form is not None
    assert turn.state.form.step == "prenom"
    assert turn.state.given == (TEMPS,)


def test_a_long_question_in_the_middle_leaves_a_summary_that_can_be_sent(kb: KnowledgeBase) -> None:
    turn = tell(kb, *UP_TO_CONSENT, "Pourquoi " + "x" * 4000 + "?", "oui")
    assert len(shown(turn)) < 4096


def test_a_choice_offered_in_the_middle_can_still_be_tapped_with_her_words(kb: KnowledgeBase) -> None:
    asked = (Commanded("contact"), heard("c'est tu trop gros pour nous autres?", TEMPS, BUDGET))
    assert "Ce bouton-là" not in shown(tell(kb, *asked, Tapped(Judge("none", mark(asked[1].text)))))
    chosen = tell(kb, *asked, Tapped(Show(BUDGET)))
    assert chosen.state.objections == (Objection(BUDGET, "c'est tu trop gros pour nous autres?"),)


def test_a_number_in_the_middle_is_that_of_the_list_just_shown(kb: KnowledgeBase) -> None:
    turn = tell(kb, Commanded("contact"), "oui", Commanded("sujets"), "2")
    assert turn.state.form is not None
    assert turn.state.form.step == "organisation"
    assert turn.state.given == (BUDGET,)


def test_each_pass_on_button_passes_its_own_question_on(kb: KnowledgeBase) -> None:
    asked = ("Et la météo de samedi", "Et celle de dimanche")
    turn = tell(kb, *asked, Commanded("sujets"), Tapped(PassOn(mark(asked[0]))))
    assert turn.state.questions == (asked[0],)
    lost = tell(kb, Tapped(PassOn("zzz")))
    assert say(kb, "repli.question_perdue") in shown(lost)


def test_refusing_erases_what_was_said(kb: KnowledgeBase) -> None:
    told = (heard("pas une cenne", BUDGET), "Et la météo", "oui")
    turn = tell(kb, *told, "oui", "La Débrouille", "ici", "passer", "non")
    assert (turn.state.objections, turn.state.questions, turn.state.unanswered) == ((), (), ())


def test_cancelling_after_consent_withdraws_it(kb: KnowledgeBase) -> None:
    (effect,) = tell(kb, *UP_TO_SUMMARY, "annuler").effects
    assert isinstance(effect, Consented)
    assert not effect.given


def test_the_summary_tells_all_that_will_be_sent(kb: KnowledgeBase) -> None:
    turn = tell(kb, heard("pas une cenne", BUDGET), *UP_TO_SUMMARY)
    assert "compte Telegram" in shown(turn)
    assert kb.entries[BUDGET].title in shown(turn)


def test_sending_twice_repeats_the_number(kb: KnowledgeBase) -> None:
    sent = tell(kb, *UP_TO_SUMMARY, "envoyer")
    assert any(isinstance(effect, Submit) for effect in sent.effects)
    for again in (Tapped(Do("send")), heard("envoyer")):
        turn = tell(kb, again, state=sent.state)
        assert "ABC-123" in shown(turn)
        assert turn.effects == ()


def test_words_after_an_offered_draft_answer_its_question(kb: KnowledgeBase) -> None:
    turn = tell(kb, Commanded("contact"), "oui", "La Débrouille", Commanded("start"), "lucie@escale.org")
    assert turn.state.form is not None
    assert turn.state.form.step == "sujet"


def test_after_a_night_an_objection_still_answers_what_to_talk_about(kb: KnowledgeBase) -> None:
    turn = tell(kb, *UP_TO_CONSENT[:-1], heard("on manque de temps et de monde", TEMPS), hours=9)
    assert turn.state.form is not None
    assert turn.state.form.draft.subject == "on manque de temps et de monde"


@pytest.mark.parametrize("yes", ["oui oui", "ouais ok", "oui svp", "ok merci", "ben oui"])
def test_a_polite_yes_is_a_yes(kb: KnowledgeBase, yes: str) -> None:
    form = tell(kb, *UP_TO_CONSENT, yes).state.form
    assert form is not None
    assert form.draft.consent


@pytest.mark.parametrize("unsure", ["oui mais non", "pas oui", "merci", "svp", "je sais pas"])
def test_what_is_not_clearly_a_yes_is_no_consent(kb: KnowledgeBase, unsure: str) -> None:
    form = tell(kb, *UP_TO_CONSENT, unsure).state.form
    assert form is None or not form.draft.consent


@pytest.mark.parametrize("typed", ["ok envoie", "envoyer stp", "c'est beau, envoie ça"])
def test_a_polite_sending_is_a_sending(kb: KnowledgeBase, typed: str) -> None:
    assert any(isinstance(effect, Submit) for effect in tell(kb, *UP_TO_SUMMARY, typed).effects)


def test_a_sentence_is_no_first_name(kb: KnowledgeBase) -> None:
    form = tell(kb, Commanded("contact"), "finalement laisse faire garde Lulu").state.form
    assert form is not None
    assert form.draft.first_name == ""


def test_the_message_proposed_is_in_her_words(kb: KnowledgeBase) -> None:
    turn = tell(kb, heard("on est deux pour toute la région", TEMPS), *UP_TO_CONSENT[:-1])
    assert "on est deux pour toute la région" in shown(turn)
