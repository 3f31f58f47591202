"""What interface.yml must hold: every sentence, with what it may fill in, and the ways of typing a button."""

import re
from collections.abc import Mapping

# What every sentence and every answer may name.
EVERYWHERE = frozenset({"pigiste", "de_pigiste", "formulaire", "promesse", "canaux"})

# Section by section: each sentence, and in brackets the placeholders of its own.
_SECTIONS = {
    "accueil": "bonjour(prenom) retour(prenom) reprise",
    "sujets": "intro ligne(numero titre)",
    "aide": "commandes",
    "reponse": "deja(court) assez deux deux_partie(court titre) titre(titre) deux_deja(premier second)",
    "clarifier": "question laquelle rien",
    "repli": (
        "premier encore toujours ouverte a_cote pas_utile rien_a_lire media bouton question_perdue panne "
        "trop_vite commande oui non rien_en_cours"
    ),
    "formulaire": (
        "intro joindre_note(joindre) attend image_apres prenom(prenom) prenom_autre organisation(prenom) "
        "joindre sujet sujet_propose(propose) "
        "sujet_actuel(propose) consentement(texte) consentement_texte "
        "sommaire(joindre organisation prenom questions sujet) sommaire_question(question) "
        "sommaire_telegram sommaire_objections(titres) sans_sujet reprend "
        "envoye(au_plus_tard prenom probable reference signe) deja_envoye(reference) "
        "deja_ouverte(situation) jointe(reference) en_detail(joindre organisation prenom sujet) annule "
        "refuse question_notee question_ajoutee rien_a_passer debut oui_ou_non envoyer_ou_modifier "
        "modifier_quoi mauvais_prenom mauvaise_organisation mauvais_sujet"
    ),
    "joindre": (
        "aucune ici poste(numero poste) precision(joindre mots) lequel nothing_found email_no_at "
        "email_domain email_suggestion(suggestion) phone_area_code phone_too_short phone_too_long"
    ),
    "boutons": (
        "pas_utile robot detail(reference) retirer(reference) retirer_oui rester page_avant page_apres "
        "parler autres sujets rien transmettre plus(libelle) prenom(prenom) ici passer garder retour "
        "annuler accepter refuser envoyer modifier_prenom modifier_organisation modifier_joindre "
        "modifier_sujet reprendre effacer"
    ),
    "confidentialite": "politique(coordonnees titre)",
    "groupe": "depart",
    "pigiste": (
        "export liens(lignes) lien(adresse titre) code(titre) jumelee lien_use deja_jumelee "
        "fiche(reference statut prenom telegram organisation joindre sujet objections questions "
        "promesse suivi) fiche_promesse(au_plus_tard probable) "
        "fiche_telegram(lien) fiche_objections(lignes) fiche_objection(mots titre) fiche_sujet(titre) "
        "fiche_questions(lignes) fiche_question(question) fiche_suivi(lignes) demandes(lignes page pages) "
        "demande(au_plus_tard organisation prenom reference statut) "
        "demande_retard(reference prenom organisation statut au_plus_tard) "
        "demande_suivie(au_plus_tard organisation prenom reference statut) aucune introuvable(nom) "
        "inconnue retiree media ecrire(prenom) ecrit(prenom) pas_ecrit pourquoi(prenom) note "
        "plus_bas(reference) sans_papier indice panne(prenom numero) illisible(numero) aide commande(aide) "
        "associees(nombre) "
        "associee_seule associee_avis(nom) invitation(lien) dissociee conge(jours) conges(lignes) "
        "conge_jour(debut) conge_jours(debut fin) conge_note(jours) conge_aucun conge_illisible(texte) "
        "conge_contredit(texte jour) agenda(lignes suite) "
        "agenda_suite(nombre)"
    ),
    "fiche": (
        "card see write take win lose drop later reopen lose_budget lose_time lose_other lose_silence "
        "lose_words later_today later_tomorrow later_week dissocier(nom) conge_annuler(debut) code(titre)"
    ),
    "statut": "new seen talking won lost dropped withdrawn",
    "suivi": (
        "see(joindre mots prenom quand qui) answer(joindre mots prenom quand qui) "
        "win(joindre mots prenom quand qui) lose(joindre mots prenom quand qui) "
        "drop(joindre mots prenom quand qui) reopen(joindre mots prenom quand qui) "
        "withdraw(joindre mots prenom quand qui) told(joindre mots prenom quand qui) "
        "said(joindre mots prenom quand qui) add(joindre mots prenom quand qui) "
        "later(joindre mots prenom quand qui) undelivered(joindre mots prenom quand qui) "
        "missed(joindre mots prenom quand qui)"
    ),
    "suivi_client": (
        "see(quand qui) answer(quand qui) withdraw(quand) attend(au_plus_tard quand reference signe) "
        "ouverte(au_plus_tard quand reference signe) fermee(au_plus_tard quand reference signe) "
        "en_retard(au_plus_tard quand reference signe) aucune aucune_ouverte aide quel_detail ajoute "
        "retirer(reference) retiree garde promesse_depassee"
    ),
    "relais": (
        "media transmis(qui) retour comment(qui) de_pigiste(mots qui) de_direction(mots qui) "
        "de_collegue(mots qui) ajoute(mots qui) corrige(mots) sans_mots(qui) photo document voice video audio"
    ),
    "rappel": (
        "promis(au_plus_tard organisation prenom probable reference) "
        "en_retard(au_plus_tard organisation prenom probable reference) "
        "depasse(au_plus_tard organisation prenom probable reference) "
        "promis_fin(au_plus_tard organisation prenom probable reference) pas_remis(prenom joindre) "
        "retiree(prenom) "
        "plus_tard(au_plus_tard organisation prenom probable reference)"
    ),
    "chiffres": (
        "titre(debut fin) rien demandes(nombre) attente(duree) promesse(part probable sur tenues) "
        "conversion(gagnees sur terminees toutes) bot(objections precisions replis reponses) "
        "objections(lignes) objection(nombre titre) semaines(lignes) "
        "semaine(demandes jour replis reponses)"
    ),
    "image": (
        "titre rien rien_suite demande demandes a_temps attente gagnees panneau_demandes tenue manquee "
        "pas_due aucune_demande panneau_bot repondu precise sans_reponse aucun_message panneau_objections "
        "aucune_objection autres periode(debut fin)"
    ),
    "tableau": (
        "feuille reference recue statut prenom organisation moyen joindre message objections "
        "premiere_reponse probable au_plus_tard raison statut_new statut_seen statut_talking statut_won "
        "statut_lost statut_dropped statut_withdrawn moyen_email moyen_phone moyen_chat"
    ),
    "lacunes": (
        "cherche aucune liste(nombre lignes) ligne(numero nombre mots) numero(numero) "
        "groupe(nombre lignes) exemple(mots) vers(titre) ou titre reponse(titre) "
        "refusee(probleme) essaie echec apprend pas_apprise ignoree laisse vers_nouvelle(titre reponse) "
        "vers_rien "
        "vers_entree(titre) confirme rien_ne_change gains(nombre lignes) "
        "autrement(nombre lignes) pertes(nombre lignes) "
        "change(mots titre autre) demande(titres) vols(nombre lignes) vol(mots titre autre) sans_reponse "
        "contenu(problemes) bouton_autre bouton_nouvelle bouton_hors_sujet bouton_ignorer bouton_garder "
        "bouton_laisser bouton_liste"
    ),
    "courriel": (
        "objet(reference organisation) expediteur urgent "
        "fiche(reference prenom organisation joindre telegram sujet objections questions au_plus_tard "
        "probable) "
        "objections(lignes) objection(titre mots) objection_sans_mots(titre) questions(lignes) "
        "question(question) joindre_telegram telegram_sans_nom(prenom) repondre(prenom)"
    ),
    "telegram": (
        "description description_courte commande_sujets commande_aide commande_contact commande_annuler "
        "commande_confidentialite commande_monsuivi commande_demandes commande_stats commande_export "
        "commande_liens commande_lacunes commande_conge commande_associer"
    ),
}
_SENTENCE = re.compile(r"(\w+)(?:\(([\w ]+)\))?")

SENTENCES: Mapping[str, frozenset[str]] = {
    # Those that every other may name name none.
    "promesse.phrase": frozenset({"heures", "jours"}),
    "canaux.telegram": frozenset(),
    "canaux.courriel": frozenset(),
} | {
    f"{section}.{key}": frozenset(names.split()) | EVERYWHERE
    for section, listed in _SECTIONS.items()
    for key, names in _SENTENCE.findall(listed)
}

# The meanings of « mots »: what each lists is typed in the place of a button.
_WORDS = (
    "oui non rien retour passer annuler envoyer modifier garder ici prenom organisation joindre sujet "
    "avant_prenom avant_organisation avant_ligne premier deuxieme troisieme dernier les_deux avant_numero "
    "remplissage question robot pas_utile attendre retirer autour_joindre"
)
WORDS = frozenset(_WORDS.split())
