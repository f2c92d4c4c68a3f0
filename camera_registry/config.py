"""Settings: `config.toml`, and the environment over it.

Strategy: the file named by `--config`, else by CAMERA_REGISTRY_CONFIG, else `config.toml` in the working folder. Every
key has a default; a key that is not known is an error, in the file and in the environment, because a setting that is
misspelt is a setting that is silently not there. All mistakes are told at once, without the values: these may be
secret.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from camera_registry.access.roles import Role
from camera_registry.backups.settings import BackupSettings
from camera_registry.config_words import BROKER, TILES, TIME, WINDOW, words
from camera_registry.school_days import BREAK, WEEKDAYS, Break, Weekday
from camera_registry.vault import KEY_VARIABLE
from camera_registry.watching.settings import LogSettings, WatchSettings
from probes.outgoing import network
from probes.told import ToldError

PREFIX = "CAMERA_REGISTRY_"
FILE_VARIABLE = f"{PREFIX}CONFIG"
FILE_NAME = "config.toml"
ADDRESS = r"[^@\s<>,;\"']{1,64}@[A-Za-z0-9.-]{1,190}"
"""An address of e-mail, as far as that can be told."""
SECRET_VARIABLES = frozenset({KEY_VARIABLE})
"""Read where they are needed, and never kept with the settings."""


class ConfigError(ToldError):
    """The settings cannot be used; the text lists every mistake and what to write instead."""


class StandardSettings(BaseModel):
    """[standard]: which edition decides, which others advise, and when a unit enters the official list."""

    model_config = ConfigDict(extra="forbid")
    decides: str = Field("hcmc-3288", min_length=1)
    advises: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    nights: int = Field(2, ge=1, le=30)
    replace_seen_on_site: bool = True


class WaiverSettings(BaseModel):
    """[waiver]: exceptions with an end. Days; `holidays` are days without work beside those of the law."""

    model_config = ConfigDict(extra="forbid")
    longest_days: int = Field(365, ge=1, le=3660)
    warn_days: int = Field(14, ge=0, le=365)
    escalate_after: int = Field(5, ge=1, le=60)
    holidays: tuple[date, ...] = ()


class PlanSettings(BaseModel):
    """[plan]: the file of the price book that costs are counted with; empty: no prices are known."""

    model_config = ConfigDict(extra="forbid")
    prices: str = ""


class RegistrySettings(BaseModel):
    """[registry]: where schools, devices and what was seen of them are kept, and the key of the passwords in it."""

    model_config = ConfigDict(extra="forbid")
    database: str = Field("sqlite:///var/registry.db", min_length=1, repr=False)  # a password may stand in it
    key_file: Path = Path("var/registry.key")


class ProbeSettings(BaseModel):
    """[probe]: what one look at a camera may cost. Seconds; `picture` decodes one key frame; `open_ports` sees whether
    telnet and FTP are open. `picture_nights`, `ask_nights`: every so many nights, where nothing changed.
    `picture_child`: how the process is made that decodes.
    """

    model_config = ConfigDict(extra="forbid")
    connect_s: float = Field(5.0, gt=0, le=60)
    read_s: float = Field(15.0, gt=0, le=120)
    sample_s: float = Field(12.0, ge=1, le=120)
    deadline_s: float = Field(90.0, gt=0, le=3600)
    picture: bool = True
    picture_child: Literal["auto", "spawn"] = "auto"
    picture_nights: int = Field(3, ge=1, le=30)
    ask_nights: int = Field(3, ge=1, le=30)
    open_ports: bool = False
    onvif_ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = (8000, 8899, 2020, 5000, 443)


class DiscoverySettings(BaseModel):
    """[discovery]: what looking for devices in a network may cost."""

    model_config = ConfigDict(extra="forbid")
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = Field(
        (80, 443, 554, 2020, 5000, 8000, 8899), max_length=32
    )
    answer_s: float = Field(3.0, ge=0.1, le=60)
    at_once: int = Field(64, ge=1, le=256)
    per_second: int = Field(100, ge=1, le=1000)


class ImportSettings(BaseModel):
    """[imports]: lists that people send in; `passwords`: whether a column of passwords is read."""

    model_config = ConfigDict(extra="forbid")
    passwords: bool = False


class OutgoingSettings(BaseModel):
    """[outgoing]: where is never connected to, beside what no setting allows; `loopback` allows 127.0.0.0/8 and ::1."""

    model_config = ConfigDict(extra="forbid")
    refused: tuple[str, ...] = ()
    loopback: bool = False

    @field_validator("refused")
    @classmethod
    def known_networks(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Networks in CIDR; raises ValueError for anything else."""
        for text in texts:
            try:
                network(text)
            except ValueError:
                raise ValueError("one of them is no network; write them like 10.1.0.0/24") from None
        return texts


