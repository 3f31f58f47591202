"""What people really answer when something is asked of them. Pure: events in, turns out."""

from dataclasses import replace

import pytest

from orgbot.chat.actions import Do
from orgbot.chat.events import Add, Commanded, Said, Sent, Submit, Tapped, Withdraw
from orgbot.dialogue.state import NEW, Form, State
from orgbot.knowledge.model import EntryId, KnowledgeBase
from orgbot.knowledge.sentences import say
from orgbot.leads.lead import to_lead
from orgbot.leads.life import Followed
from orgbot.leads.model import Draft, Media, Person, Reach
from tests.conftest import MONDAY
from tests.dialogue.telling import BUDGET, TEMPS, heard, shown, tell

CONTACT, DELAI = EntryId("contact"), EntryId("delai")
AT_CONSENT = (Commanded("contact"), "oui", "La Débrouille", "ici", "passer")
AT_SUMMARY = (*AT_CONSENT, "oui")


def form(state: State) -> Form:
    assert state.form is not None
    return state.form


@pytest.fixture
def sent(kb: KnowledgeBase) -> tuple[Followed, ...]:
    """Her open request."""
    draft = Draft("Lulu", "La Débrouille", Reach("chat"), "", consent=True)
    lead = to_lead(
        draft,
        reference="ABC-123",
        person=Person(1, "Lulu"),
        objections=(),
        questions=(),
        consent_text="…",
        at=MONDAY,
        profile=kb.profile,
    )
    return (Followed(lead, "new"),)


def test_whoever_wants_a_person_is_asked_her_name_at_once(kb: KnowledgeBase) -> None:
    turn = tell(kb, heard("je veux parler à Camille", CONTACT))
    assert form(turn.state).step == "prenom"
    assert len(turn.replies) == 1
    assert kb.profile.form_url in shown(turn)
    again = tell(kb, heard("je veux parler à Camille", CONTACT), heard("un vrai humain svp merci", CONTACT))
    assert form(again.state).step == "prenom"


def test_whoever_gave_up_and_asks_again_is_asked_in_the_same_way(kb: KnowledgeBase) -> None:
    wish = heard("je veux parler à Camille", CONTACT)
    assert shown(tell(kb, wish, "annuler", wish)) == shown(tell(kb, wish))


@pytest.mark.parametrize("first", [heard("appelez-moi au 418 555-1212", CONTACT), "418 555-1212"])
def test_a_number_given_on_the_way_is_kept_and_not_asked_again(kb: KnowledgeBase, first: Said | str) -> None:
    turn = tell(kb, first)
    assert "418\u00a0555-1212" in shown(turn)
    asked = tell(kb, first, "oui", "La Débrouille")
    assert form(asked.state).step == "sujet"
    assert form(asked.state).draft.reach == Reach("phone", "+14185551212")
    # It can still be changed on the way back.
    assert form(tell(kb, first, "oui", "La Débrouille", "retour").state).step == "joindre"


@pytest.mark.parametrize(
    "typed",
    ["Effacez tout, finalement", "supprimez mes renseignements personnels", "je veux retirer ma demande"],
)
def test_to_take_everything_back_in_words(kb: KnowledgeBase, sent: tuple[Followed, ...], typed: str) -> None:
    for before in (AT_CONSENT[:1], AT_CONSENT, AT_SUMMARY):
        assert tell(kb, *before, typed).state.form is None
    assert tell(kb, typed, leads=sent).state.awaiting == "withdraw"
    officer = kb.profile.privacy_officer.contact
    assert officer in shown(tell(kb, typed))


def test_a_withdrawal_waits_for_its_answer_through_a_question(
    kb: KnowledgeBase, sent: tuple[Followed, ...]
) -> None:
    aside = (Commanded("retirer"), heard("vous faites quoi de mes affaires?", EntryId("vie-privee")))
    assert "ABC-123" in tell(kb, *aside, leads=sent).replies[-1].text
    for answer in ("oui", Tapped(Do("withdraw"))):
        assert Withdraw("ABC-123") in tell(kb, *aside, answer, leads=sent).effects


