"""`agents`: programs that look at devices of schools which the server cannot reach: added, renewed, removed, listed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry import app
from camera_registry.agents import join
from camera_registry.commands.acting import actor, doing
from camera_registry.commands.options import Commands, UsageError, add_common, add_language
from camera_registry.config import Settings, load
from camera_registry.database import reading
from camera_registry.models import Agent
from camera_registry.services import agents as services
from camera_registry.services.agents import AgentError, Broker, Wanted
from camera_registry.services.audit import recorded
from camera_registry.services.editions import InForce
from camera_registry.store import agents
from probes.visit import utc_now
from standards.model import Text

SAID: dict[str, Text] = {
    "reload": {
        "vi": "Báo cho NATS đọc lại người dùng: nats-server --signal reload",
        "en": "Tell NATS to read its users again: nats-server --signal reload",
    },
    "once": {
        "vi": "Tệp này là khóa của trạm và không lấy lại được: giữ kín, chmod 600, chép sang máy của trạm.",
        "en": "This file is the key of the agent and cannot be had again: keep it secret, chmod 600, copy it there.",
    },
    "none": {"vi": "Chưa có trạm kiểm tra nào.", "en": "There is no agent."},
    "removed": {"vi": "Đã gỡ trạm {code}.", "en": "The agent {code} is removed."},
}
_NO_BROKER: Text = {
    "vi": "chưa đặt agents.server trong config.toml (docs/agents.md).",
    "en": "agents.server is not set in config.toml (docs/agents.md)",
}
_LISTED = ("code", "name", "state", "version", "seen_at", "open_orders")
_UNKNOWN: Text = {"vi": "không có trạm nào mang mã này.", "en": "no agent has this code"}


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "agents",
        help="programs that look at schools which the server cannot reach",
        description="Adds, lists, renews and removes agents: programs at schools that look at devices there and open\n"
        "one connection, outwards. `agents add` prints the join file of the new agent, once.",
        epilog="examples:\n  camera-registry agents add Q1-01 --name 'THCS Số 1' --school 0790001 > Q1-01.join\n"
        "  camera-registry agents list\n  camera-registry agents users > /etc/nats/users/users.conf",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = parser.add_subparsers(required=True, metavar="WHAT")
    adding = parts.add_parser("add", help="a new agent; its join file is printed")
    adding.add_argument("code", metavar="CODE", help="1 to 40 letters, digits, - and _")
    adding.add_argument("--name", required=True, metavar="N", help="as people call it")
    adding.add_argument("--school", action="append", default=[], metavar="S", help="a school it looks at; repeatable")
    adding.add_argument("--district", default="", metavar="D", help="all schools of this unit")
    adding.set_defaults(run=add_agent)
    ways = (
        ("renew", renew_agent, "new keys and a new join file; the old ones are worth nothing"),
        ("remove", remove_agent, "the agent is gone; the server looks at its schools"),
    )
    for name, run, words in ways:
        one = parts.add_parser(name, help=words)
        one.add_argument("code", metavar="CODE")
        one.set_defaults(run=run)
        add_language(one)
        add_common(one)
    listing = parts.add_parser("list", help="all agents")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(run=list_agents)
    users = parts.add_parser("users", help="who may connect, for the broker: into agents.users_file, or printed")
    users.set_defaults(run=write_users)
    for one in (adding, listing, users):
        add_language(one)
        add_common(one)


def add_agent(options: argparse.Namespace) -> int:
    """0 when the agent is there; its join file is printed."""
    if bool(options.school) == bool(options.district):
        raise UsageError("name schools (--school) or one unit (--district)")
    settings, _ = load(options.config)
    wanted = Wanted(options.code, options.name, tuple(options.school), options.district)
    act, now = doing("agent_change", what=options.code[:40], outcome="added"), utc_now()
    with _at(settings) as (engine, broker):
        with recorded(engine, act, now) as session:
            made = services.add(session, app.vault(settings, engine), wanted, broker, actor().account, now)
        _give(made, engine, broker, options.lang or settings.language)
    return 0


def renew_agent(options: argparse.Namespace) -> int:
    """0 when the agent has new keys; its new join file is printed."""
    settings, _ = load(options.config)
    act, now = doing("agent_change", what=options.code[:40], outcome="new keys"), utc_now()
    with _at(settings) as (engine, broker):
        with recorded(engine, act, now) as session:
            agent = _found(session, options.code)
            made = services.renew(session, app.vault(settings, engine), agent, broker, now)
        _give(made, engine, broker, options.lang or settings.language)
    return 0


def remove_agent(options: argparse.Namespace) -> int:
    """0 when the agent is gone."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    act, now = doing("agent_change", what=options.code[:40], outcome="removed"), utc_now()
    with _at(settings) as (engine, broker):
        editions = InForce(engine, settings.standard)()
        with recorded(engine, act, now) as session:
            services.remove(session, _found(session, options.code), editions, now)
        _users(engine, broker, lang)
    print(SAID["removed"][lang].format(code=options.code))
    return 0


def list_agents(options: argparse.Namespace) -> int:
    """0: one line for each agent."""
    settings, _ = load(options.config)
    lang = options.lang or settings.language
    with app.existing(settings) as engine, reading(engine) as session:
        found = services.every(session, utc_now())
    rows = [
        {
            "code": each.agent.code,
            "name": each.agent.name,
            "state": each.state,
            "version": each.agent.version,
            "seen_at": each.agent.seen_at.isoformat() if each.agent.seen_at else None,
            "waiting": each.agent.waiting,
            "open_orders": each.open_orders,
            "two_instances": each.twins,
            "schools": sorted({site.school for site in each.sites}),
        }
        for each in found
    ]
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        print(
            "\t".join(str(row[name] or "-") for name in ("code", "name", "state", "version", "seen_at", "open_orders"))
        )
    if not rows:
        print(SAID["none"][lang])
    return 0


def write_users(options: argparse.Namespace) -> int:
    """0 when the users are in the file of the broker, or printed where none is set."""
    settings, _ = load(options.config)
    with _at(settings) as (engine, broker):
        if broker.users is None:
            with reading(engine) as session:
                sys.stdout.write(services.users_text(session, broker))
        else:
            _users(engine, broker, options.lang or settings.language)
    return 0


@contextmanager
def _at(settings: Settings) -> Iterator[tuple[Engine, Broker]]:
    """The registry, and the broker of these settings. Raises AgentError where there is none."""
    broker = app.broker(settings)
    if broker is None:
        raise AgentError(_NO_BROKER)
    with app.existing(settings) as engine:
        yield engine, broker


def _found(session: Session, code: str) -> Agent:
    agent = agents.by_code(session, code)
    if agent is None:
        raise AgentError(_UNKNOWN)
    return agent


def _give(made: join.Join, engine: Engine, broker: Broker, lang: str) -> None:
    sys.stdout.write(join.text(made))
    sys.stdout.flush()
    print(SAID["once"][lang], file=sys.stderr)
    _users(engine, broker, lang)


def _users(engine: Engine, broker: Broker, lang: str) -> None:
    with reading(engine) as session:
        services.write_users(session, broker)
    print(SAID["reload"][lang], file=sys.stderr)