class AccessSettings(BaseModel):
    """[access]: how long a person stays signed in, without doing anything and at all, and which roles need the code of
    a phone beside the password.
    """

    model_config = ConfigDict(extra="forbid")
    idle_minutes: int = Field(120, ge=1, le=1440)
    longest_hours: int = Field(12, ge=1, le=168)
    second_factor: tuple[Role, ...] = ("admin",)


class WebSettings(BaseModel):
    """[web]: where the pages are, and the names under which they may be asked for. `https`: they are asked for over TLS
    alone, which a proxy in front ends; `proxies` are the addresses of those whose word on who asks is taken.
    """

    model_config = ConfigDict(extra="forbid")
    listen: str = Field("127.0.0.1", min_length=1)
    port: int = Field(8000, ge=1, le=65535)
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")
    https: bool = False
    proxies: tuple[str, ...] = ()


class MapSettings(BaseModel):
    """[map]: where the tiles behind the map come from, as an address with {z}, {x} and {y}, and who is to be named for
    them. Empty: positions stand on a plain background, and nothing is fetched from elsewhere.
    """

    model_config = ConfigDict(extra="forbid")
    tiles: str = Field("", pattern=TILES)
    attribution: str = Field("", max_length=200)


class SweepSettings(BaseModel):
    """[sweep]: when all devices are looked at, and how much at a time. Times of day are in the zone of the settings,
    lines in Mbit/s, shares from 0 to 1.
    """

    model_config = ConfigDict(extra="forbid")
    at_once: int = Field(200, ge=1, le=1000)
    site_at_once: int = Field(4, ge=1, le=64)
    lease_s: float = Field(60.0, ge=2, le=3600)
    channel_s: float = Field(10.0, ge=0, le=120)
    nightly: bool = True
    night: str = Field("22:00-05:00", pattern=WINDOW)
    light: tuple[Annotated[str, Field(pattern=WINDOW)], ...] = ("06:00-07:00", "17:00-18:00")
    light_at_once: int = Field(20, ge=1, le=1000)
    day: tuple[Annotated[str, Field(pattern=WINDOW)], ...] = ("11:30-13:00",)
    silent_nights: int = Field(3, ge=1, le=60)
    spread_s: float = Field(600.0, ge=0, le=7200)
    again_after_s: float = Field(600.0, ge=0, le=7200)
    mbps: float = Field(100.0, ge=1, le=100_000)
    uplink_mbps: float = Field(20.0, ge=0.5, le=100_000)
    share_night: float = Field(0.6, gt=0, le=1)
    share_day: float = Field(0.2, gt=0, le=1)


