"""What people do, step by step, in their own language."""

import base64
import hashlib
import hmac
import re
import struct

WORDS = {
    "vi": {
        "report": "Báo sự cố", "send": "Gửi báo cáo", "sent": "Đã gửi báo cáo", "draft": "Lưu nháp", "share": "Chia sẻ",
        "shared": "Đã chia sẻ", "received": "Đã nhận", "signature": "Hợp lệ", "nam-dinh": "tỉnh Nam Định",
        "hai-duong": "tỉnh Hải Dương", "who": "Ai đang có thông tin này", "sign-in": "Đăng nhập",
        "sign-out": "Đăng xuất", "wrong": "Tên đăng nhập hoặc mật khẩu không đúng", "summary": "Chưa gửi được",
        "wrong-code": "Mã không đúng", "red": "không bao giờ gửi qua máy", "preview": "Xem trước",
        "bad-line": "Có dòng không đọc được", "save": "Lưu", "title": "Lỗi:", "other": "English",
        "nobody": "không đơn vị nào nhận được",
    },
    "en": {
        "report": "Report an incident", "send": "Send the report", "sent": "The report was sent", "draft": "Save draft",
        "share": "Share", "shared": "Shared", "received": "Received", "signature": "Holds", "nam-dinh": "Nam Định",
        "hai-duong": "Hải Dương", "who": "Who has it", "sign-in": "Sign in", "sign-out": "Sign out",
        "wrong": "The username or the password is not right", "summary": "Not sent yet",
        "wrong-code": "The code is not right", "red": "never sent by machine", "preview": "Preview",
        "bad-line": "Some lines cannot be read", "save": "Save", "title": "Error:", "other": "Tiếng Việt",
        "nobody": "nobody gets it",
    },
}


def fill_report(visitor, title, label="TLP:GREEN", to="cluster", named=()):
    """Fills in `/incidents/new`; name, operator and time are there already."""
    visitor.fill(title=title, summary="Ví dụ để thử. Đã ngắt mạng, đang khôi phục từ bản sao.")
    visitor.tick("kind", "phishing")
    visitor.tick("present", "handled")
    visitor.tick("detections", "log")
    visitor.tick("notified", "nobody")
    for part in ["reporter", "contact"]:
        visitor.page.fill(f"[name='{part}-name']", "Người xử lý mẫu")
        visitor.page.fill(f"[name='{part}-phone']", "0228000000")
        visitor.page.fill(f"[name='{part}-email']", "mau@example.vn")
    visitor.page.fill("[name='reporter-address']", "Địa chỉ mẫu")
    visitor.page.fill("[name='contact-position']", "Chuyên viên")
    visitor.tick("tlp", label)
    visitor.tick("to", to)
    for code in named:
        visitor.tick("named", code)


def report(visitor, title, language="vi", **more):
    """Reports an incident from the list's button to the page that thanks; returns the incident's path."""
    words = WORDS[language]
    visitor.go("/incidents")
    visitor.click(words["report"], "link")
    fill_report(visitor, title, **more)
    visitor.click(words["send"])
    assert visitor.says(words["sent"]), visitor.page.locator("main").inner_text()[:600]
    return visitor.path


def share(visitor, language="vi"):
    """From an incident's page through the last look to “shared”; returns who was said to get it."""
    words = WORDS[language]
    visitor.click(words["share"], "link")
    readers = visitor.page.locator("main ul li").all_inner_texts()
    visitor.send()
    assert visitor.page.locator(".banner.success").count() == 1, visitor.page.locator("main").inner_text()[:600]
    return readers


def report_and_share(visitor, title, language="vi", **more):
    path = report(visitor, title, language, **more)
    return path, share(visitor, language)


def one_time_code(secret, seconds):
    """RFC 6238 with SHA-1, six digits, 30 seconds; `secret` in base 32, as a page shows it."""
    key = re.sub(r"\s", "", secret).upper()
    key = base64.b32decode(key + "=" * (-len(key) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(seconds) // 30), hashlib.sha1).digest()
    place = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[place:place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"
