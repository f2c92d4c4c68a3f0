"""What is kept, where, for how long and why: facts for people, in both languages. Pure.

Strategy: a closed table; a test holds it against the models, so that no table is kept without a row here.
"""

from __future__ import annotations

from camera_registry.config import Settings
from camera_registry.services.privacy_register import registered
from camera_registry.services.privacy_terms import ERASED, EVER, Kept, database, days, newest, of_the_past, or_erased
from standards.model import Text

__all__ = ["NEVER", "Kept", "kept"]

NEVER: tuple[Text, ...] = (
    {
        "vi": "Hình ảnh, video, âm thanh: một khung hình chỉ được giải mã trong bộ nhớ để đo, rồi bỏ ngay.",
        "en": "Pictures, video, sound: one frame is decoded in memory to be measured, and is gone at once.",
    },
    {
        "vi": "Khuôn mặt, người, hành vi: không nhận dạng, không đếm, không phân tích.",
        "en": "Faces, people, behaviour: nothing is recognised, counted or analysed.",
    },
    {
        "vi": "Mật khẩu ở dạng đọc được; mật khẩu không bao giờ được hiển thị lại và không có trong nhật ký.",
        "en": "Passwords that can be read: none is ever shown again, and none is in a log.",
    },
    {
        "vi": "Tệp danh sách được nhập: chỉ ở trong bộ nhớ đến khi nhập xong, nhiều nhất hai giờ; lưu tên và SHA-256.",
        "en": "Lists that are imported: in memory until then, two hours at most; name and SHA-256 are kept.",
    },
    {
        "vi": "Dữ liệu của học sinh: không có bảng nào dành cho học sinh.",
        "en": "Anything of pupils: no table is for them.",
    },
)
"""What is never kept."""


def kept(settings: Settings) -> tuple[Kept, ...]:
    """Every kind of what is kept, with the places and periods of these settings."""
    return (
        *registered(settings),
        *_seen(settings),
        *_said(settings),
        *_logged(settings),
        *_people(settings),
        *_beside(settings),
    )


def _seen(settings: Settings) -> tuple[Kept, ...]:
    at, keep = database(settings), settings.keep
    return (
        Kept(
            ("unitrecord", "sheetrecord", "description", "changerecord"),
            {
                "vi": "Thiết bị tự khai và đã đo được: phần cứng, cấu hình, khả năng, các lần thay đổi",
                "en": "What devices say and do: hardware, settings, abilities, what changed",
            },
            at,
            of_the_past(keep.history_days),
            {"vi": "Căn cứ của kết quả đánh giá", "en": "What every judgement rests on"},
        ),
        Kept(
            ("modelencoding",),
            {"vi": "Khả năng của một model, không kèm trường nào", "en": "What a model can do, without any school"},
            at,
            EVER,
            {"vi": "Không kết luận thay thế quá sớm", "en": "To call nothing too old too early"},
        ),
        Kept(
            ("measurement",),
            {
                "vi": "Số đo của mỗi lần kiểm tra: độ phân giải, tốc độ hình, mất gói",
                "en": "Numbers of every look: size, frame rate, lost packets",
            },
            at,
            days(keep.measurements_days),
            {"vi": "Thấy diễn biến qua thời gian", "en": "To see what became of it over time"},
        ),
        Kept(
            ("sweepitem", "sweepsite"),
            {
                "vi": "Sổ của mỗi lần kiểm tra: lúc nào, kết thúc ra sao, tốn gì của thiết bị",
                "en": "The ledger of every look: when, how it ended, what it cost the device",
            },
            at,
            days(keep.looks_days),
            {
                "vi": "Trả lời việc kiểm tra có ảnh hưởng thiết bị hay không",
                "en": "To answer for what was done to a device",
            },
        ),
        Kept(
            ("bundlerecord",),
            {
                "vi": "Gói kết quả đã nhận: SHA-256, trường, người nhận, người dùng máy, thời điểm; không giữ tệp",
                "en": "Bundles taken: SHA-256, school, who took it, user of the laptop, when; the file is not kept",
            },
            at,
            ERASED,
            {"vi": "Biết số liệu được mang về bằng cách nào", "en": "To know how facts were carried here"},
        ),
        Kept(
            ("sweep",),
            {"vi": "Các đợt kiểm tra: đêm nào, ai yêu cầu", "en": "Sweeps: which night, who asked for it"},
            at,
            days(keep.looks_days),
            {"vi": "Mỗi đêm chỉ kiểm tra một lần", "en": "So that each night is planned once"},
        ),
        Kept(
            ("findingrecord", "verdictrecord", "listedfinding"),
            {
                "vi": "Kết quả từng tiêu chí và kết luận, theo khoảng thời gian",
                "en": "Findings and verdicts, as intervals",
            },
            at,
            of_the_past(keep.history_days),
            {"vi": "Danh sách chưa đạt và lịch sử của nó", "en": "The list of what is not compliant, and its history"},
        ),
        Kept(
            ("schoolsum",),
            {"vi": "Số camera của từng trường theo kết luận", "en": "How many cameras of a school have which verdict"},
            at,
            ERASED,
            {"vi": "Trang tổng quan", "en": "The overview"},
        ),
        Kept(
            ("daysum",),
            {
                "vi": "Số camera của từng đơn vị quản lý theo ngày, không có tên trường",
                "en": "How many cameras of a unit have which verdict, by day; no school is named",
            },
            at,
            EVER,
            {"vi": "Tỷ lệ theo thời gian", "en": "Shares over time"},
        ),
    )


