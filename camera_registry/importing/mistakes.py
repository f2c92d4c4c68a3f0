"""What can be wrong in a file of the import: a closed table of kinds, each with its words and its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Text = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """One kind of mistake or notice: what it is and what to do, with places for names and values."""

    what: Text
    remedy: Text


def _kind(vi: str, en: str, vi_remedy: str, en_remedy: str) -> Kind:
    return Kind({"vi": vi, "en": en}, {"vi": vi_remedy, "en": en_remedy})


# fmt: off
KINDS: Mapping[str, Kind] = {
    "no_files": _kind("không có tệp nào để nhập", "there is nothing to import",
        "đặt schools.csv, devices.csv hoặc channels.csv vào thư mục này",
        "put schools.csv, devices.csv or channels.csv into this folder"),
    "unreadable": _kind("không đọc được tệp: {reason}", "the file cannot be read: {reason}",
        "kiểm tra quyền đọc tệp", "check who may read it"),
    "not_utf8": _kind("không phải UTF-8 (byte {byte})", "this is not UTF-8 (byte {byte})",
        "lưu lại dạng CSV UTF-8", "save it as CSV UTF-8"),
    "not_csv": _kind("không phải CSV: {reason}", "this is not CSV: {reason}",
        "lưu lại dạng CSV UTF-8; kiểm tra dấu ngoặc kép", "save it as CSV UTF-8; look for a quotation mark too many"),
    "too_large": _kind("tệp lớn hơn {most} MB", "the file is larger than {most} MB",
        "xóa hình ảnh và sheet không cần, hoặc chia thành nhiều tệp",
        "delete pictures and sheets that are not needed, or part it into several files"),
    "too_large_unpacked": _kind("tệp quá lớn khi mở ra (hơn {most} MB)",
        "the file is too large once it is unpacked ({most} MB)",
        "chép danh sách sang tệp mới, hoặc chia thành nhiều tệp",
        "copy the list into a new file, or part it into several files"),
    "too_many_rows": _kind("có hơn {most} dòng", "there are more than {most} rows",
        "xóa các dòng trống có định dạng ở cuối, hoặc chia thành nhiều tệp",
        "delete formatted empty rows at its end, or part it into several files"),
    "too_many_columns": _kind("có hơn {most} cột", "there are more than {most} columns",
        "xóa các cột không thuộc danh sách", "delete the columns that do not belong to the list"),
    "too_many_merged": _kind("có quá nhiều ô gộp", "there are too many merged cells",
        "bỏ gộp ô (Unmerge Cells), hoặc chép dữ liệu vào tệp mẫu",
        "unmerge the cells, or copy the data into the template"),
    "old_workbook": _kind("đây là tệp Excel kiểu cũ (.xls)", "this is a file of an old Excel (.xls)",
        "mở bằng Excel, chọn Lưu thành (Save As) dạng .xlsx, rồi chọn tệp đó",
        "open it in Excel, save it as .xlsx, and choose that file"),
    "binary_workbook": _kind("đây là tệp Excel dạng nhị phân (.xlsb)", "this is a binary workbook (.xlsb)",
        "mở bằng Excel, chọn Lưu thành (Save As) dạng .xlsx, rồi chọn tệp đó",
        "open it in Excel, save it as .xlsx, and choose that file"),
    "locked": _kind("tệp có mật khẩu mở", "the file is protected by a password",
        "mở bằng Excel, bỏ mật khẩu (Tệp › Thông tin › Bảo vệ sổ làm việc), lưu lại",
        "open it in Excel, take the password off (File › Info › Protect Workbook) and save it"),
    "not_a_workbook": _kind("tệp .xlsx bị hỏng ({reason})", "this .xlsx file is broken ({reason})",
        "mở bằng Excel, lưu thành tệp mới, rồi chọn tệp đó",
        "open it in Excel, save it as a new file, and choose that"),
    "other_zip": _kind("đây là tệp nén, không phải bảng tính", "this is an archive and no workbook",
        "giải nén, rồi chọn tệp .xlsx hoặc .csv bên trong", "unpack it, and choose the .xlsx or .csv file in it"),
    "other_file": _kind("đây là tệp {form}, không phải bảng tính", "this is a file of {form} and no workbook",
        "chọn tệp .xlsx hoặc .csv", "choose an .xlsx or a .csv file"),
    "no_table": _kind("không nhận ra danh sách nào trong tệp", "no list is recognised in the file",
        "chọn từng sheet là danh sách gì, hoặc chép dữ liệu vào tệp mẫu",
        "say what list each sheet is, or copy the data into the template"),
    "old_letters": _kind("chữ gõ bằng phông TCVN3 (.VnTime), ví dụ “{example}” là “{meant}”",
        "typed in a TCVN3 font, for example “{example}” is “{meant}”",
        "trả lời có chuyển sang Unicode hay không (tcvn3=yes hoặc tcvn3=no)",
        "say whether it is to be converted to Unicode (tcvn3=yes or tcvn3=no)"),
    "zeros_open": _kind("mã có thể mất số 0 ở đầu: {meant}?", "the code may have lost its zeros: {meant}?",
        "trả lời có thêm lại số 0 hay không ({key}=yes hoặc {key}=no)",
        "say whether they are to be put back ({key}=yes or {key}=no)"),
    "formula": _kind("công thức chưa có kết quả", "a formula without a result",
        "mở bằng Excel và lưu lại, hoặc dán giá trị (Paste Values)", "open and save it in Excel, or paste its value"),
    "formula_error": _kind("công thức bị lỗi", "a formula that failed", "sửa công thức, hoặc gõ giá trị",
        "mend the formula, or type the value"),
    "merged_across": _kind("ô bị gộp ngang nên không có giá trị riêng", "the cell is merged with the one on its left",
        "bỏ gộp ô (Unmerge Cells) và điền giá trị", "unmerge the cells and fill it in"),
    "became_a_date": _kind("Excel đã đổi giá trị thành ngày", "the spreadsheet has made a date of it",
        "định dạng cột là văn bản (Text) rồi gõ lại", "format the column as text and type it again"),
    "digits_lost": _kind("số dài quá 15 chữ số đã bị Excel làm tròn", "a number of more than 15 digits was rounded",
        "định dạng cột là văn bản (Text) rồi gõ lại", "format the column as text and type it again"),
    "lost_letters": _kind("chữ có dấu đã mất thành dấu ?", "letters with marks have become question marks",
        "gõ lại, và lưu dạng .xlsx hoặc CSV UTF-8", "type it again, and save it as .xlsx or CSV UTF-8"),
    "empty": _kind("tệp không có dòng tiêu đề", "the file has no headings",
        "dòng đầu tiên phải là tên các cột", "the first row must name the columns"),
    "password_column": _kind("mật khẩu không được nhập từ tệp: ai mở tệp cũng đọc được",
        "passwords are not taken from a file: whoever opens it can read them",
        "xóa cột này; nhập mật khẩu trên trang của thiết bị", "delete the column; type passwords on the device's page"),
    "password_alone": _kind("có mật khẩu nhưng không có tài khoản", "there is a password and no login it belongs to",
        "điền Tài khoản (username)", "fill in username"),
    "unknown_column": _kind("không có cột này{nearest}", "there is no such column{nearest}",
        "đổi tên hoặc xóa cột; các cột: {columns}", "rename or delete it; the columns are: {columns}"),
    "column_twice": _kind("cột có hai lần", "the column is there twice", "xóa một cột", "delete one"),
    "missing_column": _kind("thiếu cột bắt buộc", "a required column is missing", "thêm cột này", "add it"),
    "too_many_cells": _kind("dòng có nhiều ô hơn tiêu đề", "the row has more cells than there are headings",
        'đặt giá trị có dấu phẩy trong ngoặc kép: "10,8231", hoặc ngăn cột bằng dấu chấm phẩy',
        'put values with a comma in quotation marks: "10,8231", or part columns with semicolons'),
    "no_heading": _kind("có ô nằm dưới cột không có tiêu đề", "a cell stands below no heading",
        "đặt tên cho cột, hoặc xóa ô", "give the column a heading, or delete the cell"),
    "required": _kind("ô bắt buộc đang trống", "a required cell is empty", "điền giá trị", "fill it in"),
    "control": _kind("có ký tự không in được", "there is a character that cannot be printed",
        "gõ lại giá trị", "type the value again"),
    "too_long": _kind("dài quá {most} ký tự", "longer than {most} characters", "viết ngắn lại", "make it shorter"),
    "not_in_list": _kind("không có trong danh mục", "not in the list", "chọn: {choices}", "choose from: {choices}"),
    "not_a_number": _kind("không phải là số", "this is no number", "chỉ ghi số, ví dụ {example}",
        "write digits only, for example {example}"),
    "out_of_range": _kind("ngoài khoảng {least}–{most}", "not within {least} to {most}", "kiểm tra lại giá trị",
        "check the value"),
    "swapped": _kind("vĩ độ và kinh độ bị đổi chỗ", "latitude and longitude are swapped",
        "vĩ độ 8–24, kinh độ 102–110", "latitude is 8 to 24, longitude 102 to 110"),
    "half_position": _kind("chỉ có một trong hai tọa độ", "only one of the two coordinates is there",
        "ghi cả vĩ độ (lat) và kinh độ (lon), hoặc để trống cả hai", "write both (lat, lon), or neither"),
    "not_a_date": _kind("không phải ngày dd/mm/yyyy", "this is no date dd/mm/yyyy", "ví dụ 31/12/2026",
        "for example 31/12/2026"),
    "not_a_price": _kind("không phải số tiền (đồng)", "this is no amount in đồng", "ví dụ 1.200.000",
        "for example 1.200.000"),
    "not_a_mac": _kind("không phải địa chỉ MAC", "this is no MAC address", "ví dụ 00:11:22:33:44:55",
        "for example 00:11:22:33:44:55"),
    "not_an_email": _kind("không phải địa chỉ thư", "this is no e-mail address", "ví dụ ten@hcm.edu.vn",
        "for example name@hcm.edu.vn"),
    "not_a_host": _kind("không phải địa chỉ IP hoặc tên miền", "this is no IP address and no host name",
        "chỉ ghi địa chỉ, ví dụ 192.168.1.64; cổng ghi ở cột Cổng ONVIF (onvif_port) và Cổng RTSP (rtsp_port)",
        "write the address alone, for example 192.168.1.64; ports go into onvif_port and rtsp_port"),
    "not_a_path": _kind("không phải đường dẫn luồng", "this is no path of a stream",
        "bắt đầu bằng /, không có tài khoản, ví dụ /Streaming/Channels/101",
        "it begins with / and holds no login, for example /Streaming/Channels/101"),
    "password_in_path": _kind("đường dẫn luồng có mật khẩu", "the path of the stream holds a password",
        "để trống giá trị mật khẩu trong đường dẫn; nhập tài khoản ở trang thiết bị",
        "leave the value of the password empty in the path; type the login on the page of the device"),
    "not_a_code": _kind("không dùng được làm mã", "this cannot be a code",
        "không dùng dấu / và khoảng trắng, tối đa 40 ký tự", "no / and no spaces, at most 40 characters"),
    "not_a_network": _kind("không phải dải mạng", "this is no network", "ví dụ 192.168.1.0/24; 10.1.0.0/16",
        "for example 192.168.1.0/24; 10.1.0.0/16"),
    "public_network": _kind("không phải dải mạng nội bộ", "this is no private network",
        "dùng 10.0.0.0/8, 172.16.0.0/12 hoặc 192.168.0.0/16; dải công cộng cần Sở duyệt",
        "use 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16; a public one needs the city's approval"),
    "public_host": _kind("không phải địa chỉ nội bộ", "this is no private address",
        "ghi địa chỉ trong mạng của trường; địa chỉ công cộng cần Sở duyệt",
        "write the address inside the school; a public one needs the city's approval"),
    "refused_network": _kind("hệ thống không được phép kết nối tới dải mạng {network}",
        "{network} may not be connected to",
        "sửa dải mạng; nếu đúng là mạng của trường, báo quản trị viên xem mục [outgoing] trong config.toml",
        "correct it; if it is the school's, tell the administrator to see [outgoing] in config.toml"),
    "special_host": _kind("địa chỉ đặc biệt, không thể là địa chỉ của camera",
        "an address of a special kind, which no camera can have",
        "ghi địa chỉ của thiết bị trong mạng của trường; không dùng 169.254.x.x, địa chỉ multicast hay quảng bá",
        "write the address inside the school; not 169.254.x.x, multicast or broadcast"),
    "loopback_host": _kind("địa chỉ của chính máy chủ này", "an address of this server itself",
        "ghi địa chỉ của thiết bị trong mạng của trường", "write the address inside the school"),
    "server_host": _kind("địa chỉ thuộc mạng của máy chủ, hệ thống không được phép kết nối tới",
        "an address of the server's own networks, which may not be connected to",
        "sửa địa chỉ; nếu đúng là thiết bị của trường, báo quản trị viên xem mục [outgoing] trong config.toml",
        "correct it; if it is a device of the school, tell the administrator to see [outgoing] in config.toml"),
    "outside_networks": _kind("ngoài dải mạng của điểm trường ({networks})",
        "outside the networks of the site ({networks})",
        "sửa địa chỉ, hoặc thêm dải mạng ở danh sách trường (Dải mạng nội bộ)",
        "correct the address, or add the network in the list of schools (networks)"),
    "no_host": _kind("thiết bị không có địa chỉ", "the device has no address",
        "ghi địa chỉ IP (host), hoặc chọn loại “Chỉ xem qua ứng dụng đám mây”",
        "fill in host, or choose the kind \"Seen through the maker's cloud only\""),
    "same_address": _kind("trùng địa chỉ với {other}", "the same address as {other}",
        "sửa địa chỉ hoặc cổng", "correct the address or the ports"),
    "row_twice": _kind("trùng với dòng {row}", "the same as row {row}", "xóa một dòng", "delete one of them"),
    "rows_differ": _kind("khác với dòng {row} của cùng trường", "differs from row {row} of the same school",
        "ghi giống nhau ở mọi dòng của trường", "write the same in every row of the school"),
    "unknown_school": _kind("không có trường này{nearest}", "there is no such school{nearest}",
        "thêm trường vào danh sách trường (schools.csv), hoặc sửa mã",
        "add it to the list of schools (schools.csv), or correct the code"),
    "unknown_site": _kind("trường không có điểm trường này", "the school has no such site",
        "thêm một dòng có điểm trường này vào danh sách trường (schools.csv)",
        "add a row with this site to the list of schools (schools.csv)"),
    "unknown_device": _kind("trường không có thiết bị này", "there is no such device",
        "thêm thiết bị vào danh sách thiết bị (devices.csv), hoặc sửa mã",
        "add it to the list of devices (devices.csv), or correct the code"),
    "which_school": _kind("nhiều trường có thiết bị mã này", "several schools have a device of this code",
        "điền cột Mã trường (school)", "fill in the column school"),
    "ambiguous_unit": _kind("nhiều đơn vị có tên này", "several units have this name",
        "ghi mã đơn vị: {choices}", "write the code: {choices}"),
    "index_missing": _kind("đầu ghi cần số kênh", "a recorder needs the number of the channel",
        "ghi số kênh, từ 1", "write it, from 1"),
    "name_twice": _kind("tên camera đã có tại điểm trường này ({other})",
        "the site has a camera of this name ({other})",
        "đặt tên khác, ví dụ thêm hướng nhìn", "name it differently, for example by where it looks"),
    "reason_missing": _kind("camera lớp học thuộc diện kết nối cần có lý do",
        "a camera in a classroom is offered without a reason",
        "ghi lý do ở Ghi chú (note), hoặc chọn Không", "write the reason into note, or choose Không"),
    "unknown_channel": _kind("không có kênh này trong trường", "the school has no such channel",
        "ghi mã thiết bị/số kênh, ví dụ DG-01/5", "write device/index, for example DG-01/5"),
    "not_your_school": _kind("không có trường này trong các trường bạn phụ trách",
        "this is none of the schools that you work for",
        "kiểm tra mã trường; trường mới do đơn vị quản lý hoặc Sở đăng ký",
        "check the code; new schools are registered by their managing unit, or by the city"),
    "not_your_field": _kind("bạn không được đổi ô này của trường; chỉ được đổi thông tin của điểm trường",
        "you may not change this of a school, only what is of its sites",
        "để trống, hoặc ghi như đã đăng ký; đơn vị quản lý hoặc Sở sửa thông tin của trường",
        "leave it empty, or as it is registered; its managing unit or the city changes it"),
    "other_unit": _kind("bạn không được đăng ký trường của đơn vị này", "you may not register schools of this unit",
        "ghi đơn vị của bạn; chuyển trường sang đơn vị khác do Sở thực hiện",
        "write your own unit; schools are handed over by the city"),
    "code_taken": _kind("mã trường đã được dùng", "this code of a school is taken",
        "kiểm tra mã; nếu đúng, báo cán bộ cấp thành phố", "check it; if it is right, tell the officer of the city"),
    "is_there": _kind("đã được đăng ký ({other})", "is registered already ({other})",
        "ghi mã hoặc tên khác, hoặc mở trang của mục đã có để sửa",
        "write another one, or open the page of what is there and change it"),
    "itself": _kind("không thể ghi qua chính nó", "it cannot be recorded as itself", "ghi kênh của đầu ghi",
        "write the channel of the recorder"),
}
NOTICES: Mapping[str, Kind] = {
    "guessed_encoding": _kind("tệp không ghi bảng mã; đã đọc theo {encoding}",
        "the file does not say its encoding; it was read as {encoding}",
        "xem lại các chữ có dấu trước khi nhập", "look at letters with marks before you import"),
    "preset": _kind("nhận ra danh sách xuất từ {preset}", "this is a list exported by {preset}",
        "không đọc các cột: {columns}", "these columns are not read: {columns}"),
    "rows_left_out": _kind("bỏ qua {count} dòng tiêu đề nhóm, tổng cộng, ghi chú: dòng {rows}",
        "{count} rows of groups, sums and remarks are left out: {rows}",
        "kiểm tra các dòng này không phải là dữ liệu", "check that none of them belongs to the list"),
    "filled_down": _kind("ô gộp dọc được tính cho mọi dòng của nó: dòng {rows}",
        "a cell merged over rows counts in all of them: {rows}", "kiểm tra các dòng này", "check these rows"),
    "sheet_not_read": _kind("không đọc sheet này", "this sheet is not read",
        "chọn sheet là danh sách gì nếu cần nhập", "say what list it is, if it is to be read"),
    "no_mac": _kind("địa chỉ MAC toàn số 0 được bỏ qua", "a MAC address of zeros is left out",
        "ghi địa chỉ trên nhãn, nếu có", "write the one on the label, if there is one"),
    "lost_zero": _kind("số điện thoại có thể mất số 0 ở đầu", "the telephone number may have lost its leading 0",
        "định dạng cột là văn bản", "format the column as text"),
    "left_outside": _kind("thiết bị đã đăng ký {other} nằm ngoài dải mạng này nên sẽ không được kiểm tra",
        "the registered device {other} is outside these networks, and will not be looked at",
        "sửa địa chỉ thiết bị, hoặc thêm dải mạng", "correct its address, or add its network"),
    "similar_name": _kind("cùng đơn vị đã có trường tên này ({other})", "the unit has a school of this name ({other})",
        "kiểm tra có phải cùng một trường", "check whether it is the same school"),
}
# fmt: on


class WrongCell(ValueError):
    """A cell cannot be read; `kind` is of KINDS."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong (or, of NOTICES, worth a look). Row 0 is the whole file. `column` is the field, else what
    stands above it; in a workbook `sheet`, `letter` and `heading` say where it is seen. `table`: what the
    sheet holds.
    """

    file: str
    row: int
    column: str
    value: str
    kind: str
    values: Mapping[str, object] = field(default_factory=dict)
    sheet: str = ""
    letter: str = ""
    heading: str = ""
    table: str = ""

    def what(self, language: str) -> str:
        """What is wrong, in one sentence."""
        return self._said().what[language].format(**self.values)

    def remedy(self, language: str) -> str:
        """What to do."""
        return self._said().remedy[language].format(**self.values)

    def _said(self) -> Kind:
        return KINDS.get(self.kind) or NOTICES[self.kind]
