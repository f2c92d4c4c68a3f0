"""The inspection of one camera for a person at a terminal. Pure: an inspection in, things that rich can print out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from camera_registry.reports.words import word
from camera_registry.services.inspect import Inspection
from probes.errors import Failure, without_login
from probes.facts import Access, Capable, Channel, Encoding, Image, Ledger, Stream
from standards import Edition, Finding, Rule, Verdict
from standards.advice import to_do
from standards.model import STATES
from standards.words import show

_VERDICT_STYLE = {
    "compliant": "bold green",
    "reconfigure": "bold yellow",
    "repair": "bold red",
    "replace": "bold red",
    "unverified": "bold magenta",
}
_OUTCOME_STYLE = {"pass": "green", "fail": "red", "unknown": "magenta", "not_applicable": "dim"}  # "pass" is an outcome  # nosec B105
_ORDER = ("fail", "unknown", "pass", "not_applicable")


def inspection_table(inspection: Inspection, lang: str, zone: tzinfo) -> RenderableType:
    """The whole inspection: verdict, device, one block a channel, findings, what could not be had; times in `zone`."""
    device_findings = [f for f in inspection.findings if f.subject.channel is None]
    blocks: list[RenderableType] = [_head(inspection, lang, zone), _device(inspection, lang)]
    for channel in inspection.observation.channels:
        blocks += _channel(inspection, channel, lang)
    blocks.append(_findings(inspection.edition, device_findings, word("device", lang), lang))
    if inspection.observation.failures:
        blocks.append(_failures(inspection.observation.failures, lang))
    return Group(*blocks)


def _head(inspection: Inspection, lang: str, zone: tzinfo) -> Panel:
    text = Text()
    text.append(f"{word('address', lang)}: {without_login(inspection.address.text())}\n")
    at = inspection.observation.observed_at.astimezone(zone)
    text.append(f"{word('observed_at', lang)}: {at:%d/%m/%Y %H:%M:%S}\n")
    text.append(f"{word('standard', lang)}: {inspection.edition.title[lang]} ({inspection.edition.name})\n")
    if inspection.edition.rests_on_working_values:
        text.append(f"{word('working_values', lang)}\n", style="italic yellow")
    if inspection.replayed:
        text.append(f"{word('replayed', lang)}\n", style="italic yellow")
    text.append(f"{word('verdict', lang)}: ")
    text.append_text(_verdict(inspection.verdict, lang))
    return Panel(text, expand=False)


def _verdict(verdict: Verdict, lang: str) -> Text:
    text = Text(word(f"verdict.{verdict.name}", lang), style=_VERDICT_STYLE[verdict.name])
    if not verdict.complete and verdict.name != "unverified":
        text.append(f" ({word('incomplete', lang)})", style="magenta")
    return text


def _device(inspection: Inspection, lang: str) -> Table:
    device = inspection.observation.device
    identity, clock = device.identity, device.clock
    make = " ".join(filter(None, (identity.manufacturer, identity.model))) if identity else ""
    rows = {
        "model": make,
        "firmware": identity.firmware if identity else None,
        "serial": identity.serial if identity else None,
        "mac": identity.mac if identity else None,
        "onvif_port": str(inspection.observation.remembered.onvif_port or ""),
        "profiles": ", ".join(device.onvif.profiles) if device.onvif and device.onvif.profiles else None,
        "clock": show(clock.offset_s, "s", lang) if clock and clock.offset_s is not None else None,
        "login": _login(device.access, lang),
        "lock": _lock(inspection, lang),
        "ledger": _ledger(inspection.observation.ledger, lang),
    }
    table = Table.grid(padding=(0, 2))
    for key, value in rows.items():
        if key in ("lock", "onvif_port") and not value:
            continue
        table.add_row(word(key, lang), escape(value) if value else f"[dim]{word('not_known', lang)}[/]")
    return table


def _lock(inspection: Inspection, lang: str) -> str | None:
    """Until when the device takes no login, or how many tries it said are left; None when it said neither."""
    observation = inspection.observation
    until = observation.remembered.lock_ends(observation.observed_at)
    if until is not None:
        return word("locked_until", lang).format(until.astimezone())
    left = observation.remembered.tries_left
    return None if left is None else word("tries_left", lang).format(left)


def _ledger(ledger: Ledger, lang: str) -> str:
    """What this look has cost the device."""
    megabytes = show(round((ledger.bytes_in + ledger.bytes_out) / 1e6, 1), "", lang)
    counts = {"connections": ledger.connections, "logins": ledger.logins, "refusals": ledger.refusals}
    return word("ledger.text", lang).format(**counts, seconds=show(round(ledger.session_s, 1), "", lang), mb=megabytes)


def _login(access: Access | None, lang: str) -> str | None:
    if access is None:
        return None
    halves = {"ONVIF": access.onvif_login_required, "RTSP": access.rtsp_login_required}
    words = {True: word("yes", lang), False: word("no", lang), None: word("not_known", lang)}
    return ", ".join(f"{name}: {words[value]}" for name, value in halves.items())


def _channel(inspection: Inspection, channel: Channel, lang: str) -> Iterator[RenderableType]:
    title = Text(f"{word('channel', lang)} {channel.index}")
    if channel.name:
        title.append(f" – {channel.name}")
    title.append(": ")
    title.append_text(_verdict(inspection.verdicts[channel.index], lang))
    yield Line(title, align="left")
    for stream in channel.streams:
        yield _stream(stream, lang)
    mine = [f for f in inspection.findings if f.subject.channel == channel.index]
    yield _findings(inspection.edition, mine, f"{word('channel', lang)} {channel.index}", lang)


def _stream(stream: Stream, lang: str) -> Table:
    role = stream.info.role if stream.info and stream.info.role else "extra"
    title = word(role, lang)
    if stream.info and stream.info.role_source == "assumed":
        title += f" ({word('assumed', lang)})"
    if stream.uri:
        title += f" – {stream.uri}"
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    for column in ("fact", "declared", "capable", "measured"):
        table.add_column(word(column, lang), overflow="fold")
    for key, cells in _rows(stream, lang):
        table.add_row(word(key, lang), *(escape(c) if c else "[dim]–[/]" for c in cells))
    return table


def _rows(stream: Stream, lang: str) -> Iterator[tuple[str, tuple[str | None, str | None, str | None]]]:
    said, can, seen = stream.declared, stream.capable, stream.measured

    def shown(value: Any, unit: str = "") -> str | None:
        return None if value is None else show(value, unit, lang)

    codecs = ", ".join(show(c, "", lang) for c in can.codecs) if can and can.codecs else None
    yield "codec", (shown(said.codec) if said else None, codecs, _measured_codec(stream, lang))
    sent = shown(seen.size, "px") if seen else None
    yield "size", (shown(said.size, "px") if said else None, _largest(can, lang), sent or _of_sdp(stream, lang))
    yield "fps", (shown(said.fps) if said else None, _most(can, "fps", "", lang), shown(seen.fps) if seen else None)
    limit = f"{show(said.bitrate_kbps, 'kbit/s', lang)} ({word('limit', lang)})" if said and said.bitrate_kbps else None
    rate = shown(seen.bitrate_kbps, "kbit/s") if seen else None
    yield "bitrate", (limit, _most(can, "bitrate_kbps", "kbit/s", lang), rate)
    interval = shown(said.keyframe_interval_s) if said else None
    yield "keyframe", (interval, None, shown(seen.keyframe_interval_s) if seen else None)
    if seen:
        yield "packets", (None, None, f"{seen.packets} ({seen.packets_lost})")
        yield "sample", (None, None, shown(seen.seconds))
    if stream.image:
        yield "picture", (None, None, _picture(stream.image, lang))


def _measured_codec(stream: Stream, lang: str) -> str | None:
    seen = stream.measured
    if seen:
        return " ".join(filter(None, (show(seen.codec, "", lang), seen.profile, seen.level)))
    return f"{show(stream.sdp.codec, '', lang)} (SDP)" if stream.sdp and stream.sdp.codec else None


def _picture(image: Image, lang: str) -> str:
    words = [word(f"light.{image.light}", lang)] if image.light else []
    faults = ("black", "covered", "blurred", "no_signal", "frozen", "moved", "overexposed", "cast", "smeared", "combed")
    words += [word(f"image.{name}", lang) for name in faults if getattr(image, name)]
    return ", ".join(words)


def _findings(edition: Edition, findings: Collection[Finding], title: str, lang: str) -> Table:
    states = {f.source.state for f in findings}
    legend = "; ".join(f"[{state}] {STATES[state][lang]}" for state in sorted(states))
    table = Table(title=f"{word('findings', lang)} – {escape(title)}", title_justify="left", title_style="bold")
    table.caption, table.caption_justify = Text(legend), "left"
    table.add_column(word("rule", lang), overflow="fold", ratio=2)
    table.add_column(word("outcome", lang), min_width=9)
    table.add_column(word("why", lang), overflow="fold", ratio=3)
    for finding in sorted(findings, key=lambda f: _ORDER.index(f.outcome)):
        rule = edition.rule(finding.rule)
        outcome = Text(word(f"outcome.{finding.outcome}", lang), style=_OUTCOME_STYLE[finding.outcome])
        table.add_row(_name(finding, rule, lang), outcome, _why(finding, rule, lang))
    return table


def _name(finding: Finding, rule: Rule, lang: str) -> Text:
    name = Text(rule.title[lang] if finding.decides else f"{rule.title[lang]} ({word('advisory', lang)})")
    cited = (finding.source.document, finding.source.clause, f"[{finding.source.state}]")
    return name.append(f"\n{' '.join(filter(None, cited))}", style="dim")


def _why(finding: Finding, rule: Rule, lang: str) -> Text:
    text = Text(finding.why[lang])
    if finding.outcome == "fail" and finding.fix:
        text.append(
            f"\n→ {word(f'fix.{finding.fix}', lang)}: {to_do(rule, finding.fix, finding.expected)[lang]}", style="bold"
        )
    elif finding.outcome == "unknown" and finding.fix:
        text.append(f"\n→ {word(f'fix.{finding.fix}', lang)}")
    if finding.note:
        text.append(f"\n{finding.note[lang]}", style="dim")
    return text


def _failures(failures: Iterable[Failure], lang: str) -> Table:
    table = Table(title=word("failures", lang), title_justify="left", title_style="bold")
    table.add_column("")
    table.add_column("", overflow="fold")
    table.add_column(word("advice", lang), overflow="fold")
    table.show_header = False
    for failure in dict.fromkeys(replace(f, facts=()) for f in failures):
        kind = failure.meaning
        channel = f"[{failure.channel}]" if failure.channel else ""
        where = " ".join(filter(None, (failure.step, channel, failure.stream)))
        told = f"{kind.words[lang]}. {failure.detail}".strip()
        table.add_row(escape(where), escape(told), escape(kind.advice[lang]))
    return table


def _of_sdp(stream: Stream, lang: str) -> str | None:
    return f"{show(stream.sdp.size, 'px', lang)} (SDP)" if stream.sdp and stream.sdp.size else None


def _largest(capable: Capable | None, lang: str) -> str | None:
    sizes = [size for e in _encodings(capable) for size in e.sizes]
    largest = max(sizes, key=lambda s: s[0] * s[1], default=None)
    return f"{word('at_most', lang)} {show(largest, 'px', lang)}" if largest else None


def _most(capable: Capable | None, name: str, unit: str, lang: str) -> str | None:
    ends = [getattr(e, name)[1] for e in _encodings(capable) if getattr(e, name)]
    return f"{word('at_most', lang)} {show(max(ends), unit, lang)}" if ends else None


def _encodings(capable: Capable | None) -> tuple[Encoding, ...]:
    return capable.encodings or () if capable else ()