class CalendarSettings(BaseModel):
    """[calendar]: the days of lessons. `breaks` are ranges of dates, or of days of every year; both ends belong to
    them.
    """

    model_config = ConfigDict(extra="forbid")
    weekdays: tuple[Weekday, ...] = WEEKDAYS[:5]
    breaks: tuple[Annotated[str, Field(pattern=BREAK)], ...] = ("06-01/08-31",)

    @field_validator("breaks")
    @classmethod
    def known_breaks(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Ranges of days that there are; raises ValueError for others."""
        for text in texts:
            try:
                Break.parse(text)
            except ValueError as error:
                raise ValueError(f"one of them is no range of days: {error}") from None
        return texts


class KeepSettings(BaseModel):
    """[keep]: for how many days numbers of looks, the ledgers of looks, what was and is no more (findings, verdicts,
    settings), the values of the audit log, sessions of people and photos of mounting places are kept.
    """

    model_config = ConfigDict(extra="forbid")
    measurements_days: int = Field(1100, ge=30, le=36500)
    looks_days: int = Field(1100, ge=30, le=36500)
    history_days: int = Field(1830, ge=90, le=36500)
    audit_values_days: int = Field(1100, ge=30, le=36500)
    sessions_days: int = Field(90, ge=30, le=36500)
    photos_days: int = Field(180, ge=1, le=3650)


class MailSettings(BaseModel):
    """[mail]: the server that digests are handed to (`host` empty: none is sent), and when. `links` is the address of
    these pages as people open it, for the links in a mail.
    """

    model_config = ConfigDict(extra="forbid")
    host: str = ""
    port: int = Field(587, ge=1, le=65535)
    tls: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_file: str = ""
    sender: str = ""
    links: str = ""
    at: str = Field("07:30", pattern=TIME)
    timeout_s: float = Field(20.0, gt=0, le=120)
    tries: int = Field(10, ge=1, le=100)

    @model_validator(mode="after")
    def whole(self) -> MailSettings:
        """A server needs a sender and the address for links; a login never goes in clear. Raises ValueError."""
        if self.host and not (re.fullmatch(ADDRESS, self.sender) and re.fullmatch(r"https?://[^\s/]+", self.links)):
            raise ValueError(
                "with a host, write sender (like camera@hcm.edu.vn) and links (like https://camera.hcm.vn)"
            )
        if self.username and self.tls == "none":
            raise ValueError("a login is not sent in clear: use starttls or tls, or leave out the username")
        return self


class WebhookSettings(BaseModel):
    """[webhooks]: programs of others that are told what happened. `loopback` and `http` allow addresses on this machine
    and without TLS: for trying it out.
    """

    model_config = ConfigDict(extra="forbid")
    loopback: bool = False
    http: bool = False
    timeout_s: float = Field(10.0, gt=0, le=60)
    tries: int = Field(8, ge=1, le=20)


class AgentSettings(BaseModel):
    """[agents]: programs at schools that the server cannot reach (docs/agents.md). `server` empty: there are none."""

    model_config = ConfigDict(extra="forbid")
    server: str = Field("", pattern=BROKER)
    join_address: str = Field("", pattern=BROKER)
    ca_file: str = ""
    seed_file: Path = Path("var/agents.seed")
    users_file: str = ""
    late_h: float = Field(2.0, ge=0, le=24)
    asked_h: float = Field(1.0, gt=0, le=24)
    at_once: int = Field(4, ge=1, le=1000)


class LightSettings(BaseModel):
    """[light]: when the sun was up. `computed`: by its height at the site, or here (degrees) where a site has no
    position; `always`: at any hour.
    """

    model_config = ConfigDict(extra="forbid")
    sun: Literal["computed", "always"] = "computed"
    latitude: float = Field(10.78, ge=-90, le=90)
    longitude: float = Field(106.70, ge=-180, le=180)


class Settings(BaseSettings):
    """All settings. `state_folder` None means the user's own state folder."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True
    )
    language: Literal["vi", "en"] = "vi"
    zone: str = "Asia/Ho_Chi_Minh"
    state_folder: Path | None = None
    registry: RegistrySettings = Field(default_factory=RegistrySettings)
    standard: StandardSettings = Field(default_factory=StandardSettings)
    sweep: SweepSettings = Field(default_factory=SweepSettings)
    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    probe: ProbeSettings = Field(default_factory=ProbeSettings)
    agents: AgentSettings = Field(default_factory=AgentSettings)
    light: LightSettings = Field(default_factory=LightSettings)
    discovery: DiscoverySettings = Field(default_factory=DiscoverySettings)
    outgoing: OutgoingSettings = Field(default_factory=OutgoingSettings)
    imports: ImportSettings = Field(default_factory=ImportSettings)
    keep: KeepSettings = Field(default_factory=KeepSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    waiver: WaiverSettings = Field(default_factory=WaiverSettings)
    plan: PlanSettings = Field(default_factory=PlanSettings)
    access: AccessSettings = Field(default_factory=AccessSettings)
    mail: MailSettings = Field(default_factory=MailSettings)
    webhooks: WebhookSettings = Field(default_factory=WebhookSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    map: MapSettings = Field(default_factory=MapSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    watch: WatchSettings = Field(default_factory=WatchSettings)

    @field_validator("zone")
    @classmethod
    def known_zone(cls, name: str) -> str:
        """The name of a zone that this machine knows; raises ValueError for another."""
        try:
            ZoneInfo(name)
        except (KeyError, OSError, ValueError):  # by what the name looks like
            raise ValueError("no such zone; write a name like Asia/Ho_Chi_Minh") from None
        return name

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  (pydantic-settings passes five; two are used)
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (as above)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (as above)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over what `load` read from the file."""
        return env_settings, init_settings


def load(given: Path | None, environment: Mapping[str, str] = os.environ) -> tuple[Settings, Path | None]:
    """The settings, and the file they came from (None: there is none, so defaults and the environment).

    Raises ConfigError for a file that was named and is not there, for broken TOML, and for every key or value that
    cannot be used.
    """
    path = _find(given, environment)
    values = _read(path) if path else {}
    unknown = [f"{PREFIX}{name}: no such setting" for name in _unknown_variables(environment)]
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise ConfigError("\n".join([*_mistakes(error, path, environment), *unknown])) from None
    except SettingsError as error:  # a variable that should hold a table
        raise ConfigError(f"{error}: write one variable a key, like {PREFIX}PROBE__SAMPLE_S=8") from None
    if unknown:
        raise ConfigError("\n".join(unknown))
    return settings, path


def _find(given: Path | None, environment: Mapping[str, str]) -> Path | None:
    named = given or (Path(environment[FILE_VARIABLE]) if environment.get(FILE_VARIABLE) else None)
    if named is not None:
        return named
    try:
        return Path(FILE_NAME) if Path(FILE_NAME).exists() else None
    except OSError as error:
        raise ConfigError(
            f"{FILE_NAME}: the working folder cannot be read: {error.strerror}; name the file with --config or "
            f"{FILE_VARIABLE}, or go to its folder"
        ) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is not TOML: {error}") from None
    except RecursionError:
        raise ConfigError(f"{path}: this is nested too deep; write it plainly") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: this is not UTF-8 text (byte {error.start}): save it as UTF-8") from None
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; make it, or leave out --config and {FILE_VARIABLE}") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: this is a folder; name the file of the settings") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; see who may read it") from None


def _unknown_variables(environment: Mapping[str, str]) -> list[str]:
    known = {name.upper() for name in Settings.model_fields} | {FILE_VARIABLE.removeprefix(PREFIX)}
    named = [name for name in environment if name.startswith(PREFIX) and name not in SECRET_VARIABLES]
    mine = [name.removeprefix(PREFIX) for name in named]
    return sorted(name for name in mine if name.split("__")[0] not in known)


def _mistakes(error: ValidationError, path: Path | None, environment: Mapping[str, str]) -> list[str]:
    return [f"{_where(e['loc'], path, environment)}: {words(e)}" for e in error.errors(include_input=False)]


def _where(keys: tuple[int | str, ...], path: Path | None, environment: Mapping[str, str]) -> str:
    """The variable that set a key, or the file and the key."""
    variable = PREFIX + "__".join(str(key).upper() for key in keys)
    return variable if variable in environment else f"{path or 'settings'}: {'.'.join(map(str, keys))}"
