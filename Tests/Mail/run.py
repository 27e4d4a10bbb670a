"""The program's mail against a server that nobody here wrote."""

import email.policy
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import servers

TRUC = Path(__file__).resolve().parents[2] / ".build/debug/truc"
FOLDER = Path(tempfile.mkdtemp(prefix="truc-mail-"))


def attempt(port, *flags, to="can.bo@namdinh.example", security="starttls", host="localhost"):
    """`truc mail try`: (exit code, what it said)."""
    done = subprocess.run(
        [TRUC, "mail", "try", to, "--folder", FOLDER / "node", "--mail-server", f"{host}:{port}", "--mail-from",
         "truc@namdinh.example", "--mail-security", security, *flags],
        capture_output=True, text=True, timeout=100)
    return done.returncode, done.stdout + done.stderr


def expect(condition, said=""):
    if not condition:
        raise AssertionError(said)


def test_a_mail_arrives_as_it_was_meant():
    with servers.server() as box:
        code, said = attempt(box.port, security="none", host="127.0.0.1")
        expect(code == 0, said)
        expect(len(box.mails) == 1)
        envelope = box.mails[0]
        expect(envelope.mail_from == "truc@namdinh.example" and envelope.rcpt_tos == ["can.bo@namdinh.example"])
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        expect(not mail.defects and not any(part.defects for part in mail.walk()), mail.defects)
        expect(mail["subject"] == "Thư thử từ Trục / A trial mail from Trục", mail["subject"])
        expect(mail["from"].addresses[0].display_name == "Trục")
        expect(mail["date"].datetime is not None and mail["message-id"].startswith("<trial."))
        expect("Máy chủ thư của nút hoạt động.\n" in mail.get_content().replace("\r\n", "\n"), mail.get_content())
        expect(all(len(line) <= 78 for line in envelope.content.split(b"\r\n")))


def test_starttls_with_a_trusted_certificate():
    context, file = servers.certificate(FOLDER, "localhost")
    with servers.server(tls_context=context, require_starttls=True) as box:
        code, said = attempt(box.port, "--mail-authority-file", file)
        expect(code == 0, said)
        expect(box.secure == [True])


def test_an_untrusted_certificate_gets_nothing():
    context, _ = servers.certificate(FOLDER, "localhost")
    with servers.server(tls_context=context) as box:
        code, said = attempt(box.port)
        expect(code == 1 and "smtp.tls" in said and not box.mails, said)


def test_another_name_gets_nothing():
    context, file = servers.certificate(FOLDER, "other.example")
    with servers.server(tls_context=context) as box:
        code, said = attempt(box.port, "--mail-authority-file", file)
        expect(code == 1 and "smtp.tls" in said and not box.mails, said)


def test_a_server_without_tls_gets_nothing():
    with servers.server() as box:
        code, said = attempt(box.port)
        expect(code == 1 and "smtp.tls" in said and not box.mails, said)


def test_words_before_tls_are_not_believed():
    script = [(None, b"220 liar\r\n"), (b"EHLO", b"250-liar\r\n250 STARTTLS\r\n"), (b"STARTTLS", b"220 go\r\n250 injected\r\n")]
    with servers.liar(script) as (port, heard):
        code, said = attempt(port)
        expect(code == 1 and "smtp.tls" in said, said)
        expect(not any(b"MAIL" in line for line in heard))


def test_a_server_that_says_something_else():
    with servers.liar([(None, b"HTTP/1.1 400 Bad Request\r\n\r\n")]) as (port, _):
        code, said = attempt(port, security="none")
        expect(code == 1 and "smtp.malformed" in said, said)


def test_signing_in():
    context, file = servers.certificate(FOLDER, "localhost")
    secret = FOLDER / "password"
    for ways in [["PLAIN"], ["LOGIN"]]:
        other = ["LOGIN", "PLAIN"][ways == ["LOGIN"]]
        options = dict(
            tls_context=context, auth_required=True, auth_require_tls=True, authenticator=servers.authenticator(ways),
            auth_exclude_mechanism=[other])
        for password, works in [(servers.PASSWORD, True), (b"sai", False)]:
            secret.write_bytes(password + b"\n")
            with servers.server(**options) as box:
                code, said = attempt(
                    box.port, "--mail-authority-file", file, "--mail-username", servers.USER.decode(),
                    "--mail-password-file", secret)
                expect((code == 0) == works, (ways, said))
                expect(box.signed_in == ([True] if works else []))
                expect(works or "smtp.535" in said, said)


def test_a_refused_recipient():
    with servers.server() as box:
        code, said = attempt(box.port, security="none", host="127.0.0.1", to="no-such@namdinh.example")
        expect(code == 1 and "smtp.550" in said and not box.mails, said)
        code, said = attempt(box.port, security="none", host="127.0.0.1", to="later@namdinh.example")
        expect(code == 1 and "smtp.451" in said and not box.mails, said)


def test_addresses_in_other_letters():
    with servers.server(enable_SMTPUTF8=True) as box:
        code, said = attempt(box.port, security="none", host="127.0.0.1", to="nguyễn@ví-dụ.example")
        expect(code == 0 and box.mails[0].rcpt_tos == ["nguyễn@ví-dụ.example"], said)
    with servers.server(enable_SMTPUTF8=False) as box:
        code, said = attempt(box.port, security="none", host="127.0.0.1", to="nguyễn@ví-dụ.example")
        expect(code == 1 and "smtp.utf8" in said and not box.mails, said)


def test_hostile_addresses_never_reach_the_server():
    with servers.server() as box:
        for to in ["a@b.example>\r\nDATA", "a@b.example\nRCPT TO:<c@d.example>", "<a@b.example>", "a"]:
            code, said = attempt(box.port, security="none", host="127.0.0.1", to=to)
            expect(code == 64, said)
        expect(not box.mails)


def test_in_the_clear_only_on_this_machine():
    code, said = attempt(25, security="none", host="mail.example")
    expect(code == 64 and "mail.security" in said, said)


def main():
    tests = [(name, test) for name, test in sorted(globals().items()) if name.startswith("test_")]
    failed = 0
    for name, test in tests:
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        try:
            test()
            print(f"ok   {name}")
        except Exception:
            failed += 1
            print(f"FAIL {name}")
            traceback.print_exc()
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
