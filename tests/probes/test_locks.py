"""What devices write when they count tries or have locked a login: from texts of our own, one for each form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.locks import LONGEST_LOCK_S, USUAL_LOCK_S, Lock, read_lock

HIKVISION = "<userCheck><statusValue>401</statusValue><lockStatus>{0}</lockStatus>{1}</userCheck>"


@pytest.mark.field(14)
@pytest.mark.parametrize(
    ("text", "lock"),
    [
        ("You still have 5 attempt(s)", Lock(tries_left=5)),
        ("2 attempts left", Lock(tries_left=2)),
        ("Wrong password, remaining attempts: 3", Lock(tries_left=3)),
        ("attempts remaining: 3", Lock(tries_left=3)),
        ("The account will be locked after 3 more attempts", Lock(tries_left=3)),
        ("The user is locked. Please try again after 1800 seconds.", Lock(True, None, 1800.0)),
        ("Account lock", Lock(True)),
        ("Account blocked for 30 seconds", Lock(True, None, 30.0)),
        ("<div>Your IP address is blocked</div>", Lock(True)),
        ("<div class=block>401 Unauthorized: pop-up blocked</div>", Lock()),
        ("Locked out for 30 minutes", Lock(True, None, 1800.0)),
        ("Too many failed logins, wait 1 hour", Lock(True, None, 3600.0)),
        ("Login suspended: 30s", Lock(True, None, 30.0)),
        (HIKVISION.format("lock", "<retryLoginTime>4</retryLoginTime>"), Lock(True, 4)),
        (HIKVISION.format("unlock", "<retryLoginTime>4</retryLoginTime>"), Lock(tries_left=4)),
        (HIKVISION.format("lock", "<unlockTime>1700</unlockTime>"), Lock(True, None, 1700.0)),
        ('{"error": 1, "remainLockTime": 1625}', Lock(True, None, 1625.0)),
        ('{"error": 1, "remainLockTime": 0, "remainLoginTimes": 6}', Lock(tries_left=6)),
        ("用户名或密码错误，还剩4次机会", Lock(tries_left=4)),
        ("账号已锁定，请30分钟后重试", Lock(True, None, 1800.0)),
        ("Sai mật khẩu, bạn còn 4 lần thử", Lock(tries_left=4)),
        ("Tài khoản bị khóa, thử lại sau 30 phút", Lock(True, None, 1800.0)),
        ("Tài khoản đã khoá", Lock(True)),
        ("<style>a{display:inline-block}</style><h1>401 Unauthorized</h1>", Lock()),
        ("Wsse authorized time check failed: the clock is 90 s off", Lock()),
        ("", Lock()),
    ],
)
def test_a_lock_and_what_is_left_before_it_are_told_apart(text, lock):
    """A count of tries is no lock; a lock has the seconds that it was said to last."""
    assert read_lock(text) == lock


def test_a_lock_lasts_as_said_and_half_an_hour_where_nothing_is_said():
    """A device that says nonsense does not keep us away for ever."""
    assert [Lock().lasts_s, Lock(True).lasts_s, Lock(True, None, 30.0).lasts_s] == [0.0, USUAL_LOCK_S, 30.0]
    assert Lock(True, None, 9e6).lasts_s == LONGEST_LOCK_S


@given(st.text())
def test_any_text_is_read(text):
    """Whatever a device writes is a value, and no error."""
    assert read_lock(text).lasts_s >= 0
