"""The closed lists of the audit log: what can be done, of what, and which details are kept of it.

Strategy: what is not listed here cannot be written into the log. So no password, token or key gets in by a field that
somebody passes on whole, and every word has its Vietnamese. To add one: a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

from standards.model import Text

ACTIONS: Mapping[str, Text] = {
    "login": {"vi": "Đăng nhập", "en": "Logged in"},
    "login_failed": {"vi": "Đăng nhập không thành công", "en": "Login failed"},
    "logout": {"vi": "Đăng xuất", "en": "Logged out"},
    "account_create": {"vi": "Tạo tài khoản", "en": "Account made"},
    "account_change": {"vi": "Sửa tài khoản", "en": "Account changed"},
    "account_close": {"vi": "Khóa tài khoản", "en": "Account closed"},
    "account_erase": {"vi": "Xóa dữ liệu tài khoản", "en": "Account erased"},
    "password_change": {"vi": "Đổi mật khẩu", "en": "Password changed"},
    "password_reset": {"vi": "Đặt lại mật khẩu", "en": "Password reset"},
    "assignment_add": {"vi": "Phân công kỹ thuật viên", "en": "Technician assigned"},
    "assignment_end": {"vi": "Kết thúc phân công", "en": "Assignment ended"},
    "token_create": {"vi": "Tạo mã truy cập", "en": "API token made"},
    "token_end": {"vi": "Thu hồi mã truy cập", "en": "API token ended"},
    "session_end": {"vi": "Kết thúc phiên đăng nhập", "en": "Login session ended"},
    "import": {"vi": "Nhập danh sách", "en": "Import"},
    "import_undo": {"vi": "Hoàn tác một lần nhập danh sách", "en": "Import undone"},
    "school_change": {"vi": "Sửa thông tin trường", "en": "School changed"},
    "register": {"vi": "Đăng ký thiết bị và camera tại trường", "en": "Devices and cameras registered at a school"},
    "photos_allow": {"vi": "Cho phép hoặc ngừng lưu ảnh chỗ lắp", "en": "Photos of mounting places allowed or not"},
    "reply": {"vi": "Phản hồi của trường", "en": "Reply of a school"},
    "photo_add": {"vi": "Thêm ảnh chỗ lắp", "en": "Photo of a mounting place added"},
    "photo_see": {"vi": "Xem ảnh chỗ lắp", "en": "Photo of a mounting place seen"},
    "photo_end": {"vi": "Xóa ảnh chỗ lắp", "en": "Photo of a mounting place deleted"},
    "device_change": {"vi": "Sửa thông tin thiết bị", "en": "Device changed"},
    "channel_change": {"vi": "Sửa thông tin kênh", "en": "Channel changed"},
    "not_same": {"vi": "Xác nhận không phải cùng một thiết bị", "en": "Said not to be the same"},
    "discovery_ask": {"vi": "Yêu cầu dò tìm thiết bị", "en": "Discovery asked for"},
    "discovery": {"vi": "Dò tìm thiết bị", "en": "Discovery"},
    "found_dismiss": {"vi": "Bỏ qua thiết bị dò thấy", "en": "Found unit dismissed"},
    "found_restore": {"vi": "Đưa lại thiết bị đã bỏ qua", "en": "Found unit taken back"},
    "take_over": {"vi": "Cập nhật theo thiết bị", "en": "Taken over from the device"},
    "scope_decide": {"vi": "Quyết định diện kết nối", "en": "Scope decided"},
    "device_login": {"vi": "Nhập tài khoản thiết bị", "en": "Login of a device given"},
    "device_login_again": {"vi": "Cho thử lại tài khoản thiết bị", "en": "Login of a device may be tried again"},
    "device_certificate": {"vi": "Chấp nhận chứng thư của thiết bị", "en": "Certificate of a device accepted"},
    "logins_forget": {"vi": "Bỏ các mật khẩu không mở được", "en": "Logins that do not open forgotten"},
    "key_change": {"vi": "Đổi khóa mã hóa", "en": "Key changed"},
    "sweep_ask": {"vi": "Yêu cầu kiểm tra", "en": "Look asked for"},
    "sweep_change": {"vi": "Tạm dừng, tiếp tục hoặc hủy đợt kiểm tra", "en": "Sweep paused, resumed or cancelled"},
    "bundle_take": {"vi": "Nhận gói kết quả từ máy xách tay", "en": "Bundle of a laptop taken"},
    "laptop_key_end": {"vi": "Ngừng nhận gói của một máy xách tay", "en": "Key of a laptop ended"},
    "answer": {"vi": "Trả lời tiêu chí", "en": "Criterion answered"},
    "seen_on_site": {"vi": "Xác nhận tại chỗ", "en": "Seen on site"},
    "waiver_ask": {"vi": "Đề nghị ngoại lệ", "en": "Waiver asked for"},
    "waiver_decide": {"vi": "Quyết định ngoại lệ", "en": "Waiver decided"},
    "waiver_withdraw": {"vi": "Rút ngoại lệ", "en": "Waiver withdrawn"},
    "rule_confirm": {"vi": "Đề nghị xác nhận tiêu chí", "en": "Confirmation of a rule asked for"},
    "rule_decide": {"vi": "Quyết định xác nhận tiêu chí", "en": "Confirmation of a rule decided"},
    "rejudge": {"vi": "Đánh giá lại", "en": "Judged again"},
    "acceptance_start": {"vi": "Mở đợt nghiệm thu", "en": "Acceptance started"},
    "acceptance_close": {"vi": "Chốt kết quả nghiệm thu", "en": "Acceptance closed"},
    "acceptance_cancel": {"vi": "Hủy đợt nghiệm thu", "en": "Acceptance cancelled"},
    "period_change": {"vi": "Đặt kỳ báo cáo", "en": "Period of reports set"},
    "period_sent": {"vi": "Ghi nhận đã gửi hoặc chưa gửi báo cáo", "en": "Report said to be sent or not"},
    "figures_freeze": {"vi": "Chốt số liệu", "en": "Figures frozen"},
    "mailbox_change": {"vi": "Đổi địa chỉ hoặc loại thư nhận", "en": "Address or kinds of e-mail changed"},
    "mail_unsubscribe": {"vi": "Ngừng nhận một loại thư", "en": "A kind of e-mail ended"},
    "webhook_change": {
        "vi": "Thêm, bật, tắt hoặc đổi khóa webhook",
        "en": "Webhook added, switched, or its secret",
    },
    "agent_change": {
        "vi": "Thêm, đổi khóa, dừng, chạy lại hoặc gỡ trạm kiểm tra",
        "en": "Agent added, its keys renewed, stopped, started or removed",
    },
    "maintenance_add": {"vi": "Thêm thời gian bảo trì", "en": "Maintenance added"},
    "maintenance_end": {"vi": "Kết thúc thời gian bảo trì", "en": "Maintenance ended"},
    "handover_propose": {"vi": "Đề nghị kết nối camera", "en": "Cameras proposed for connection"},
    "handover_states": {"vi": "Ghi trạng thái bàn giao từ trung tâm", "en": "States of the handover read back"},
    "handover_logins": {"vi": "Tải cấu hình có tài khoản thiết bị", "en": "Configuration with logins downloaded"},
    "export": {"vi": "Xuất dữ liệu", "en": "Data exported"},
    "backup": {"vi": "Sao lưu", "en": "Backup made"},
    "restore": {"vi": "Phục hồi từ bản sao lưu", "en": "Backup restored"},
    "school_erase": {"vi": "Xóa toàn bộ dữ liệu của một trường", "en": "School erased"},
    "audit_expire": {"vi": "Xóa nội dung nhật ký quá hạn lưu", "en": "Values of old entries erased"},
}
"""Every action, in words. The chain holds the key."""

ERASING = frozenset({"school_erase", "account_erase", "audit_expire"})
"""Actions that may erase the values of earlier entries."""

SUBJECTS = frozenset(
    {"district", "school", "device", "channel", "account", "waiver", "acceptance", "edition", "rule", "confirmation"}
    | {"sweep", "batch", "period", "frozen"}
)
"""What an action is done to, by its public key."""

DETAILS = frozenset(
    {"by", "outcome", "level", "scope", "sha256", "rows", "count", "schools", "devices", "channels", "doors"}
    | {"new", "changed", "same", "looks", "hours", "role", "method", "reason_code", "before", "begins", "ends", "met"}
    | {"decision", "where", "form", "what"}
)
"""What is kept beside the subject: names, numbers and words from lists; never what was typed as a password, and never
a whole form."""
LONGEST = 200
"""Longer texts are cut: a detail is a word, no document."""
