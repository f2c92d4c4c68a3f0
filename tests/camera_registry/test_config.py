"""Settings: the file, the environment over it, and every mistake said."""

import re
import tomllib
from pathlib import Path

import pytest

from camera_registry.backups.settings import BackupSettings
from camera_registry.config import (
    AccessSettings,
    ConfigError,
    DiscoverySettings,
    ImportSettings,
    KeepSettings,
    LightSettings,
    MailSettings,
    OutgoingSettings,
    PlanSettings,
    ProbeSettings,
    RegistrySettings,
    Settings,
    StandardSettings,
    SweepSettings,
    WaiverSettings,
    WebhookSettings,
    WebSettings,
    load,
)
from camera_registry.watching.settings import LogSettings, WatchSettings
from tests.camera_registry.unprivileged import nobody

ROOT = Path(__file__).parents[2]
COMMENTED = re.compile(r"^# (\w+) = ", re.MULTILINE)


def test_the_projects_file_holds_every_setting_with_its_default(monkeypatch):
    """config.toml lists each key once, with the default of the code, and loads to the same as no file at all."""
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    assert set(values) | set(COMMENTED.findall(text)) == set(Settings.model_fields)
    assert set(values["probe"]) == set(ProbeSettings.model_fields)
    assert set(values["discovery"]) == set(DiscoverySettings.model_fields)
    assert set(values["outgoing"]) == set(OutgoingSettings.model_fields)
    assert set(values["imports"]) == set(ImportSettings.model_fields)
    assert set(values["keep"]) == set(KeepSettings.model_fields)
    assert set(values["backup"]) == set(BackupSettings.model_fields)
    assert set(values["light"]) == set(LightSettings.model_fields)
    assert set(values["registry"]) == set(RegistrySettings.model_fields)
    assert set(values["sweep"]) == set(SweepSettings.model_fields)
    assert set(values["standard"]) == set(StandardSettings.model_fields)
    assert set(values["waiver"]) == set(WaiverSettings.model_fields)
    assert set(values["plan"]) == set(PlanSettings.model_fields)
    assert set(values["web"]) == set(WebSettings.model_fields)
    assert set(values["access"]) == set(AccessSettings.model_fields)
    assert set(values["mail"]) == set(MailSettings.model_fields)
    assert set(values["log"]) == set(LogSettings.model_fields)
    assert set(values["watch"]) == set(WatchSettings.model_fields)
    assert set(values["webhooks"]) == set(WebhookSettings.model_fields)
    monkeypatch.chdir(ROOT)
    assert load(None, {})[0] == Settings()


def test_every_key_of_the_file_has_a_comment_above_it():
    """A person who reads the file alone knows what each key does."""
    lines = (ROOT / "config.toml").read_text(encoding="utf-8").splitlines()
    keys = [i for i, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert keys
    assert all(lines[i - 1].startswith("#") for i in keys)


def test_without_a_file_every_setting_has_its_default(tmp_path, monkeypatch):
    """No file in the working folder and none named: the defaults, and the caller is told that there was no file."""
    monkeypatch.chdir(tmp_path)
    assert load(None, {}) == (Settings(), None)


def test_the_environment_goes_over_the_file(tmp_path, monkeypatch):
    """A variable wins over the same key of the file; the other keys of the file stay."""
    file = tmp_path / "my.toml"
    file.write_text('language = "en"\n[probe]\nsample_s = 5\nread_s = 9\n')
    monkeypatch.setenv("CAMERA_REGISTRY_PROBE__SAMPLE_S", "7")
    settings, source = load(file)
    assert source == file
    assert (settings.language, settings.probe.sample_s, settings.probe.read_s) == ("en", 7.0, 9.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("language = vi", "{file}: this is not TOML: Invalid value (at line 1, column 12)"),
        ('language = "fr"', "{file}: language: Input should be 'vi' or 'en'"),
        ("colour = 1", "{file}: colour: no such setting; config.toml of the project lists all there are"),
        ("[probe]\nsample_s = 0", "{file}: probe.sample_s: Input should be greater than or equal to 1"),
        (
            'zone = "Asia/Saigon City"',
            "{file}: zone: Value error, no such zone; write a name like Asia/Ho_Chi_Minh",
        ),
        ('zone = "../etc"', "{file}: zone: Value error, no such zone; write a name like Asia/Ho_Chi_Minh"),
        (
            '[outgoing]\nrefused = ["10.1.0.0/24", "10.1.0.0/33"]',
            "{file}: outgoing.refused: Value error, one of them is no network; write them like 10.1.0.0/24",
        ),
        ('[agents]\nserver = "nats://10.0.0.1"', "{file}: agents.server: write it like tls://camera.hcm.edu.vn:4222"),
        ('[sweep]\nnight = "22h-5h"', "{file}: sweep.night: write it like 22:00-05:00"),
        ('[mail]\nat = "7h30"', "{file}: mail.at: write it like 07:30"),
        ("[probe]\npicture = 3", "{file}: probe.picture: Input should be a valid boolean, unable to interpret input"),
    ],
)
def test_a_mistake_in_the_file_is_said_with_file_and_key(tmp_path, text, message):
    """One bad file per mistake, and the exact words."""
    file = tmp_path / "my.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert str(caught.value) == message.format(file=file)


def test_a_file_that_is_no_text_is_said(tmp_path):
    """Bytes that are not UTF-8 give their place and what to do."""
    file = tmp_path / "my.toml"
    file.write_bytes(b'language = "\xff"')
    with pytest.raises(ConfigError, match=r"not UTF-8 text .byte 12.: save it as UTF-8"):
        load(file, {})


def test_the_key_in_the_environment_is_no_setting(tmp_path, monkeypatch):
    """CAMERA_REGISTRY_KEY is allowed, and stands in no settings that could be shown."""
    monkeypatch.chdir(tmp_path)
    settings, _ = load(None, {"CAMERA_REGISTRY_KEY": "c2VjcmV0"})
    assert "c2VjcmV0" not in repr(settings)


def test_a_working_folder_that_may_not_be_read_is_told(tmp_path, monkeypatch):
    """As `sudo -u` from the folder of root: what to write, and no error of ours."""
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0)
    with (
        nobody(),
        pytest.raises(ConfigError, match=r"the working folder cannot be read: .*; name the file with --config"),
    ):
        load(None, {})
    tmp_path.chmod(0o700)