def test_when_is_answered_of_her_own_request(kb: KnowledgeBase, sent: tuple[Followed, ...]) -> None:
    assert "ABC-123" in shown(tell(kb, heard("quand est-ce qu'on me répond?", DELAI), leads=sent))
    assert "ABC-123" not in shown(tell(kb, heard("quand est-ce qu'on me répond?", DELAI)))


def test_what_is_not_understood_after_the_request_can_join_it(
    kb: KnowledgeBase, sent: tuple[Followed, ...]
) -> None:
    turn = tell(kb, "on est fermés vendredi", leads=sent)
    assert shown(turn).startswith(say(kb, "repli.ouverte"))
    added = tell(kb, "on est fermés vendredi", "oui, s'il vous plaît", leads=sent)
    assert [one.text for one in added.effects if isinstance(one, Add)] == ["on est fermés vendredi"]


@pytest.mark.parametrize(
    "typed", ["Oui, volontiers.", "oui s’il vous plaît", "ok parfait merci", "oui envoie-lui"]
)
def test_yes_with_what_politeness_adds_is_a_yes(kb: KnowledgeBase, typed: str) -> None:
    assert form(tell(kb, "combien de hashtags", typed).state).step == "prenom"


@pytest.mark.parametrize(
    "typed", ["Je consens.", "je suis d’accord", "oui, c’est beau", "oui j’accepte merci"]
)
def test_consent_as_people_give_it(kb: KnowledgeBase, typed: str) -> None:
    assert form(tell(kb, *AT_CONSENT, typed).state).draft.consent


@pytest.mark.parametrize("typed", ["j’accepte pas", "je ne suis pas d’accord", "non finalement"])
def test_refusal_as_people_give_it(kb: KnowledgeBase, typed: str) -> None:
    turn = tell(kb, *AT_CONSENT, typed)
    assert turn.state.form is None
    assert not any(isinstance(effect, Submit) for effect in turn.effects)


@pytest.mark.parametrize("typed", ["non", "Non, attendez", "non finalement"])
def test_no_at_the_summary_asks_which_line(kb: KnowledgeBase, typed: str) -> None:
    assert shown(tell(kb, *AT_SUMMARY, typed)) == say(kb, "formulaire.modifier_quoi")


def test_a_line_is_changed_in_one_sentence(kb: KnowledgeBase) -> None:
    assert form(tell(kb, *AT_SUMMARY, "change mon nom pour Line").state).draft.first_name == "Line"
    changed = form(tell(kb, *AT_SUMMARY, "oups mon numéro est 418 555-0199").state)
    assert (changed.step, changed.draft.reach) == ("sommaire", Reach("phone", "+14185550199"))
    evening = form(tell(kb, *AT_SUMMARY, "418 555-0199 mais pas le soir").state).draft.reach
    assert evening == Reach("phone", "+14185550199", "418 555-0199 mais pas le soir")


@pytest.mark.parametrize("at", [1, 2, 3, 5, 6])
def test_whoever_needs_a_moment_gets_it(kb: KnowledgeBase, at: int) -> None:
    before = tell(kb, *AT_SUMMARY[:at])
    turn = tell(kb, *AT_SUMMARY[:at], "attends, je cherche")
    assert form(turn.state).step == form(before.state).step
    assert shown(turn) == say(kb, "formulaire.attend")


@pytest.mark.parametrize(
    ("typed", "name"), [("oui s'il te plaît", "Lulu"), ("c’est moi", "Lulu"), ("ouin, Line", "Line")]
)
def test_a_first_name_is_not_what_surrounds_it(kb: KnowledgeBase, typed: str, name: str) -> None:
    assert form(tell(kb, Commanded("contact"), typed).state).draft.first_name == name


def test_the_message_proposed_is_kept_by_any_yes(kb: KnowledgeBase) -> None:
    told = (heard("pas le temps", TEMPS), *AT_CONSENT[:-1])
    for typed in ("oui garde ça", "oui c'est beau"):
        assert form(tell(kb, *told, typed).state).draft.subject == "pas le temps"


