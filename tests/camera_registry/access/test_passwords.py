"""Passwords, codes of a phone, tokens and the throttle: small and pure."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from camera_registry.access import passwords, second_factor, throttle, tokens
from camera_registry.access.throttle import FIRST, FORGOTTEN_AFTER, FREE, LONGEST

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def test_a_hash_is_argon2id_and_knows_its_password():
    """Nobody has no password, whatever is typed."""
    kept = passwords.hashed("một câu dài dễ nhớ")
    assert kept.startswith("$argon2id$")
    assert passwords.is_password(kept, "một câu dài dễ nhớ")
    assert not passwords.is_password(kept, "một câu dài dễ nhớ ")
    assert not passwords.is_password(None, "")
    assert not passwords.is_password("no hash", "x")


def test_a_hash_costs_what_rfc_9106_recommends():
    """Three passes over 64 MiB; that of nobody, too."""
    assert extract_parameters(passwords.hashed("một câu dài dễ nhớ")) == RFC_9106_LOW_MEMORY
    assert extract_parameters(passwords._of_nobody(passwords._hasher)) == RFC_9106_LOW_MEMORY


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 257, "aaaaaaaaaaaaaaa", "123456789012345", "qwertyuiop12345", "lan.nt-2026-11", "dòng\nkhác dòng"],
)
def test_what_is_easy_to_guess_is_refused(password):
    """Length counts; the login, one key again and again, and a row of the keyboard do not."""
    assert passwords.why_not(password, "lan.nt") is not None


@pytest.mark.parametrize("password", ["con trâu đi trước cái cày", "kj4-fh83-lqp2-91", "h6pm-ja6t-j9nd-pykn"])
def test_what_is_long_enough_is_taken(password):
    """No kinds of letters are asked for."""
    assert passwords.why_not(password, "lan.nt") is None


def test_a_made_up_password_is_new_each_time():
    """And can be read from a paper."""
    made = {passwords.made_up() for _ in range(100)}
    assert len(made) == 100
    assert not set("".join(made)) & set("l1o0I")


def test_a_code_is_right_in_its_step_and_beside_it_and_once():
    """RFC 6238: clocks differ by a step; a code that was used is worth nothing."""
    totp = pyotp.TOTP(SECRET)
    for seconds, right in ((0, True), (-30, True), (30, True), (-90, False), (90, False)):
        code = totp.at(NOW + timedelta(seconds=seconds))
        assert (second_factor.step_of(SECRET, code, NOW, 0) is not None) is right, seconds
    step = second_factor.step_of(SECRET, totp.at(NOW), NOW, 0)
    assert second_factor.step_of(SECRET, totp.at(NOW), NOW, step) is None
    assert second_factor.step_of(SECRET, f"{totp.at(NOW)[:3]} {totp.at(NOW)[3:]}", NOW, 0) == step
    for typed in ("", "x" * 1000, "１２３４５６", "-1"):
        assert second_factor.step_of(SECRET, typed, NOW, 0) is None


def test_a_secret_is_known_by_its_shape():
    """What a form sends back is one of ours, or none."""
    assert second_factor.is_secret(second_factor.new_secret())
    assert not second_factor.is_secret("abc")
    assert "otpauth://totp/" in second_factor.address_of(SECRET, "lan.nt")
    assert second_factor.picture_of(SECRET, "lan.nt").startswith("data:image/svg+xml")


def test_only_the_digest_of_a_token_is_kept():
    """From it nobody comes back."""
    token = tokens.new()
    assert len(token) >= 43
    assert tokens.digest(token) != token
    assert tokens.digest(token) == tokens.digest(token)
    assert tokens.digest("\ud800") != tokens.digest("")


@pytest.mark.parametrize("kind", ["login", "address"])
def test_the_wait_begins_after_the_free_ones_and_doubles_to_the_longest(kind):
    """30 s, 1 min, 2 min … 30 min."""
    free = FREE[kind]
    assert throttle.wait_until(kind, free, NOW) is None
    waits = [throttle.wait_until(kind, free + n, NOW) - NOW for n in range(1, 12)]
    assert waits[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST
    assert throttle.wait_until(kind, 10**6, NOW) - NOW == LONGEST


def test_failures_are_forgotten_after_a_quiet_time():
    """Not before."""
    assert throttle.failures_now(9, NOW - FORGOTTEN_AFTER, NOW) == 9
    assert throttle.failures_now(9, NOW - FORGOTTEN_AFTER - timedelta(seconds=1), NOW) == 0
    assert throttle.key_of("login", "LAN") == throttle.key_of("login", "lan")
