"""What is judged by: the edition in force, and the price book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Engine

from camera_registry.doctor.checked import Around, Checked, bad, both, left_out, mind, well
from camera_registry.services.editions import InForce
from standards import Edition, EditionError
from standards.planning.prices_load import PriceError, load_prices

OLD_PRICES_DAYS = 365


def editions(around: Around, engine: Engine) -> Iterator[Checked]:
    """The edition that decides, and those that advise, can be used; its date is said."""
    try:
        decides = InForce(engine, around.settings.standard)().decides
    except EditionError as error:
        to_do = {
            "vi": "sửa [standard] trong cấu hình, hoặc tệp đó",
            "en": "mend [standard] of the settings, or that file",
        }
        yield bad("edition", both(str(error)), to_do)
        return
    yield _edition(decides)


def prices(around: Around, _engine: Engine) -> Iterator[Checked]:
    """The price book can be read, and is not old."""
    file = around.settings.plan.prices
    if not file:
        yield left_out("prices", "chưa có bảng giá: không tính chi phí", "no price book: no cost is known")
        return
    try:
        book = load_prices(file)
    except PriceError as error:
        yield bad("prices", both(str(error)), {"vi": f"sửa {file} (docs/plan.md)", "en": f"mend {file} (docs/plan.md)"})
        return
    days = (around.now.date() - date.fromisoformat(book.date)).days
    seen = {"vi": f"{book.id} ngày {book.date} ({days} ngày)", "en": f"{book.id} of {book.date} ({days} days old)"}
    if days > OLD_PRICES_DAYS:
        to_do = {"vi": "lấy báo giá mới cho bảng giá", "en": "ask for new prices, and write a new book"}
        yield mind("prices", seen, to_do)
    else:
        yield well("prices", seen["vi"], seen["en"])


def _edition(edition: Edition) -> Checked:
    seen = {"vi": f"{edition.name}, văn bản ngày {edition.date}", "en": f"{edition.name}, a text of {edition.date}"}
    if edition.rests_on_working_values:
        to_do = {
            "vi": "một số ngưỡng chưa có văn bản xác nhận: cán bộ thành phố xác nhận ở trang /standards",
            "en": "some of its values are working values: an officer of the city confirms them on /standards",
        }
        return mind("edition", seen, to_do)
    return well("edition", seen["vi"], seen["en"])
