#!/usr/bin/env python3
"""SCIM 2.0 of a node that runs: every check of scim2-tester, then what its checks do not ask.

The last line is `N passed, N failed`; the exit code is 0 when none failed.
"""

import signal
import sys
import traceback
import urllib.parse

import httpx2
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from node import Node

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


class Suite:
    def __init__(self, node):
        self.node = node
        self.key = node.key("directory", "--scope", "scim", "--may-give", "officer")
        self.reader = node.key("reader", "--scope", "scim.read")

    def call(self, method, path, body=None, key=None, headers=None):
        return self.node.call(method, path, body, key or self.key, headers)

    def person(self, login, **more):
        status, _, made = self.call("POST", "/Users", {"schemas": [USER], "userName": login, **more})
        assert status == 201, made
        return made

    def found(self, text, kind="Users"):
        status, _, answer = self.call("GET", f"/{kind}?filter={urllib.parse.quote(text)}")
        assert status == 200, answer
        return [it.get("userName") or it["displayName"] for it in answer["Resources"]]

    def patch(self, path, *operations):
        return self.call("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})


def tester(suite):
    """scim2-tester's own checks; each of them counts."""
    http = httpx2.Client(base_url=suite.node.base, headers={"Authorization": f"Bearer {suite.key}"})
    client = SyncSCIMClient(http)
    passed, failed = 0, 0
    for result in check_server(client):
        if result.status in (Status.ERROR, Status.CRITICAL, Status.DEVIATION):
            failed += 1
            print(f"FAIL scim2-tester {result.title} {result.resource_type or ''}: {result.reason}")
        elif result.status != Status.SKIPPED:
            passed += 1
        else:
            print(f"skip scim2-tester {result.title}: {result.reason}")
    print(f"scim2-tester: {passed} passed, {failed} failed")
    return passed, failed


def test_nobody_comes_in_without_a_key(suite):
    for key in ["truc-key-no", "x", suite.key + "x"]:
        status, headers, answer = suite.call("GET", "/Users", key=key)
        assert status == 401 and "Bearer" in headers["WWW-Authenticate"], answer
        assert answer["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]


def test_a_reader_does_not_write(suite):
    person = suite.person("doc.thoi")
    for method, path, body in [
        ("POST", "/Users", {"schemas": [USER], "userName": "khong.duoc"}), ("DELETE", f"/Users/{person['id']}", None),
        ("POST", "/Bulk", {"schemas": [BULK], "Operations": [{"method": "DELETE", "path": f"/Users/{person['id']}"}]}),
    ]:
        assert suite.call(method, path, body, key=suite.reader)[0] == 403, method
    assert suite.call("GET", f"/Users/{person['id']}", key=suite.reader)[0] == 200


def test_filters(suite):
    suite.person(
        "loc.mot", name={"formatted": "Đỗ Thị Lọc"}, title="Chuyên viên", externalId="A-1",
        emails=[{"value": "loc.mot@vi-du.vn", "type": "work", "primary": True}, {"value": "loc@home.vn", "type": "home"}])
    suite.person("loc.hai", active=False, **{ENTERPRISE: {"employeeNumber": "NV-9"}})
    both, one, two = ["loc.hai", "loc.mot"], ["loc.mot"], ["loc.hai"]
    for text, expected in [
        ('userName eq "LOC.MOT"', one), ('userName sw "loc."', both), ('userName ew "hai"', two),
        ('name.formatted co "thị lọc"', one), ('title pr and userName sw "loc."', one),
        ('userName sw "loc." and not (title pr)', two), ('userName sw "loc." and title ne "Chuyên viên"', two),
        ('emails co "@VI-DU.vn"', one), ('emails[type eq "work" and value ew "home.vn"]', []),
        ('emails[type eq "home" and value ew "home.vn"]', one), ('userName sw "loc." and active eq false', two),
        ('externalId eq "A-1"', one), ('externalId eq "a-1"', []), (f'{ENTERPRISE}:employeeNumber eq "NV-9"', two),
        ('userName sw "loc." and meta.created gt "2020-01-01T00:00:00Z"', both),
        ('userName sw "loc." and (title eq "x" or active eq false or not (emails pr))', two),
        ('userName sw "loc." and userName gt "loc.h" and userName lt "loc.i"', two),
        ('userName eq "\' OR 1=1 --"', []), ('userName co "%"', []), ('externalId eq null and userName sw "loc."', two),
    ]:
        assert sorted(suite.found(text)) == expected, (text, suite.found(text))
    for text in ["userName", "userName eq", 'userName xx "a"', "(userName pr", 'nothing eq "a"', 'active gt true',
                 'emails[type eq "work"', "(" * 100 + "userName pr" + ")" * 100, 'name eq "x"', 'userName eq "a" and']:
        status, _, answer = suite.call("GET", "/Users?filter=" + urllib.parse.quote(text))
        assert status == 400 and answer["scimType"] == "invalidFilter", (text, answer)


def test_pages_and_order(suite):
    for number in range(7):
        suite.person(f"trang.{number}", title=f"T{7 - number}")
    seen = []
    for start in (1, 4, 7):
        _, _, page = suite.call("GET", f"/Users?filter=userName+sw+%22trang.%22&sortBy=title&startIndex={start}&count=3")
        assert page["totalResults"] == 7 and page["startIndex"] == start
        seen += [it["userName"] for it in page["Resources"]]
    assert seen == [f"trang.{number}" for number in reversed(range(7))], seen
    _, _, page = suite.call("GET", "/Users?count=0")
    assert page["totalResults"] >= 7 and page["Resources"] == []


def test_attributes(suite):
    person = suite.person("thuoc.tinh", title="A", emails=[{"value": "a@vi-du.vn", "type": "work"}])
    _, _, few = suite.call("GET", f"/Users/{person['id']}?attributes=emails.value")
    assert set(few) == {"schemas", "id", "emails"} and few["emails"] == [{"value": "a@vi-du.vn"}], few
    _, _, most = suite.call("GET", f"/Users/{person['id']}?excludedAttributes=emails,id")
    assert "emails" not in most and "id" in most and most["title"] == "A"


def test_versions(suite):
    person = suite.person("phien.ban")
    path = f"/Users/{person['id']}"
    _, headers, _ = suite.call("GET", path)
    tag = headers["ETag"]
    assert tag == person["meta"]["version"]
    assert suite.call("GET", path, headers={"If-None-Match": tag})[0] == 304
    change = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "title", "value": "Mới"}]}
    assert suite.call("PATCH", path, change, headers={"If-Match": tag})[0] == 200
    assert suite.call("PATCH", path, change, headers={"If-Match": tag})[0] == 412
    assert suite.call("DELETE", path, headers={"If-Match": tag})[0] == 412
    assert suite.call("GET", path, headers={"If-None-Match": tag})[0] == 200


