"""The words of the upgrade plan, in both languages."""

from __future__ import annotations

from standards.model import Text

WORDS: dict[str, Text] = {
    "free": {
        "vi": "Xử lý được ngay, không tốn kinh phí: {n} camera thuộc diện kết nối (trường công lập)",
        "en": "No cost, at once: {n} cameras offered for connection (public schools)",
    },
    "free_by_supplier": {
        "vi": "Trong đó {n} camera do nhà cung cấp thực hiện (bảo hành, thuê dịch vụ).",
        "en": "Of them {n} by the supplier (warranty, rented).",
    },
    "title": {"vi": "Phương án nâng cấp – Dự toán (dự kiến)", "en": "Upgrade plan – estimate"},
    "place.all": {"vi": "Phạm vi: toàn bộ", "en": "Place: all"},
    "place.district": {"vi": "Phạm vi: đơn vị quản lý {code}", "en": "Place: unit {code}"},
    "place.school": {"vi": "Phạm vi: trường {code}", "en": "Place: school {code}"},
    "edition": {"vi": "Bộ tiêu chuẩn: {name}, SHA-256 {sha256}", "en": "Standard: {name}, SHA-256 {sha256}"},
    "book": {
        "vi": "Bảng giá tham khảo: {title}; {id}, ngày {date}, SHA-256 {sha256}",
        "en": "Price book: {title}; {id} of {date}, SHA-256 {sha256}",
    },
    "no_book": {
        "vi": "Chưa có bảng giá: mọi kinh phí đều chưa biết. Ghi plan.prices trong cấu hình, hoặc dùng --prices.",
        "en": "There is no price book, so no cost is known. Set plan.prices, or use --prices.",
    },
    "at": {"vi": "Số liệu tính đến {at}", "en": "As of {at}"},
    "goal.channels": {
        "vi": "Mục tiêu: {wanted}/{total} camera thuộc diện kết nối sẵn sàng",
        "en": "Goal: {wanted} of {total} cameras offered for connection are ready",
    },
    "goal.schools": {
        "vi": "Mục tiêu: {wanted} trường có toàn bộ camera thuộc diện kết nối sẵn sàng",
        "en": "Goal: {wanted} schools have all their offered cameras ready",
    },
    "goal.ceiling.channels": {
        "vi": "Mục tiêu: nhiều camera sẵn sàng nhất trong mức kinh phí tối đa {ceiling}",
        "en": "Goal: the most cameras ready for at most {ceiling}",
    },
    "goal.ceiling.schools": {
        "vi": "Mục tiêu: nhiều trường sẵn sàng toàn bộ nhất trong mức kinh phí tối đa {ceiling}",
        "en": "Goal: the most schools wholly ready for at most {ceiling}",
    },
    "reached.channels": {
        "vi": "Sẵn sàng kết nối: hiện nay {ready}/{total} camera; theo phương án {reached}/{total} camera",
        "en": "Ready: now {ready} of {total} cameras; by the plan {reached} of {total}",
    },
    "reached.schools": {
        "vi": "Sẵn sàng kết nối: hiện nay {ready}/{total} camera; "
        "theo phương án {cameras}/{total} camera, {reached} trường",
        "en": "Ready: now {ready} of {total} cameras; by the plan {cameras} of {total}, {reached} schools",
    },
    "not_met": {
        "vi": "Không đạt được mục tiêu: với số liệu và bảng giá hiện có, phương án này là mức cao nhất.",
        "en": "The goal cannot be reached: with what is known and priced now, this plan is the most there is.",
    },
    "free_begins": {"vi": "Xử lý được ngay", "en": "No cost, at once"},
    "place.district_name": {"vi": "Phạm vi: {name}", "en": "Place: {name}"},
    "place.school_name": {"vi": "Phạm vi: {name}", "en": "Place: {name}"},
    "book_short": {"vi": "{title}, ngày {date}", "en": "{title}, of {date}"},
    "no_book_short": {"vi": "chưa có bảng giá, chưa biết kinh phí", "en": "no price book, so no cost is known"},
    "sheet.summary": {"vi": "Tóm tắt", "en": "Summary"},
    "sheet.schools": {"vi": "Theo trường", "en": "By school"},
    "sheet.works": {"vi": "Theo việc", "en": "By work"},
    "sheet.cameras": {"vi": "Camera", "en": "Cameras"},
    "school_code": {"vi": "Mã trường", "en": "School code"},
    "district": {"vi": "Đơn vị quản lý", "en": "Managing unit"},
    "charged": {"vi": "Cách chi", "en": "Paid"},
    "status": {"vi": "Tình trạng", "en": "State"},
    "status.chosen": {"vi": "Trong phương án", "en": "In the plan"},
    "status.shared": {"vi": "Phần dùng chung", "en": "Shared"},
    "status.left_out": {"vi": "Chưa tính được", "en": "Not counted"},
    "fact.at": {"vi": "Số liệu tính đến", "en": "As of"},
    "fact.edition": {"vi": "Bộ tiêu chuẩn", "en": "Standard"},
    "fact.book": {"vi": "Bảng giá tham khảo", "en": "Price book"},
    "fact.book_date": {"vi": "Ngày của bảng giá", "en": "Date of the price book"},
    "fact.total": {"vi": "Camera thuộc diện kết nối (trường công lập)", "en": "Cameras offered (public schools)"},
    "fact.before": {"vi": "Sẵn sàng hiện nay", "en": "Ready now"},
    "fact.after": {"vi": "Sẵn sàng theo phương án", "en": "Ready by the plan"},
    "fact.free": {"vi": "Xử lý được ngay, không tốn kinh phí", "en": "No cost, at once"},
    "fact.free_by_supplier": {"vi": "Trong đó do nhà cung cấp thực hiện", "en": "Of them by the supplier"},
    "fact.later": {"vi": "Ngoài phương án, đã biết kinh phí", "en": "Not in the plan, cost known"},
    "fact.left_out": {"vi": "Chưa tính được", "en": "Not counted"},
    "fact.supplier": {"vi": "Nhà cung cấp thực hiện, không tính kinh phí", "en": "By the supplier at no cost"},
    "fact.private": {"vi": "Camera của trường ngoài công lập (tính riêng)", "en": "Cameras of private schools (apart)"},
    "fact.uplink_unknown": {"vi": "Điểm trường chưa biết đường truyền", "en": "Sites of unknown uplink"},
    "paper.title": {"vi": "Phương án nâng cấp", "en": "Upgrade plan"},
    "paper.number": {"vi": "Số: […]", "en": "No. […]"},
    "paper.place_and_day": {"vi": "[…], ngày […] tháng […] năm […]", "en": "[…], […]"},
    "paper.money": {"vi": "Kinh phí dự kiến", "en": "Cost (estimate)"},
    "paper.kind": {"vi": "Khoản chi", "en": "Kind"},
    "paper.base": {"vi": "Căn cứ", "en": "On what it rests"},
    "paper.open": {"vi": "Phần còn lại và lưu ý", "en": "What stays open"},
    "paper.appendix": {"vi": "PHỤ LỤC {n}", "en": "APPENDIX {n}"},
    "paper.cameras": {"vi": "Danh sách camera cần xử lý", "en": "Which cameras, and what to do there"},
    "paper.cut": {
        "vi": "Bản in chỉ có {most} dòng đầu; tệp XLSX có đủ.",
        "en": "On paper are the first {most} rows only; the XLSX file has them all.",
    },
    "once": {"vi": "Chi một lần", "en": "Paid once"},
    "yearly": {"vi": "Chi hằng năm", "en": "Paid every year"},
    "net": {"vi": "Cộng", "en": "Before VAT"},
    "vat": {"vi": "Thuế GTGT", "en": "VAT"},
    "total": {"vi": "Tổng cộng", "en": "Total"},
    "first_year": {"vi": "Tổng kinh phí năm đầu", "en": "First year in all"},
    "money": {
        "vi": "{what}: cộng {net}; thuế GTGT {vat}; tổng cộng {total}",
        "en": "{what}: before VAT {net}; VAT {vat}; total {total}",
    },
    "by_school": {"vi": "Theo trường", "en": "By school"},
    "by_fix": {"vi": "Theo biện pháp", "en": "By fix"},
    "works": {"vi": "Dự toán", "en": "Works"},
    "tasks": {
        "vi": "Danh sách camera cần xử lý (kinh phí có thuế; phần dùng chung ghi dòng riêng)",
        "en": "Which cameras, and what to do there (with VAT; what several share stands in a line of its own)",
    },
    "place": {"vi": "Thiết bị/kênh", "en": "Device/channel"},
    "camera_name": {"vi": "Tên camera", "en": "Camera name"},
    "todo": {"vi": "Việc cần làm", "en": "To do"},
    "line": {"vi": "đường truyền của điểm trường", "en": "the line of the site"},
    "main_site": {"vi": "điểm trường chính", "en": "main site"},
    "by_supplier": {"vi": "nhà cung cấp: {name}", "en": "supplier: {name}"},
    "shared": {"vi": "{bought}, dùng chung cho {n} camera", "en": "{bought}, shared by {n} cameras"},
    "spared.here": {
        "vi": "Không cần làm riêng: thiết bị được thay thế",
        "en": "Nothing of its own: its device is replaced",
    },
    "spared": {
        "vi": "Thay thế thiết bị làm cho biện pháp khác trên cùng thiết bị không còn cần thiết: {n} camera.",
        "en": "Replacing a device makes other fixes of the same device unnecessary: {n} cameras.",
    },
    "supplier": {
        "vi": "Nhà cung cấp thực hiện, không tính kinh phí: {name} ({n} camera)",
        "en": "Done by the supplier at no cost: {name} ({n} cameras)",
    },
    "supplier.unnamed": {"vi": "chưa ghi tên", "en": "no name registered"},
    "later": {
        "vi": "Ngoài phương án, đã biết kinh phí: {n} camera",
        "en": "Not in the plan, cost known: {n} cameras",
    },
    "left_out": {"vi": "Chưa tính được: {n} camera", "en": "Not counted, because not known: {n} cameras"},
    "left_out.list": {"vi": "Danh sách chưa tính được", "en": "The cameras that could not be counted"},
    "why.no_price": {
        "vi": "bảng giá chưa có công việc cho biện pháp này",
        "en": "the price book has no work for the fix",
    },
    "why.survey": {"vi": "phải khảo sát tại chỗ trước", "en": "has to be surveyed on site first"},
    "why.not_known": {"vi": "chưa kiểm tra được, hoặc chưa đủ số liệu", "en": "could not be checked, or not in full"},
    "private": {
        "vi": "Trường ngoài công lập, không tính vào phương án và tổng kinh phí: {n} camera; riêng phần này {total}",
        "en": "Private schools, in neither the plan nor its totals: {n} cameras; these alone {total}",
    },
    "unknown": {"vi": "chưa biết kinh phí", "en": "at a cost that is not known"},
    "more": {"vi": " và phần chưa biết", "en": " and what is not known"},
    "uplink_unknown": {
        "vi": "Chưa biết đường truyền ở {n} điểm trường: phương án chưa gồm kinh phí đường truyền ở đó.",
        "en": "The uplink of {n} sites is not known: what a line there may cost is not in the plan.",
    },
    "method": {
        "vi": "Phương pháp: so sánh bằng tổng kinh phí năm đầu, có thuế; phần dùng chung (đầu ghi, bộ chuyển "
        "mạch, chuyến đi) tính một lần; chọn phương án rẻ nhất bằng quy hoạch động "
        "chính xác trên cây điểm trường – thiết bị – kênh.",
        "en": "Method: compared is what the first year takes, with VAT; shared parts (recorder, switch, visit) are "
        "paid once; the cheapest is found by exact dynamic programming over the tree of site, device and channel.",
    },
    "school": {"vi": "Trường", "en": "School"},
    "cameras": {"vi": "Camera", "en": "Cameras"},
    "fix": {"vi": "Biện pháp", "en": "Fix"},
    "reason": {"vi": "Lý do", "en": "Reason"},
    "no": {"vi": "STT", "en": "No."},
    "content": {"vi": "Nội dung", "en": "Item"},
    "requirement": {"vi": "Yêu cầu kỹ thuật cơ bản", "en": "Basic requirement"},
    "unit": {"vi": "ĐVT", "en": "Unit"},
    "quantity": {"vi": "Số lượng", "en": "Quantity"},
    "price": {"vi": "Đơn giá", "en": "Unit price"},
    "amount": {"vi": "Thành tiền", "en": "Amount"},
    "source": {"vi": "Căn cứ giá", "en": "Source of the price"},
    "source.text": {"vi": "{firm}, {document}, ngày {date}", "en": "{firm}, {document}, {date}"},
}


def say(key: str, lang: str, **values: object) -> str:
    """The words for `key`, with `values` put in."""
    return WORDS[key][lang].format(**values)
