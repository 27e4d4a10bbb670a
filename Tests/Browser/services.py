"""Services, applications and grants, as people of a department make them."""

import re
import sqlite3
import ssl
import time
import urllib.error
import urllib.request

CONTRACT = """openapi: 3.1.0
info: {title: Đơn vị hành chính (ví dụ), version: 1.0.0}
paths:
  /units/{code}:
    get:
      operationId: get-unit
      summary: Một đơn vị hành chính
      parameters:
        - {name: code, in: path, required: true, description: Mã đơn vị, schema: {type: string}, example: "356"}
      responses:
        "200":
          description: Đơn vị
          content:
            application/json:
              schema: {type: object, required: [code], properties: {code: {type: string}, name: {type: string}}}
"""


def register_service(visitor, code, text=CONTRACT, address="https://don-vi.example.vn/api", is_private=False,
                     data_class="open"):
    """From the list to the page of the new service; returns its path, or None when the form comes back.

    `is_private` is an administrator's word that the address may lie in a closed network.
    """
    visitor.go("/exchange/services/new")
    visitor.fill(code=code, name="Đơn vị hành chính (ví dụ)", contact="Phòng mẫu", addresses=address)
    visitor.page.select_option("[name='organisation']", "H40")
    if is_private:
        visitor.page.check("[name='private']")
    visitor.tick("class", data_class)
    visitor.page.set_input_files(
        "[name='document']", {"name": "units.yaml", "mimeType": "application/yaml", "buffer": text.encode()})
    visitor.send()
    return visitor.path if re.fullmatch(r"/exchange/services/[0-9a-f-]{36}", visitor.path) else None


def add_application(visitor, code, organisation="H40"):
    """Returns the path of the application and its key."""
    visitor.go("/exchange/applications/new")
    visitor.fill(code=code, name=f"Cổng thông tin {code} (ví dụ)")
    visitor.page.select_option("[name='organisation']", organisation)
    visitor.send()
    key = visitor.page.locator("#application-key").inner_text()
    visitor.send(visitor.page.locator("main a.btn").last)
    return visitor.path, key


def request_grant(visitor, code, application):
    """From the catalogue; returns the path of the grant."""
    visitor.go(f"/exchange/catalogue/{code}/v1")
    visitor.send(visitor.page.locator("main a[href*='/exchange/grants/new']"))
    return fill_request(visitor, application)


def fill_request(visitor, application):
    """The form of a request, here or at another node; returns the path of what was asked."""
    form = visitor.path
    visitor.page.select_option("[name='application']", application.rsplit("/", 1)[1])
    visitor.fill(purpose="Hiển thị địa chỉ trên cổng (ví dụ)", basis="NĐ 47/2020/NĐ-CP, Điều 35", until="2029-12-31")
    visitor.send()
    assert visitor.path != form, visitor.page.locator("main").inner_text()[:900]
    return visitor.path


def request_far_grant(visitor, node, code, application):
    """From the catalogue, at another member's node; returns the path of the request at home."""
    place = f"/exchange/members/{node}/services/{code}/v1"
    for _ in range(60):
        visitor.go("/exchange/catalogue?q=" + code)
        if visitor.page.locator(f"main a[href='{place}']").count():
            break
        visitor.page.wait_for_timeout(500)
    visitor.send(visitor.page.locator(f"main a[href='{place}']"))
    visitor.send(visitor.page.locator(f"main a[href='{place}/request']"))
    return fill_request(visitor, application)


def approve(visitor, grant):
    visitor.go(grant + "/decide")
    visitor.tick("decision", "approve")
    visitor.send()
    assert visitor.path == grant, visitor.page.locator("main").inner_text()[:600]


def call(cluster, node, path, key, wanted, seconds=20):
    """Calls a service through a node's gateway as an application does, until it answers `wanted`; status, head, body."""
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    address = f"https://127.0.0.1:{cluster.setting(node, 'gateway.port')}{path}"
    deadline = time.monotonic() + seconds
    while True:
        ask = urllib.request.Request(address, headers={"x-api-key": key})
        try:
            with urllib.request.urlopen(ask, timeout=30, context=trust) as answer:
                found = answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            found = error.code, error.headers, error.read().decode()
        if found[0] == wanted or time.monotonic() > deadline:
            assert found[0] == wanted, found
            return found
        time.sleep(0.1)


def take_on_trust(house, node, application, name):
    """A certificate as it was registered before proofs were asked for: by its digest, from whoever came first."""
    database = sqlite3.connect(house.cluster.folder / "demo" / node / "truc.sqlite", timeout=10)
    with database:
        database.execute(
            "INSERT INTO exchange_application_credential (id, application, kind, value, hint, created_at) "
            "VALUES (?, ?, 'certificate', ?, ?, 1577836800000)",
            (f"old-{name}", application.rsplit("/", 1)[1], name.encode().hex().ljust(64, "0"), "00000000"))
    database.close()
