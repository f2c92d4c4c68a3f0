"""Guide: what the template says of each column, for whoever fills it in: an example, and what may stand there."""

from __future__ import annotations

from collections.abc import Mapping

# fmt: off
GUIDE: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "schools": {
        "school.code": ("0790123", "Mã của ngành, giữ số 0 ở đầu. Để trống: hệ thống cấp mã tạm TAM-…"),
        "name": ("Trường THCS Số 1", "Tên đầy đủ"),
        "levels": ("TH; THCS", "Chọn trong Danh mục; nhiều cấp cách nhau bằng dấu ;"),
        "kind": ("Công lập", "Chọn trong Danh mục"),
        "managed_by": ("UBND phường A", "Tên hoặc mã của đơn vị quản lý, xem Danh mục"),
        "located_in": ("26740", "Mã địa bàn hành chính"),
        "former_district": ("Quận 12 cũ", "Ghi tự do"),
        "site": ("Cơ sở 2", "Để trống: điểm trường chính. Trường có nhiều điểm: mỗi điểm một dòng"),
        "address": ("1 Đường B", "Số nhà, đường, phường/xã"),
        "lat": ("10,8231", "Từ 8 đến 24; dấu phẩy hoặc dấu chấm"),
        "lon": ("106,6297", "Từ 102 đến 110"),
        "contact": ("Nguyễn Văn A", "Người phụ trách camera"),
        "phone": ("0901234567", "Giữ số 0 ở đầu"),
        "email": ("ten@hcm.edu.vn", ""),
        "uplink": ("40", "Tốc độ tải lên của đường truyền, Mbps"),
        "networks": ("192.168.1.0/24", "Dải mạng của camera; nhiều dải cách nhau bằng dấu ;"),
        "power": ("Cả ngày đêm", "Chỉ ban ngày: trường cắt điện ban đêm, camera được kiểm tra ban ngày"),
        "tags": ("ưu tiên; đợt 1", "Từ của riêng bạn, để tìm và lọc"),
    },
    "devices": {
        "school": ("0790123", "Mã của trường ở sheet Trường hoặc đã đăng ký"),
        "site": ("Cơ sở 2", "Để trống: điểm trường chính"),
        "device.code": ("DG-01", "Không trùng trong trường. Để trống: hệ thống cấp mã TB-…"),
        "kind": ("Đầu ghi IP (NVR)", "Chọn trong Danh mục"),
        "make": ("Hãng", "Ghi tự do"),
        "model": ("Model", "Ghi như trên nhãn"),
        "serial": ("", "Ghi như trên nhãn; không ghi mã bảo mật"),
        "mac": ("00:11:22:33:44:55", "Dấu cách nào cũng được"),
        "host": ("192.168.1.64", "Địa chỉ trong mạng của trường, không ghi cổng. Trống: chỉ xem qua ứng dụng đám mây"),
        "onvif_port": ("80", "Để trống: 80"),
        "rtsp_port": ("554", "Để trống: cổng do thiết bị khai báo"),
        "stream_path": ("/Streaming/Channels/101", "Chỉ dùng khi thiết bị không có ONVIF; không ghi mật khẩu"),
        "username": ("quansat", "Mật khẩu không ghi trong tệp: nhập trên trang của thiết bị"),
        "owner": ("Thuê dịch vụ", "Chọn trong Danh mục"),
        "maintainer": ("Công ty B", "Đơn vị bảo trì"),
        "in_use_since": ("2021", "Năm"),
        "warranty_until": ("31/12/2026", "Ngày/tháng/năm"),
        "funding": ("Ngân sách", "Ghi tự do"),
        "price": ("1.200.000", "Đồng"),
        "tags": ("ưu tiên; đợt 1", "Từ của riêng bạn, để tìm và lọc"),
    },
    "channels": {
        "school": ("0790123", "Có thể để trống khi chỉ một trường có thiết bị mã này"),
        "device": ("DG-01", "Mã của thiết bị ở sheet Thiết bị hoặc đã đăng ký"),
        "index": ("5", "Từ 1. Camera IP có thể để trống (1)"),
        "name": ("Cổng chính – hướng ra đường", "Không trùng trong điểm trường"),
        "area": ("Cổng", "Chọn trong Danh mục"),
        "scope": ("Có", "Có, Không, Chưa quyết định. Lớp học mà Có thì phải ghi lý do ở Ghi chú"),
        "recorded_as": ("DG-01/5", "Camera IP ghi qua đầu ghi: mã đầu ghi/số kênh, để chỉ đếm một lần"),
        "outdoor": ("Ngoài trời", "Ngoài trời, Trong nhà"),
        "heading": ("90", "Từ 0 đến 359 độ, 0 là hướng bắc"),
        "height": ("3,5", "Mét"),
        "scene_width": ("6", "Mét"),
        "lat": ("10,8231", "Vị trí của camera; từ 8 đến 24"),
        "lon": ("106,6297", "Từ 102 đến 110"),
        "note": ("", "Ghi tự do, và lý do của diện kết nối"),
        "tags": ("ưu tiên; đợt 1", "Từ của riêng bạn, để tìm và lọc"),
    },
}
HOW = (
    "Điền ba sheet Trường, Thiết bị, Kênh. Cột có dấu * là bắt buộc. Ô trống giữ nguyên điều đã đăng ký.",
    "Mỗi dòng là một trường (hoặc một điểm trường), một thiết bị, một camera. Không cần điền đủ cả ba sheet.",
    "Nhập lại cùng một tệp không làm thay đổi gì: các dòng được nhận ra theo mã.",
    "Khi có lỗi, hệ thống nêu mọi lỗi kèm sheet, dòng, cột, giá trị và cách sửa, và chưa ghi gì.",
    "Trước khi ghi, hệ thống cho xem từng ô sẽ thay đổi. Một lần nhập có thể hoàn tác.",
    "Không ghi mật khẩu vào tệp này.",
)
"""What stands at the top of the template."""
# fmt: on
