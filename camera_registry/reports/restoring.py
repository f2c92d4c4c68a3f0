"""What `restore` says, in both languages. Pure: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from camera_registry.backups.manifest import Erasure
from camera_registry.backups.restoring import Restored
from standards.model import Text

WORDS: Mapping[str, Text] = {
    "done": {
        "vi": "Đã phục hồi vào {name} đúng như lúc {at} (giờ UTC).",
        "en": "Restored into {name}, as it was at {at} (UTC).",
    },
    "compared": {
        "vi": "  Đã đối chiếu {tables} bảng, {rows} dòng: giống hệt bản sao lưu. {sealed} giá trị niêm phong mở được.",
        "en": "  Compared: {tables} tables, {rows} rows, all as in the backup. {sealed} sealed values open.",
    },
    "after": {
        "vi": "  Mọi việc sau lúc đó không có trong bản này. Mọi người phải đăng nhập lại; hãy xem lại tài khoản đã "
        "khóa, mã truy cập đã thu hồi sau lúc đó.",
        "en": "  Nothing of what was done after that is in it. Everybody has to sign in again; look through accounts "
        "that were closed and tokens that were ended since.",
    },
    "erased": {
        "vi": "  Các trường bị xóa dữ liệu sau lúc đó ĐÃ CÓ LẠI. Phải xóa lại từng trường (camera-registry erase), "
        "theo các quyết định:",
        "en": "  Schools that were erased after that are in it AGAIN. Erase each once more (camera-registry erase), by "
        "the papers:",
    },
    "erasure": {
        "vi": "    {at} (UTC), nhật ký số {number}: {paper}",
        "en": "    {at} (UTC), entry {number} of the log: {paper}",
    },
    "no_paper": {"vi": "không ghi số quyết định", "en": "no paper was named"},
    "unknown": {
        "vi": "  Nếu có trường bị xóa dữ liệu sau lúc đó thì trường ấy đã có lại: phải xóa lại (camera-registry "
        "erase). Các bản sao lưu cùng thư mục không ghi nhận trường nào.",
        "en": "  A school that was erased after that is in it again, and has to be erased once more (camera-registry "
        "erase). The backups beside this one know of none.",
    },
    "unopened": {
        "vi": "{unopened} trong {sealed} giá trị niêm phong không mở được bằng khóa này: hãy tìm khóa cũ, hoặc chạy "
        "`camera-registry credential --forget-unreadable` rồi nhập lại mật khẩu",
        "en": "{unopened} of {sealed} sealed values do not open with this key: look for an older key, or run "
        "`camera-registry credential --forget-unreadable` and type the passwords again",
    },
}


def restored_text(name: str, done: Restored, erased: Sequence[Erasure], lang: str) -> str:
    """What was restored, what was compared, and what is to be done now."""
    return "\n".join(_lines(name, done, erased, lang))


def unopened_text(done: Restored, lang: str) -> str:
    """That some sealed values do not open."""
    return _say("unopened", lang, unopened=done.unopened, sealed=done.sealed)


def _lines(name: str, done: Restored, erased: Sequence[Erasure], lang: str) -> Iterator[str]:
    manifest = done.manifest
    yield _say("done", lang, name=name, at=f"{manifest.made_at:%Y-%m-%d %H:%M:%S}")
    opened = done.sealed - done.unopened
    yield _say("compared", lang, tables=len(manifest.tables), rows=manifest.rows, sealed=opened)
    yield _say("after", lang)
    yield _say("erased" if erased else "unknown", lang)
    for each in erased:
        paper = each.decision or _say("no_paper", lang)
        yield _say("erasure", lang, at=f"{each.at:%Y-%m-%d %H:%M}", number=each.number, paper=paper)


def _say(key: str, lang: str, **values: object) -> str:
    return WORDS[key][lang].format(**values)
