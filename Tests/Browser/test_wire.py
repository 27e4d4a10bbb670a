"""What a first visit costs, and what comes with each answer."""
import json
import urllib.request

from openapi_spec_validator import OpenAPIV31SpecValidator

LIMIT_BYTES = 50 * 1024


def weigh(house, path, login=None):
    """All bytes on the wire, headers included, until the page and its font have come: (bytes, parts)."""
    with house.visit("H40", login) as visitor:
        wire = visitor.context.new_cdp_session(visitor.page)
        wire.send("Network.enable")
        names, parts = {}, {}
        wire.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
        wire.on("Network.loadingFinished", lambda event: parts.update(
            {names.get(event["requestId"], "?"): event["encodedDataLength"]}))
        visitor.go(path)
        visitor.page.evaluate("document.fonts.ready.then(() => document.fonts.status)")
        visitor.page.wait_for_function("performance.getEntriesByType('resource').some((it) => it.name.includes('font'))")
        visitor.page.wait_for_timeout(300)
        assert any(".css" in name for name in parts) and any(".woff2" in name for name in parts), list(parts)
        return sum(parts.values()), {name.rsplit("/", 1)[-1]: int(size) for name, size in parts.items()}


def test_a_first_visit_weighs_at_most_50_kilobytes(house):
    for path, login in [("/", None), ("/sign-in", None), ("/", "xu-ly"), ("/incidents/new", "xu-ly"), ("/exchange", "xu-ly")]:
        total, parts = weigh(house, path, login)
        print(f"     {path} {'for ' + login if login else ''}: {total / 1024:.1f} KB {parts}")
        assert total <= LIMIT_BYTES, f"{path} weighs {total} bytes: {parts}"


def test_a_second_visit_fetches_the_page_alone(house):
    with house.visit("H40") as visitor:
        visitor.go("/sign-in")
        visitor.page.wait_for_timeout(300)
        fetched = []
        visitor.context.on("response", lambda answer: fetched.append((answer.url, answer.from_service_worker)))
        visitor.go("/")
        sizes = visitor.page.evaluate(
            "performance.getEntriesByType('resource').map((it) => [it.name, it.transferSize])")
        assert sizes and all(size == 0 for _, size in sizes), sizes


def test_answers_carry_a_strict_policy_and_nothing_breaks_it(house):
    with house.visit("H40", "xu-ly") as visitor:
        visitor.page.add_init_script(
            "window.broken = []; addEventListener('securitypolicyviolation', (e) => broken.push(e.violatedDirective))")
        for path in ["/", "/incidents", "/exchange", "/threats", "/identity/account/authenticator"]:
            policy = visitor.go(path).headers["content-security-policy"]
            assert "default-src 'self'" in policy and "unsafe" not in policy, policy
            assert visitor.page.evaluate("broken") == [], path


def test_the_openapi_document_is_one_to_a_validator_nobody_here_wrote(house):
    # The name of the node is for browsers; the port is on loopback.
    port = house.cluster.origin("H40").rsplit(":", 1)[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json", timeout=10) as answer:
        document = json.load(answer)
    assert document["openapi"].startswith("3.1") and len(document["paths"]) > 10, document["openapi"]
    faults = [f"{'/'.join(map(str, fault.path))}: {fault.message}"
              for fault in OpenAPIV31SpecValidator(document).iter_errors()]
    assert not faults, faults[:10]