def test_changes_as_directories_send_them(suite):
    person = suite.person("thu.muc", emails=[{"value": "cu@vi-du.vn", "type": "work", "primary": True}])
    path = f"/Users/{person['id']}"
    status, _, changed = suite.patch(
        path, {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "moi@vi-du.vn"},
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "0912 000 000"},
        {"op": "Add", "value": {"name.familyName": "Trần", "active": "False", f"{ENTERPRISE}:employeeNumber": "7"}})
    assert status == 200, changed
    assert changed["emails"][0]["value"] == "moi@vi-du.vn" and changed["active"] is False
    assert changed["phoneNumbers"] == [{"value": "0912 000 000", "type": "mobile"}]
    assert changed["name"] == {"familyName": "Trần"} and changed[ENTERPRISE]["employeeNumber"] == "7"
    for operation, kind in [
        ({"op": "remove"}, "noTarget"), ({"op": "replace", "path": "nothing", "value": 1}, "invalidPath"),
        ({"op": "replace", "path": 'emails[type eq "home"].value', "value": "x@y"}, "noTarget"),
        ({"op": "remove", "path": "userName"}, "mutability"), ({"op": "replace", "path": "id", "value": "1"}, "mutability"),
        ({"op": "replace", "path": "active", "value": "maybe"}, "invalidValue"),
        ({"op": "replace", "path": "preferredLanguage", "value": "fr"}, "invalidValue"),
    ]:
        status, _, answer = suite.patch(path, {"op": "replace", "path": "title", "value": "x"}, operation)
        assert status == 400 and answer["scimType"] == kind, (operation, answer)
    assert "title" not in suite.call("GET", path)[2], "all or nothing"


