"""What is kept of what people register, and of what is done with it. Pure: the first part of `privacy.kept`."""

from __future__ import annotations

from camera_registry.config import Settings
from camera_registry.services.privacy_terms import ERASED, EVER, Kept, database, days


def registered(settings: Settings) -> tuple[Kept, ...]:
    """Every kind of it, with the places and periods of these settings."""
    at = database(settings)
    return (
        Kept(
            ("district",),
            {"vi": "Đơn vị quản lý trường: mã, tên", "en": "Units that manage schools: code, name"},
            at,
            EVER,
            {"vi": "Biết đơn vị nào phụ trách trường nào", "en": "To know who is in charge of which school"},
        ),
        Kept(
            ("school", "site"),
            {
                "vi": "Trường, điểm trường: tên, địa chỉ, tọa độ, dải mạng; họ tên, điện thoại, email người phụ trách",
                "en": "Schools and sites: name, address, position, networks; name, telephone and e-mail of the contact",
            },
            at,
            ERASED,
            {
                "vi": "Liên hệ khi thiết bị có lỗi; giới hạn nơi được kiểm tra",
                "en": "To call somebody; to look only there",
            },
        ),
        Kept(
            ("device", "channel", "stream"),
            {
                "vi": "Thiết bị, kênh, luồng: mã, địa chỉ mạng, hãng, model, số sê-ri, MAC, tên tài khoản, nơi lắp",
                "en": "Devices, channels, streams: code, address, make, model, serial, MAC, user name, where it hangs",
            },
            at,
            ERASED,
            {"vi": "Kiểm kê và kiểm tra hằng đêm", "en": "The inventory, and to look each night"},
        ),
        Kept(
            ("edit", "batch"),
            {
                "vi": "Lịch sử sửa sổ đăng ký: ai, khi nào, trước và sau; tên và SHA-256 của tệp đã nhập",
                "en": "History of the register: who, when, before and after; name and SHA-256 of imported files",
            },
            at,
            ERASED,
            {"vi": "Xem lại và hoàn tác", "en": "To look back, and to undo"},
        ),
        Kept(
            ("replyphoto",),
            {
                "vi": "Ảnh kèm phản hồi của trường, nếu trường cho phép: mã hóa, không EXIF; "
                "mỗi lần xem được ghi nhật ký",
                "en": "Photos of replies, where the school allows it: sealed, no EXIF, each look logged",
            },
            at,
            days(settings.keep.photos_days),
            {"vi": "Thấy việc nhà trường đã làm", "en": "To see what the school did"},
        ),
        Kept(
            ("outage", "maintenance", "newsitem", "delivery"),
            {
                "vi": "Trường mất liên lạc khi nào, thời gian bảo trì, tin gửi webhook: số liệu và tên trường",
                "en": "When a school was out of reach, maintenance, news for webhooks: numbers and names of schools",
            },
            at,
            days(settings.keep.looks_days),
            {"vi": "Báo tin một lần, không báo khi bảo trì", "en": "To tell it once, and not in maintenance"},
        ),
        Kept(
            ("webhook",),
            {
                "vi": "Webhook: tên, địa chỉ nơi nhận, khóa ký (mã hóa), người thêm",
                "en": "Webhooks: name, address of the receiver, the sealed secret that signs, who added it",
            },
            at,
            EVER,
            {"vi": "Báo tin cho hệ thống khác", "en": "To tell programs of others"},
        ),
        Kept(
            ("agent", "agentsite"),
            {
                "vi": "Trạm kiểm tra tại trường: mã, tên, khóa (mã hóa), điểm trường, lần liên lạc cuối, người thêm",
                "en": "Agents at schools: code, name, the sealed key, sites, when they greeted last, who added them",
            },
            at,
            {
                "vi": "đến khi gỡ trạm; điểm trường: đến khi xóa trường",
                "en": "until the agent is removed; sites: until the school is erased",
            },
            {"vi": "Kiểm tra nơi máy chủ không tới được", "en": "To look where the server cannot reach"},
        ),
        Kept(
            ("agentorder",),
            {
                "vi": "Việc đã giao cho trạm kiểm tra: điểm trường, lúc giao, lúc xong; không có mật khẩu",
                "en": "Orders that were given to agents: site, when given, when ended; no login",
            },
            at,
            days(settings.keep.looks_days),
            {"vi": "Mỗi kết quả chỉ được tính một lần", "en": "So that each result counts once"},
        ),
        Kept(
            ("mailbox", "mailed"),
            {
                "vi": "Địa chỉ email của người dùng, loại thư nhận; thư nào đã gửi ngày nào, không lưu nội dung",
                "en": "E-mail addresses of people, the kinds they want; which was sent on which day, not what it said",
            },
            at,
            {
                "vi": "đến khi người dùng xóa; của trường: đến khi xóa trường",
                "en": "until the person clears it; of a school: until it is erased",
            },
            {"vi": "Gửi bản tin một lần", "en": "To send a digest once"},
        ),
        Kept(
            ("handover",),
            {
                "vi": "Bàn giao cho trung tâm điều hành: trạng thái từng camera, ngày, lý do trả lại, người ghi",
                "en": "Handover to the operations centre: state of each camera, day, why returned, who wrote it",
            },
            at,
            ERASED,
            {"vi": "Biết camera nào đã kết nối", "en": "To know which camera is connected"},
        ),
        Kept(
            ("photo",),
            {
                "vi": "Ảnh chỗ lắp camera, nếu trường cho phép: mã hóa, không EXIF; mỗi lần xem được ghi nhật ký",
                "en": "Photos of mounting places, where the school allows it: sealed, no EXIF, each look logged",
            },
            at,
            days(settings.keep.photos_days),
            {"vi": "Tìm lại chỗ lắp khi sửa chữa", "en": "To find the place again for a repair"},
        ),
        Kept(
            ("sealingkey",),
            {
                "vi": "Cặp khóa để điện thoại mã hóa mật khẩu khi không có mạng; khóa riêng được mã hóa",
                "en": "Pairs of keys that phones seal passwords to without signal; the private key is sealed",
            },
            at,
            EVER,
            {"vi": "Mở mật khẩu đã nhập khi không có mạng", "en": "To open passwords typed without signal"},
        ),
        Kept(
            ("foundunit", "discovery"),
            {
                "vi": "Thiết bị dò thấy trong mạng của trường và chúng tự khai gì; ai đã yêu cầu dò, ai đã bỏ qua",
                "en": "Units found in networks of schools, what they say; who asked for the look, who dismissed one",
            },
            at,
            ERASED,
            {"vi": "Đăng ký thiết bị còn thiếu", "en": "To register what is missing"},
        ),
        Kept(
            ("proposedpair", "notsame"),
            {
                "vi": "Cặp có thể là một camera; ai đã nói hai thiết bị không phải là một",
                "en": "Pairs that may be one camera; who said that two devices are not the same",
            },
            at,
            ERASED,
            {"vi": "Mỗi camera chỉ tính một lần", "en": "So that each camera counts once"},
        ),
        Kept(
            ("period", "sending"),
            {"vi": "Kỳ báo cáo; ai nói đơn vị, trường nào đã gửi", "en": "Periods of reports; who said who has sent"},
            at,
            ERASED,
            {"vi": "Biết ai chưa gửi", "en": "To know who has not sent"},
        ),
        Kept(
            ("frozen",),
            {
                "vi": "Số liệu đã chốt của kỳ báo cáo: tên trường, camera, kết quả; ai đã chốt",
                "en": "Frozen figures of reports: schools, cameras, results; who froze them",
            },
            at,
            {
                "vi": "không xóa; phần của trường bị xóa thì cắt bỏ",
                "en": "for ever; the part of an erased school is cut",
            },
            {"vi": "Báo cáo đã gửi có căn cứ", "en": "What a report that was sent rests on"},
        ),
        Kept(
            ("givenanswer",),
            {
                "vi": "Câu trả lời đã gửi cho một yêu cầu có mã chống gửi trùng",
                "en": "Answers to requests that carry an idempotency key",
            },
            at,
            {"vi": "1 ngày, hoặc đến khi xóa trường", "en": "a day, or until the school is erased"},
            {"vi": "Gửi lại khi mất sóng không làm việc gì hai lần", "en": "So that sending again does nothing twice"},
        ),
        Kept(
            ("credential", "loginrecord"),
            {
                "vi": "Tài khoản của thiết bị: mật khẩu được mã hóa AES-256-GCM; cổng nào đã nhận hoặc từ chối",
                "en": "Logins of devices: the password sealed with AES-256-GCM; which door took or refused it",
            },
            at,
            ERASED,
            {"vi": "Đọc cấu hình thiết bị; không làm khóa thiết bị", "en": "To read settings, and lock no device out"},
        ),
    )