def _said(settings: Settings) -> tuple[Kept, ...]:
    at = database(settings)
    return (
        Kept(
            ("answerrecord", "onsiterecord"),
            {
                "vi": "Câu trả lời và xác nhận tại chỗ: họ tên người trả lời, ghi chú, mã băm của giấy tờ",
                "en": "Answers and what was seen on site: who said it, note, SHA-256 of the paper",
            },
            at,
            ERASED,
            {"vi": "Điều máy không đo được", "en": "What no probe can see"},
        ),
        Kept(
            ("reply",),
            {
                "vi": "Phản hồi của trường về nội dung cần xử lý: họ tên người phản hồi, nội dung, khi nào",
                "en": "Replies of schools to what was found: who said it, what, when",
            },
            at,
            days(settings.keep.history_days),
            {"vi": "Biết việc đã được xử lý thế nào", "en": "To know what was done about it"},
        ),
        Kept(
            ("waiverrecord",),
            {
                "vi": "Ngoại lệ có thời hạn: lý do, họ tên người đề nghị và người duyệt",
                "en": "Exceptions with an end: reason, who asked, who decided",
            },
            at,
            {
                "vi": "đến khi xóa trường; của đơn vị hoặc model: không xóa",
                "en": "until the school is erased; of a unit or a model: for ever",
            },
            {"vi": "Trách nhiệm về quyết định", "en": "Who answers for a decision"},
        ),
        Kept(
            ("acceptance", "acceptancechannel", "acceptancelook"),
            {
                "vi": "Nghiệm thu: kênh, số đo, kết quả, họ tên người mở và người chốt",
                "en": "Acceptances: channels, values, result, who started and closed them",
            },
            at,
            {
                "vi": "đến khi xóa trường; nghiệm thu của nhiều trường: chỉ cắt phần của trường",
                "en": "until the school is erased; of several schools: its part is cut",
            },
            {"vi": "Phụ lục thanh toán cho nhà thầu", "en": "The paper by which a contractor is paid"},
        ),
        Kept(
            ("editionrecord", "confirmationrecord"),
            {
                "vi": "Văn bản tiêu chuẩn và xác nhận tiêu chí: họ tên người đề nghị và người duyệt",
                "en": "Texts of standards and confirmed rules: who asked, who decided",
            },
            at,
            EVER,
            {
                "vi": "Giải thích mọi kết luận bằng đúng văn bản đã dùng",
                "en": "To explain a verdict by the text it rests on",
            },
        ),
    )


def _logged(settings: Settings) -> tuple[Kept, ...]:
    at = database(settings)
    return (
        Kept(
            ("auditrecord", "auditerased"),
            {
                "vi": "Nhật ký: số, thời điểm, việc, mã băm; không có họ tên",
                "en": "The log: number, time, action, hashes; no name",
            },
            at,
            EVER,
            {"vi": "Biết nhật ký có bị sửa hay không", "en": "To tell whether the log was changed"},
        ),
        Kept(
            ("auditvalues",),
            {
                "vi": "Nội dung nhật ký: tài khoản, họ tên, vai trò, địa chỉ IP, làm gì với đối tượng nào",
                "en": "Values of the log: account, name, role, IP address, what was done to what",
            },
            at,
            or_erased(settings.keep.audit_values_days),
            {"vi": "Ai đã làm gì", "en": "Who did what"},
        ),
    )