def test_an_account_is_active_or_not(suite):
    person = suite.person("khong.noi")
    assert person["active"] is True, "who does not say means that it is"
    path = f"/Users/{person['id']}"
    status, _, answer = suite.patch(path, {"op": "remove", "path": "active"})
    assert status == 400 and answer["scimType"] == "mutability", answer
    assert suite.patch(path, {"op": "replace", "path": "active", "value": False})[0] == 200
    status, _, answer = suite.call("PUT", path, {"schemas": [USER], "userName": "khong.noi"})
    assert status == 200 and answer["active"] is False, "or as it was"
    _, _, schema = suite.call("GET", f"/Schemas/{USER}")
    assert next(it["required"] for it in schema["attributes"] if it["name"] == "active") is True


def test_the_organisation_is_said_to_whoever_asks(suite):
    person = suite.person("o.dau", **{ENTERPRISE: {"employeeNumber": "NV-7"}})
    path = f"/Users/{person['id']}"
    assert person[ENTERPRISE] == {"employeeNumber": "NV-7"}, person
    _, _, asked = suite.call("GET", f"{path}?attributes={ENTERPRISE}:organization")
    assert asked[ENTERPRISE] == {"organization": "H49"}, asked
    assert suite.found(f'userName eq "o.dau" and {ENTERPRISE}:organization eq "H49"') == ["o.dau"]
    status, _, changed = suite.patch(path, {"op": "remove", "path": ENTERPRISE})
    assert status == 200 and ENTERPRISE not in changed and ENTERPRISE not in changed["schemas"], changed


def test_names_are_unique(suite):
    suite.person("mot.nguoi")
    status, _, answer = suite.call("POST", "/Users", {"schemas": [USER], "userName": "MOT.nguoi"})
    assert status == 409 and answer["scimType"] == "uniqueness"


def test_roles_are_groups(suite):
    person = suite.person("vai.tro")
    member = {"op": "add", "path": "members", "value": [{"value": person["id"]}]}
    status, _, group = suite.patch("/Groups/officer@H49", member)
    assert status == 200 and person["id"] in [it["value"] for it in group["members"]], group
    _, _, seen = suite.call("GET", f"/Users/{person['id']}")
    assert [it["value"] for it in seen["groups"]] == ["officer@H49"]
    assert "vai.tro" in suite.found('groups.value eq "officer@H49"')
    assert suite.found(f'members.value eq "{person["id"]}"', "Groups") == [group["displayName"]]
    status, _, group = suite.patch("/Groups/officer@H49", {"op": "remove", "path": f'members[value eq "{person["id"]}"]'})
    assert status == 200 and person["id"] not in [it["value"] for it in group.get("members", [])]
    for role in ["node-administrator@H49", "department-lead@H49", "auditor@H49"]:
        assert suite.patch(f"/Groups/{role}", member)[0] == 403, role
    assert suite.call("DELETE", "/Groups/officer@H49")[0] == 403
    assert suite.patch("/Groups/officer@H23", member)[0] == 404, "another province"


