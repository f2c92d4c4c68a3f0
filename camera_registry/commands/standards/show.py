"""`standards show`: the editions there are, or every rule of one with its source and how well its value is known."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from camera_registry import app
from camera_registry.commands.options import Commands, add_common
from camera_registry.commands.standards.warned import warned
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.services.edition_texts import every, resolve
from standards import Edition
from standards.model import STATES


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "show",
        help="list the editions, or the rules of one",
        description="Lists the editions of the product and those made here; of one, its rules and their sources.",
        epilog="example:\n  camera-registry standards show hcmc-3288 --lang en",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("edition", nargs="?", help="id of an edition, id@version, or the path of a TOML file")
    parser.add_argument("--lang", choices=("vi", "en"), help="language of the texts")
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the editions, or the rules of one; the exit status."""
    settings, _ = load(options.config)
    language = options.lang or settings.language
    with app.registry(settings, rehearsal=True) as engine, reading(engine) as session:
        if options.edition:
            _rules(warned(resolve(session, options.edition)), language)
        else:
            for edition in every(session):
                print(f"{edition.name}  {edition.title[language]}")
    return 0


def _rules(edition: Edition, language: str) -> None:
    print(f"{edition.name}  {edition.title[language]}\nSHA-256 {edition.sha256}")
    table = Table("id", "subject", "title", "source", "state")
    for rule in edition.rules:
        where = " ".join(filter(None, (rule.source.document, rule.source.clause)))
        table.add_row(rule.id, rule.subject, rule.title[language], where, STATES[rule.source.state][language])
    Console(highlight=False).print(table)