def _people(settings: Settings) -> tuple[Kept, ...]:
    at = database(settings)
    return (
        Kept(
            ("account", "assignment"),
            {
                "vi": "Tài khoản người dùng: tên đăng nhập, họ tên, vai trò, trường được giao, hợp đồng; "
                "mật khẩu chỉ ở dạng băm Argon2id, xác thực hai lớp được niêm phong",
                "en": "Accounts of people: login, name, role, schools assigned, contract; of a password only an "
                "Argon2id hash, the second factor sealed",
            },
            at,
            {
                "vi": "không xóa; tài khoản của trường: đến khi xóa trường",
                "en": "for ever; of a school: until it is erased",
            },
            {"vi": "Ai được vào và được làm gì", "en": "Who may get in and do what"},
        ),
        Kept(
            ("loginsession",),
            {
                "vi": "Phiên đăng nhập: địa chỉ IP, trình duyệt, từ khi nào đến khi nào",
                "en": "Sessions of people: IP address, browser, from when until when",
            },
            at,
            days(settings.keep.sessions_days),
            {"vi": "Thấy và kết thúc phiên lạ", "en": "To see a strange session, and end it"},
        ),
        Kept(
            ("apitoken",),
            {
                "vi": "Mã truy cập cho phần mềm: tên, phạm vi, thời hạn; chỉ giữ SHA-256 của mã",
                "en": "Tokens of programs: name, scope, end; of the token only the SHA-256",
            },
            at,
            {
                "vi": "không xóa; tài khoản của trường: đến khi xóa trường",
                "en": "for ever; of a school: until it is erased",
            },
            {"vi": "Phần mềm khác đọc danh sách", "en": "So that other programs read the lists"},
        ),
        Kept(
            ("laptopkey",),
            {
                "vi": "Máy xách tay được tin: khóa công khai, mã khóa, tài khoản nào xác nhận, từ khi nào đến khi nào",
                "en": "Laptops that are trusted: public key, fingerprint, which account confirmed it, since and until",
            },
            at,
            {
                "vi": "không xóa; tài khoản của trường: đến khi xóa trường",
                "en": "for ever; of a school: until it is erased",
            },
            {"vi": "Biết ai chịu trách nhiệm về gói kết quả", "en": "Who answers for what a laptop has signed"},
        ),
        Kept(
            ("loginthrottle",),
            {
                "vi": "Số lần đăng nhập sai gần đây: mã băm của tên đăng nhập đã gõ và của địa chỉ IP",
                "en": "Failed logins of late: digests of the login that was typed and of the IP address",
            },
            at,
            {"vi": "2 giờ", "en": "2 hours"},
            {"vi": "Làm chậm việc dò mật khẩu", "en": "To slow down guessing"},
        ),
    )


def _beside(settings: Settings) -> tuple[Kept, ...]:
    key, state = str(settings.registry.key_file), str(settings.state_folder or "")
    return (
        Kept(
            (),
            {"vi": "Khóa mã hóa mật khẩu thiết bị", "en": "The key of the passwords"},
            {"vi": key, "en": key},
            EVER,
            {"vi": "Mở mật khẩu khi kiểm tra", "en": "To open a password for a look"},
        ),
        Kept(
            (),
            {
                "vi": "Bản sao lưu: toàn bộ cơ sở dữ liệu và cài đặt như ở lúc sao lưu; không có khóa mật khẩu",
                "en": "Backups: the whole database and the settings as they were then, without the key",
            },
            {"vi": str(settings.backup.folder), "en": str(settings.backup.folder)},
            newest(settings.backup.keep),
            {"vi": "Phục hồi khi mất dữ liệu", "en": "To have it again after a loss"},
        ),
        Kept(
            (),
            {
                "vi": "Lệnh inspect nhớ tài khoản nào bị từ chối: chỉ mã băm có khóa của địa chỉ, tên, mật khẩu",
                "en": "What `inspect` remembers of refused logins: keyed hashes of address, name and password alone",
            },
            {
                "vi": state or "thư mục trạng thái của người dùng máy",
                "en": state or "the state folder of the user of the machine",
            },
            {"vi": "đến khi tự xóa thư mục", "en": "until the folder is deleted by hand"},
            {"vi": "Không gửi lại mật khẩu đã bị từ chối", "en": "To send no refused password again"},
        ),
        Kept(
            (),
            {
                "vi": "Khóa mà máy xách tay dùng để ký gói kết quả",
                "en": "The key with which a laptop signs bundles",
            },
            {
                "vi": state or "thư mục trạng thái của người dùng máy",
                "en": state or "the state folder of the user of the machine",
            },
            {"vi": "đến khi tự xóa thư mục", "en": "until the folder is deleted by hand"},
            {"vi": "Máy chủ biết gói từ máy nào", "en": "So that the server knows whose bundle it is"},
        ),
    )