def test_bulk(suite):
    body = {"schemas": [BULK], "Operations": [
        {"method": "POST", "path": "/Groups", "bulkId": "nhom", "data": {
            "schemas": [GROUP], "displayName": "Tổ ví dụ", "members": [{"value": "bulkId:an"}]}},
        {"method": "POST", "path": "/Users", "bulkId": "an", "data": {"schemas": [USER], "userName": "bulk.an"}},
        {"method": "PATCH", "path": "/Users/bulkId:an", "data": {
            "schemas": [PATCH], "Operations": [{"op": "add", "path": "title", "value": "Tổ trưởng"}]}},
        {"method": "POST", "path": "/Users", "bulkId": "lai", "data": {"schemas": [USER], "userName": "bulk.an"}},
        {"method": "PUT", "path": "/Users/bulkId:khong", "data": {"schemas": [USER], "userName": "bulk.khong"}}]}
    status, _, answer = suite.call("POST", "/Bulk", body)
    assert status == 200, answer
    assert [it["status"] for it in answer["Operations"]] == ["201", "201", "200", "409", "409"], answer
    _, _, person = suite.call("GET", "/Users?filter=userName+eq+%22bulk.an%22")
    assert person["Resources"][0]["title"] == "Tổ trưởng"
    assert person["Resources"][0]["groups"][0]["display"] == "Tổ ví dụ"
    ring = {"schemas": [BULK], "Operations": [
        {"method": "POST", "path": "/Groups", "bulkId": one, "data": {
            "schemas": [GROUP], "displayName": one, "members": [{"value": f"bulkId:{other}"}]}}
        for one, other in [("a", "b"), ("b", "a")]]}
    assert [it["status"] for it in suite.call("POST", "/Bulk", ring)[2]["Operations"]] == ["409", "409"]
    many = {"schemas": [BULK], "Operations": [{"method": "DELETE", "path": "/Users/x"}] * 501}
    assert suite.call("POST", "/Bulk", many)[0] == 413
    stop = {"schemas": [BULK], "failOnErrors": 1, "Operations": [{"method": "DELETE", "path": "/Users/x"}] * 3}
    assert len(suite.call("POST", "/Bulk", stop)[2]["Operations"]) == 1


def test_only_the_own_subtree(suite):
    """A client of another organisation sees nobody of this one, and the other way about."""
    person = suite.person("cua.nam.dinh")
    # The node's folder reaches the node's organisation alone.
    try:
        suite.node.key("stranger", "--scope", "scim", "--reach", "H23")
        raise AssertionError("an account was made for another province")
    except RuntimeError:
        pass
    assert suite.call("GET", f"/Users/{person['id']}")[0] == 200


def test_hostile_bodies(suite):
    for body in ["[]", {"schemas": []}, {"schemas": [USER]}, {"schemas": [USER], "userName": 5},
                 {"schemas": [USER], "userName": "a" * 65}, {"schemas": [USER], "userName": "xau", "emails": "a@b"},
                 {"schemas": [USER], "userName": "xau", "emails": [{"value": "a@b"}] * 11},
                 {"schemas": [USER], "userName": "xau", "emails": [{"value": "a@b", "primary": True}] * 2}]:
        status, _, answer = suite.call("POST", "/Users", body)
        assert status == 400 and answer["scimType"] in ("invalidValue", "invalidSyntax"), (body, answer)


def test_who_is_gone_is_gone(suite):
    person = suite.person("da.nghi")
    path = f"/Users/{person['id']}"
    assert suite.call("DELETE", path)[0] == 204
    for method in ["GET", "DELETE"]:
        assert suite.call(method, path)[0] == 404
    assert suite.found('userName eq "da.nghi"') == []
    suite.person("da.nghi")


def test_a_rotated_key_overlaps(suite):
    made = suite.node.command("service-account", "add", "xoay", "for a test", "--scope", "scim.read")
    service, old = made.split()[1], made.strip().splitlines()[-1]
    new = suite.node.command("service-account", "rotate", service).strip()
    for key in (old, new):
        assert suite.call("GET", "/Users?count=0", key=key)[0] == 200
    suite.node.command("service-account", "end", service)
    for key in (old, new):
        assert suite.call("GET", "/Users?count=0", key=key)[0] == 401


def stop(number, _):
    raise SystemExit(128 + number)


def main(words):
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    passed = failed = 0
    with Node() as node:
        suite = Suite(node)
        if not words:
            passed, failed = tester(suite)
        for name, test in list(globals().items()):
            if not name.startswith("test_") or words and not any(word in name for word in words):
                continue
            try:
                test(suite)
                passed += 1
                print(f"ok   {name}")
            except Exception:
                failed += 1
                print(f"{traceback.format_exc(limit=-3)}FAIL {name}")
        if failed:
            print(node.said())
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
