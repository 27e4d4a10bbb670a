"""Services, applications and grants, as people of a department make them."""

import re

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


def register_service(visitor, code, text=CONTRACT, address="https://don-vi.example.vn/api"):
    """From the list to the page of the new service; returns its path, or None when the form comes back."""
    visitor.go("/exchange/services/new")
    visitor.fill(code=code, name="Đơn vị hành chính (ví dụ)", contact="Phòng mẫu", addresses=address)
    visitor.page.select_option("[name='organisation']", "H40")
    visitor.tick("class", "open")
    visitor.page.set_input_files(
        "[name='document']", {"name": "units.yaml", "mimeType": "application/yaml", "buffer": text.encode()})
    visitor.send()
    return visitor.path if re.fullmatch(r"/exchange/services/[0-9a-f-]{36}", visitor.path) else None


def add_application(visitor, code):
    """Returns the path of the application and its key."""
    visitor.go("/exchange/applications/new")
    visitor.fill(code=code, name="Cổng thông tin (ví dụ)")
    visitor.page.select_option("[name='organisation']", "H40")
    visitor.send()
    key = visitor.page.locator("#application-key").inner_text()
    visitor.send(visitor.page.locator("main a.btn").last)
    return visitor.path, key


def request_grant(visitor, code, application):
    """From the catalogue; returns the path of the grant."""
    visitor.go(f"/exchange/catalogue/{code}/v1")
    visitor.send(visitor.page.locator("main a[href*='/exchange/grants/new']"))
    visitor.page.select_option("[name='application']", application.rsplit("/", 1)[1])
    visitor.fill(purpose="Hiển thị địa chỉ trên cổng (ví dụ)", basis="NĐ 47/2020/NĐ-CP, Điều 35", until="2029-12-31")
    visitor.send()
    assert visitor.path != "/exchange/grants/new", visitor.page.locator("main").inner_text()[:900]
    return visitor.path


def approve(visitor, grant):
    visitor.go(grant + "/decide")
    visitor.tick("decision", "approve")
    visitor.send()
    assert visitor.path == grant, visitor.page.locator("main").inner_text()[:600]
