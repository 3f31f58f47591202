"""Which sentences interface.yml must hold, what each may fill in, and how one is said."""

from collections.abc import Mapping
from html import escape
from typing import NewType

from orgbot.knowledge.fold import fold
from orgbot.knowledge.model import KnowledgeBase

Html = NewType("Html", str)

# What every sentence and every answer may name.
EVERYWHERE = frozenset({"pigiste", "de_pigiste", "formulaire", "promesse"})


def _keys(section: str, **placeholders: str) -> dict[str, frozenset[str]]:
    return {f"{section}.{key}": frozenset(names.split()) | EVERYWHERE for key, names in placeholders.items()}


SENTENCES: Mapping[str, frozenset[str]] = {
    "promesse.phrase": frozenset({"heures", "jours"}),
    **_keys("accueil", bonjour="prenom", retour="prenom", reprise=""),
    **_keys("sujets", intro="", ligne="numero titre"),
    **_keys("aide", commandes=""),
    **_keys(
        "reponse",
        deja="court",
        assez="titre",
        deux="",
        deux_partie="titre court",
        titre="titre",
        deux_deja="premier second",
    ),
    **_keys("clarifier", question="", laquelle="", rien=""),
    **_keys(
        "repli",
        premier="",
        encore="",
        toujours="",
        rien_a_lire="",
        media="",
        bouton="",
        question_perdue="",
        panne="",
        commande="",
        oui="",
        non="",
        rien_en_cours="",
    ),
    **_keys(
        "formulaire",
        intro="",
        prenom="prenom",
        prenom_autre="",
        organisation="prenom",
        joindre="",
        sujet="",
        sujet_propose="propose",
        sujet_actuel="propose",
        consentement="texte",
        consentement_texte="",
        sommaire="prenom organisation joindre sujet questions",
        sommaire_question="question",
        sommaire_telegram="",
        sommaire_objections="titres",
        sans_sujet="",
        reprend="",
        envoye="prenom reference au_plus_tard probable",
        deja_envoye="reference",
        annule="",
        refuse="",
        question_notee="",
        question_ajoutee="",
        rien_a_passer="",
        debut="",
        oui_ou_non="",
        envoyer_ou_modifier="",
        modifier_quoi="",
        mauvais_prenom="",
        mauvaise_organisation="",
        mauvais_sujet="",
    ),
    **_keys(
        "joindre",
        ici="",
        poste="numero poste",
        lequel="",
        nothing_found="",
        email_no_at="",
        email_domain="",
        email_suggestion="suggestion",
        phone_area_code="",
        phone_too_short="",
        phone_too_long="",
    ),
    **_keys(
        "boutons",
        parler="",
        autres="",
        sujets="",
        rien="",
        transmettre="",
        plus="libelle",
        prenom="prenom",
        ici="",
        passer="",
        garder="",
        retour="",
        annuler="",
        accepter="",
        refuser="",
        envoyer="",
        modifier_prenom="",
        modifier_organisation="",
        modifier_joindre="",
        modifier_sujet="",
        reprendre="",
        effacer="",
    ),
    **_keys("confidentialite", politique="titre coordonnees"),
    **_keys("groupe", depart=""),
    **_keys(
        "pigiste",
        jumelee="",
        lien_use="",
        deja_jumelee="",
        fiche="reference prenom telegram organisation joindre sujet"
        " objections questions au_plus_tard probable",
        fiche_telegram="lien",
        fiche_objections="lignes",
        fiche_objection="titre mots",
        fiche_sujet="titre",
        fiche_questions="lignes",
        fiche_question="question",
        demandes="lignes",
        demande="reference prenom organisation au_plus_tard",
        aucune="",
    ),
    **_keys(
        "courriel",
        objet="reference organisation",
        expediteur="",
        urgent="",
        fiche="reference prenom organisation joindre telegram sujet"
        " objections questions au_plus_tard probable",
        objections="lignes",
        objection="titre mots",
        objection_sans_mots="titre",
        questions="lignes",
        question="question",
        joindre_telegram="",
        telegram_sans_nom="prenom",
        repondre="prenom",
    ),
    **_keys(
        "telegram",
        description="",
        description_courte="",
        commande_sujets="",
        commande_aide="",
        commande_contact="",
        commande_annuler="",
        commande_confidentialite="",
    ),
}

WORDS = frozenset(
    {"oui", "non", "rien", "retour", "passer", "annuler", "envoyer", "modifier", "garder", "ici"}
    | {"prenom", "organisation", "joindre", "sujet", "avant_prenom", "avant_organisation", "avant_ligne"}
    | {"premier", "deuxieme", "troisieme", "dernier", "les_deux", "avant_numero", "remplissage", "question"}
)


def of(name: str) -> str:
    """« de Camille », « d’Isabelle »."""
    return f"d’{name}" if fold(name)[:1] in set("aeiouy") else f"de {name}"


def common(kb: KnowledgeBase) -> dict[str, str]:
    """The placeholders that every text may use."""
    profile = kb.profile
    promise = kb.sentences["promesse.phrase"].format(
        heures=profile.probable_office_hours, jours=profile.latest_business_days
    )
    return {
        "pigiste": escape(profile.name, quote=False),
        "de_pigiste": escape(of(profile.name), quote=False),
        "formulaire": escape(profile.form_url, quote=False),
        "promesse": promise,
    }


def render(kb: KnowledgeBase, text: str) -> Html:
    """Fill in an entry's answer or short."""
    return Html(text.format_map(common(kb)))


def say(kb: KnowledgeBase, key: str, **values: str) -> Html:
    """The sentence `key`, its values escaped: what a person typed can never become a tag."""
    escaped = {name: escape(value, quote=False) for name, value in values.items()}
    return Html(kb.sentences[key].format_map(common(kb) | escaped))


def embed(kb: KnowledgeBase, key: str, **values: Html) -> Html:
    """The sentence `key`, around parts that are HTML already."""
    return Html(kb.sentences[key].format_map({**common(kb), **values}))


def clip(text: str, units: int) -> str:
    """At most `units` UTF-16 units, as Telegram counts them, with an ellipsis where something was cut."""
    if len(text.encode("utf-16-le", "surrogatepass")) <= 2 * units:
        return text
    room = units - 1
    kept = []
    for character in text:
        room -= 1 if ord(character) < 0x10000 else 2
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"
