"""`plan`: the cheapest way to a goal, or the most below a ceiling, with every work and its price."""

from __future__ import annotations

import argparse
import sys
from zoneinfo import ZoneInfo

from rich.console import Console

from camera_registry import app
from camera_registry.api.plan_answers import plan_answer
from camera_registry.commands.options import Commands, add_common, add_language
from camera_registry.commands.output import say, write
from camera_registry.config import load
from camera_registry.database import reading
from camera_registry.reports.listing_columns import Shown
from camera_registry.reports.plan import plan_csv, plan_table, plan_text
from camera_registry.services.editions import InForce
from camera_registry.services.plan import AskedGoal, Basis, UpgradePlan, upgrade_plan
from probes.visit import utc_now
from standards.planning.prices_load import load_prices

NOT_MET = 1


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "plan",
        help="plan the upgrade: the cheapest fixes that reach a goal",
        description="The cheapest set of fixes that makes so many cameras or whole schools ready, or the most below a\n"
        "ceiling; with the list of works, their prices, and what could not be counted. No camera is looked at.\n"
        "Exit status 1: the goal cannot be reached with what is known.",
        epilog="examples:\n  camera-registry plan --district 26740 --channels 90% --prices prices.toml\n"
        "  camera-registry plan --schools 50% --csv plan.csv\n"
        "  camera-registry plan --ceiling 500000000 --of schools",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--district", metavar="D", help="of the unit with this code")
    parser.add_argument("--school", metavar="S", help="of the school with this code")
    goal = parser.add_mutually_exclusive_group(required=True)
    goal.add_argument("--channels", metavar="N", help="so many channels ready: 90%% of those offered, or 120")
    goal.add_argument("--schools", metavar="N", help="so many whole schools ready: 50%%, or 8")
    goal.add_argument("--ceiling", metavar="VND", type=int, help="the most for this sum in the first year, with VAT")
    parser.add_argument(
        "--of", choices=("channels", "schools"), default="channels", help="most of what, with --ceiling"
    )
    parser.add_argument("--prices", metavar="FILE", help="the price book (default: plan.prices of the settings)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", metavar="FILE", help="write works and cameras for a spreadsheet; - is standard output")
    form.add_argument("--json", action="store_true", help="print all of it as JSON")
    add_language(parser)
    add_common(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """The plan, in the form that was asked for; the exit status."""
    settings, _ = load(options.config)
    zone = ZoneInfo(settings.zone)
    name = options.prices or settings.plan.prices
    book = load_prices(name) if name else None
    asked = AskedGoal(options.channels, options.schools, options.ceiling, options.of)
    # A rehearsal: a registry that is not there yet is not made by planning in it.
    with app.registry(settings, rehearsal=True) as engine:
        edition = InForce(engine, settings.standard)().decides
        with reading(engine) as session:
            basis = Basis(book, edition, utc_now(), zone)
            made = upgrade_plan(session, asked, basis, options.district, options.school)
    _show(made, Shown(options.lang or settings.language, zone), options)
    return 0 if made.plan.met else NOT_MET


def _show(made: UpgradePlan, to: Shown, options: argparse.Namespace) -> None:
    if options.csv:
        write("--csv", options.csv, plan_csv(made, to))
    elif options.json:
        say(plan_answer(made).model_dump_json(indent=2))
    elif sys.stdout.isatty():
        Console(highlight=False).print(plan_table(made, to))
    else:
        say(plan_text(made, to))
