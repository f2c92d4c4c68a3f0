"""What `erase` says, in both languages. Pure: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from camera_registry.services.erase import Erased
from standards.model import Text

WORDS: Mapping[str, Text] = {
    "would": {"vi": "{code} {name}: sẽ xóa {total} dòng", "en": "{code} {name}: {total} rows would be erased"},
    "done": {"vi": "{code}: đã xóa {total} dòng", "en": "{code}: {total} rows are erased"},
    "cut": {
        "vi": "  Nghiệm thu {codes}: phần của trường bị cắt khỏi kết quả; mã băm của bản gốc được giữ lại",
        "en": "  acceptance {codes}: its part is cut out of the result; the SHA-256 of the original is kept",
    },
    "frozen": {
        "vi": "  Số liệu đã chốt {codes}: các dòng của trường bị cắt; mã băm của bản gốc được giữ lại",
        "en": "  frozen figures {codes}: its rows are cut out; the SHA-256 of the original is kept",
    },
    "type": {
        "vi": "Không thể phục hồi. Gõ lại mã trường để xóa: ",
        "en": "This cannot be undone. Type the code of the school again: ",
    },
    "other": {"vi": "Mã gõ lại không khớp; chưa xóa gì", "en": "this is another code; nothing is erased"},
    "scrubbed": {
        "vi": "  Tệp cơ sở dữ liệu đã được ghi lại: không còn dữ liệu đã xóa trong tệp",
        "en": "  the database file is rewritten: nothing of what was erased is in it",
    },
    "copies": {
        "vi": "  Bản sao lưu, tệp đã xuất và bản ghi của lệnh capture không bị xóa: hãy tự xóa các tệp đó",
        "en": "  backups, files that were exported and captures are not touched: delete them yourself",
    },
    "backups": {
        "vi": "  Các bản sao lưu sau vẫn còn dữ liệu của trường: {names}. Hãy xóa chúng, hoặc xóa lại trường "
        "sau khi phục hồi",
        "en": "  these backups still hold it: {names}. Delete them, or erase it again after a restore",
    },
    "log": {
        "vi": "  Nhật ký (WAL) và bản sao của máy chủ cơ sở dữ liệu còn giữ dữ liệu đến khi được ghi đè hoặc xóa",
        "en": "  the log (WAL) and the replicas of the database server hold it until they are recycled or deleted",
    },
    "held": {
        "vi": "Đã xóa trong cơ sở dữ liệu, nhưng tệp còn giữ dữ liệu cũ: hãy dừng `serve` và `work`, "
        "rồi chạy `camera-registry erase --scrub`",
        "en": "it is erased, but the files still hold it: stop `serve` and `work`, then run "
        "`camera-registry erase --scrub`",
    },
}


def rehearsal_text(code: str, erased: Erased, lang: str) -> str:
    """What would be erased, by table."""
    told = {"code": code, "name": erased.name, "total": erased.total}
    return "\n".join([say("would", lang, **told), *_rows(erased, lang)])


def erased_text(code: str, erased: Erased, lang: str) -> str:
    """What was erased, by table; the name of the school is not said any more."""
    return "\n".join([say("done", lang, code=code, total=erased.total), *_rows(erased, lang)])


def say(key: str, lang: str, **values: object) -> str:
    """The words for `key`, with `values` put in."""
    return WORDS[key][lang].format(**values)


def _rows(erased: Erased, lang: str) -> Iterator[str]:
    yield from (f"  {table}: {n}" for table, n in erased.rows.items() if n)
    if erased.cut:
        yield say("cut", lang, codes=", ".join(erased.cut))
    if erased.frozen:
        yield say("frozen", lang, codes=", ".join(erased.frozen))