@pytest.mark.parametrize(
    ("typed", "entry"), [("le budget là", BUDGET), ("la deuxième svp", BUDGET), ("bon, le temps", TEMPS)]
)
def test_a_choice_in_words(kb: KnowledgeBase, typed: str, entry: EntryId) -> None:
    turn = tell(kb, heard("ouin mais bon", TEMPS, BUDGET, EntryId("likes")), typed)
    assert turn.state.given == (entry,)


def test_both_of_three(kb: KnowledgeBase) -> None:
    turn = tell(kb, heard("ouin mais bon", TEMPS, BUDGET, EntryId("likes")), "les deux")
    assert turn.state.choices == (TEMPS, BUDGET)


def test_beside_the_point_is_no_objection(kb: KnowledgeBase) -> None:
    wrong = heard("pas ça", EntryId("pas-pour-nous"))
    assert shown(tell(kb, wrong)) == say(kb, "repli.a_cote")
    after = tell(kb, heard("pas le temps", TEMPS), wrong)
    assert [met.entry for met in after.state.objections] == [TEMPS]


def test_a_question_asked_a_third_time_is_no_sale(kb: KnowledgeBase) -> None:
    asked = heard("vous faites quoi de mes données?", EntryId("vie-privee"))
    assert say(kb, "reponse.assez") not in shown(tell(kb, asked, asked, asked))


def test_a_picture_in_the_form_is_not_lost_without_a_word(kb: KnowledgeBase) -> None:
    captioned = replace(heard("voici notre affiche"), media=Media("photo", "file"))
    turn = tell(kb, *AT_CONSENT[:-1], captioned)
    assert turn.replies[0].text == say(kb, "formulaire.image_apres")
    assert form(turn.state).draft.subject == "voici notre affiche"


def test_an_album_given_as_a_detail_goes_whole(kb: KnowledgeBase, sent: tuple[Followed, ...]) -> None:
    first, second, other = (
        Sent(Media("photo", name), group=album) for name, album in (("a", "1"), ("b", "1"), ("c", "2"))
    )
    told = (Commanded("ajouter"), first)
    assert Add("ABC-123", "", Media("photo", "a")) in tell(kb, *told, leads=sent).effects
    again = tell(kb, *told, second, leads=sent)
    assert (again.effects, again.replies) == ((Add("ABC-123", "", Media("photo", "b")),), ())
    assert not tell(kb, *told, other, leads=sent).effects


def test_to_withdraw_with_nothing_sent_drops_the_draft(kb: KnowledgeBase) -> None:
    assert tell(kb, *AT_CONSENT, Commanded("retirer")).state.form is None
    assert tell(kb, Commanded("retirer"), state=NEW).state.awaiting == "nothing"


@pytest.mark.parametrize("before", [(Commanded("contact"),), (Commanded("contact"), "oui")])
def test_a_number_is_no_name(kb: KnowledgeBase, before: tuple[Commanded | str, ...]) -> None:
    asked = form(tell(kb, *before).state).step
    turn = tell(kb, *before, "418 555-1212")
    assert (form(turn.state).step, form(turn.state).draft.reach) == (asked, Reach("phone", "+14185551212"))


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("(418)555.1212 poste 3, mais pas le soir", True),
        ("lulu@maison.org ou au 819 555-0199", True),
        ("par texto au 418 555-1212 seulement", True),
        ("mon cell c'est le 418 555-1212, merci!", False),
        ("Voici mon courriel : lulu@maison.org", False),
        ("418-555-1212 poste 22", False),
    ],
)
def test_what_goes_with_a_number_is_kept_beside_it(kb: KnowledgeBase, typed: str, noted: bool) -> None:
    told = (Commanded("contact"), "oui", "La Débrouille", typed, "passer", "oui")
    assert (typed in shown(tell(kb, *told))) == noted
    sent = [one for one in tell(kb, *told, "envoyer").effects if isinstance(one, Submit)]
    assert sent[0].lead.reach.note == (typed if noted else "")
