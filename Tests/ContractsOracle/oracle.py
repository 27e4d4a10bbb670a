"""Made-up schemas, documents and YAML, judged by the room `Contracts` and by PyPI's validators.

    oracle.py PROGRAM [FACTOR]

Schemas: the same answer for every value as jsonschema (2020-12) and openapi-schema-validator (3.0).
Documents: whatever openapi-spec-validator refuses is refused; what we refuse besides has a code of STRICTER.
YAML: whatever is accepted, PyYAML accepts too and reads as the same; what PyYAML writes is accepted.
"""

import json
import random
import subprocess
import sys

import yaml
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

STRICTER = {
    # Names and places that the official schemas leave open, and references that nobody should follow.
    "openapi.unknown-field", "schema.unsupported-keyword", "reference.outside", "reference.nowhere",
    "reference.circle", "schema.beside-reference", "openapi.same-path", "openapi.path-template",
    "openapi.path-reference", "openapi.component-name", "openapi.security", "schema.items-missing", "schema.type",
    "openapi.parameter-shape", "openapi.no-responses", "openapi.status", "openapi.path-unknown", "schema.enum",
    "openapi.missing-field", "openapi.same-parameter", "openapi.object",
}
NAMES = ["a", "b", "c", "đ", "a/b", "x~y"]


def value(r, depth=0, floats=(0.5, 1.0, -2.0, 2.5, 1e3, 4.25)):
    kind = r.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return None
    if kind == 1:
        return r.random() < 0.5
    if kind == 2:
        return r.randint(-3, 12)
    if kind == 3:
        return r.choice(floats)
    if kind in (4, 5):
        return "".join(r.choice("abđ1👍 -") for _ in range(r.randrange(5)))
    if kind == 6:
        return [value(r, depth + 1, floats) for _ in range(r.randrange(4))]
    return {r.choice(NAMES): value(r, depth + 1, floats) for _ in range(r.randrange(4))}


def schema(r, old, depth=0):
    if not old and r.random() < 0.06:
        return r.random() < 0.7
    s = {}
    types = ["string", "number", "integer", "boolean", "array", "object"] + ([] if old else ["null"])

    def sub():
        return schema(r, old, depth + 1) if depth < 3 else {}

    for _ in range(r.randrange(1, 4)):
        pick = r.randrange(14 if old else 22)
        if pick == 0:
            s["type"] = r.choice(types) if old or r.random() < 0.6 else r.sample(types, r.randrange(1, 4))
        elif pick == 1:
            s["enum"] = [value(r, 2) for _ in range(r.randrange(1, 4))]
        elif pick == 2:
            s[r.choice(["minimum", "maximum"])] = r.randint(-2, 8)
            if old and r.random() < 0.4:
                s[r.choice(["exclusiveMinimum", "exclusiveMaximum"])] = r.random() < 0.5
        elif pick == 3 and not old:
            s[r.choice(["exclusiveMinimum", "exclusiveMaximum"])] = r.randint(-2, 8)
        elif pick == 4:
            s["multipleOf"] = r.choice([1, 2, 3, 0.5])
        elif pick == 5:
            s[r.choice(["minLength", "maxLength"])] = r.randrange(4)
        elif pick == 6:
            s["pattern"] = r.choice(["^a", "b$", "^[a-z]*$", "[^ab]", "a|1", "^(ab?)+$", r"\d", "^.{2,3}$", r"^\S*$"])
        elif pick == 7:
            s[r.choice(["minItems", "maxItems", "minProperties", "maxProperties"])] = r.randrange(4)
        elif pick == 8:
            s["uniqueItems"] = r.random() < 0.8
        elif pick == 9:
            s["items"] = sub()
        elif pick == 10:
            s["properties"] = {r.choice(NAMES): sub() for _ in range(r.randrange(1, 3))}
        elif pick == 11:
            s["required"] = r.sample(NAMES, r.randrange(1, 3))
        elif pick == 12:
            s["additionalProperties"] = r.choice([True, False]) if r.random() < 0.5 else sub()
        elif pick == 13:
            key = r.choice(["allOf", "anyOf", "oneOf", "not"])
            s[key] = sub() if key == "not" else [sub() for _ in range(r.randrange(1, 4))]
        elif pick == 14:
            s["const"] = value(r, 2)
        elif pick == 15:
            s["prefixItems"] = [sub() for _ in range(r.randrange(1, 3))]
        elif pick == 16:
            s["contains"] = sub()
            for bound in ("minContains", "maxContains"):
                if r.random() < 0.4:
                    s[bound] = r.randrange(3)
        elif pick == 17:
            s["patternProperties"] = {r.choice(["^a", "b", "^đ$"]): sub()}
        elif pick == 18:
            s["propertyNames"] = {r.choice(["maxLength", "minLength"]): r.randrange(3)}
        elif pick == 19:
            s["dependentRequired"] = {r.choice(NAMES): r.sample(NAMES, 1)}
        elif pick == 20:
            s["dependentSchemas"] = {r.choice(NAMES): sub()}
        elif pick == 21:
            s["if"], s["then"], s["else"] = sub(), sub(), sub()
    if old and s.get("type") == "array" and "items" not in s:
        s["items"] = {}
    if old and "type" in s and r.random() < 0.2:
        s["nullable"] = True
    if not old and depth == 0 and r.random() < 0.3:
        s["$defs"] = {"d": sub()}
        s.setdefault("properties", {})["a"] = {"$ref": "#/$defs/d", "description": "beside"}
        s.setdefault("items", {"$ref": "#"})
    return s


def document(r):
    """A document that is in order, from which `spoil` takes something."""
    is_new = r.random() < 0.5
    operation = {
        "operationId": "read",
        "parameters": [
            {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}},
            {"$ref": "#/components/parameters/day"},
        ],
        "responses": {
            "200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/U"}}}},
            "default": {"$ref": "#/components/responses/problem"},
        },
        "security": [{"key": []}],
    }
    return {
        "openapi": "3.1.0" if is_new else "3.0.3",
        "info": {"title": "T", "version": "1", "contact": {"name": "n"}, "license": {"name": "MIT"}},
        "servers": [{"url": "https://x.vn/{v}", "variables": {"v": {"default": "1"}}}],
        "tags": [{"name": "units"}],
        "paths": {
            "/units/{code}": {"get": operation},
            "/units": {
                "post": {
                    "operationId": "add",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
                    "responses": {"201": {"description": "made", "headers": {"X": {"schema": {"type": "string"}}}}},
                }
            },
        },
        "components": {
            "schemas": {"U": {"type": "object", "properties": {"under": {"type": "array", "items": {"type": "string"}}}}},
            "parameters": {"day": {"name": "day", "in": "query", "schema": {"type": "string", "format": "date"}}},
            "responses": {"problem": {"description": "p"}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        },
    }


def spoil(r, whole):
    places = []

    def walk(node):
        if isinstance(node, dict):
            for key, inside in node.items():
                places.append((node, key))
                walk(inside)
        elif isinstance(node, list):
            for place, inside in enumerate(node):
                places.append((node, place))
                walk(inside)

    walk(whole)
    node, key = r.choice(places)
    change = r.randrange(4)
    if change == 0:
        del node[key]
    elif change == 1:
        node[key] = r.choice([None, 3, "x", [], {}, True, -1])
    elif change == 2 and isinstance(node, dict):
        node[r.choice(["extra", "x-extra", "schema", "required", "name"])] = r.choice([True, "x", {}, []])
    elif isinstance(node, dict):
        node[r.choice(["tile", "POST", "/x", "x-a"])] = node.pop(key)
    return whole


def accepts_document(whole):
    validator = OpenAPIV31SpecValidator if str(whole.get("openapi", "")).startswith("3.1") else OpenAPIV30SpecValidator
    try:
        validator(whole).validate()
        return True
    except Exception:  # noqa: BLE001 - every way of refusing is a refusal
        return False


def plain(tree):
    """JSON as PyYAML's BaseLoader would read it: every scalar is text."""
    if isinstance(tree, dict):
        return {key: plain(inside) for key, inside in tree.items()}
    if isinstance(tree, list):
        return [plain(inside) for inside in tree]
    return tree if isinstance(tree, str) else None


def same(ours, theirs):
    """Equal, where our numbers, booleans and nulls stand for some text of theirs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    return ours is None and isinstance(theirs, str) or ours == theirs


def spoiled_text(r, text):
    letters = list(text)
    for _ in range(r.randrange(3)):
        place = r.randrange(len(letters) + 1)
        if r.random() < 0.5 and letters:
            del letters[min(place, len(letters) - 1)]
        else:
            letters.insert(place, r.choice(":-#[]{},'\"|> \n&*!%@ab1"))
    return "".join(letters)


class Judge:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.passed = self.failed = 0

    def ask(self, question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def check(self, is_fine, *what):
        if is_fine:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= 10:
            print("FAILED", *what)


def judge_schemas(judge, count, old):
    r = random.Random(20201109 + old)
    for _ in range(count):
        made = schema(r, old)
        # Drafts before 6, and so openapi-schema-validator's 3.0, take 1.0 for no integer.
        values = [value(r, floats=(0.5, 2.5, 4.25)) if old else value(r) for _ in range(10)]
        answer = judge.ask({"kind": "schema", "dialect": "3.0" if old else "3.1", "schema": json.dumps(made), "values": values})
        if isinstance(made, bool):
            made = {} if made else {"not": {}}
        validator = (OAS30Validator if old else Draft202012Validator)(made)
        wanted = [validator.is_valid(each) for each in values]
        judge.check(answer.get("valid") == wanted, json.dumps(made), values, answer, wanted)


def judge_documents(judge, count):
    r = random.Random(4)
    refused = 0
    for number in range(count):
        whole = document(r)
        if number > 10:
            whole = spoil(r, whole)
        answer = judge.ask({"kind": "openapi", "text": json.dumps(whole)})
        theirs = accepts_document(whole)
        refused += not theirs
        ours = "refused" not in answer
        is_fine = ours == theirs or (theirs and set(answer.get("refused", [])) & STRICTER)
        judge.check(is_fine, json.dumps(whole), answer, theirs)
    judge.check(refused > count / 10, "too few spoiled documents are refused at all:", refused)


def judge_yaml(judge, count):
    r = random.Random(9)
    accepted = 0
    for number in range(count):
        tree = {"top": value(r), "list": [value(r), value(r)]}
        text = yaml.safe_dump(
            tree, allow_unicode=True, default_flow_style=r.choice([None, True, False]), width=r.choice([10, 80]),
            default_style=r.choice([None, None, '"', "'", "|", ">"]), indent=r.choice([2, 4]))
        written = "!!" not in text and "&" not in text and "? " not in text
        if number % 2:
            text, written = spoiled_text(r, text), False
        answer = judge.ask({"kind": "yaml", "text": text})
        if "json" not in answer:
            judge.check(not written, "refused", repr(text), answer)
            continue
        accepted += 1
        try:
            theirs = yaml.load(text, Loader=yaml.BaseLoader)
        except (yaml.YAMLError, TypeError, ValueError) as error:
            # PyYAML holds keys of a flow mapping to one line, as YAML 1.1 does; YAML 1.2 §7.4.2 lets them go on.
            if "while parsing a flow mapping" in str(error) and "{" in text:
                continue
            judge.check(False, "accepted", repr(text), answer, error)
            continue
        judge.check(same(plain(answer["json"]), theirs), "read otherwise", repr(text), answer, theirs)
    judge.check(accepted > count / 5, "too little YAML is accepted at all:", accepted)


def main():
    judge = Judge(sys.argv[1])
    factor = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    judge_schemas(judge, int(1500 * factor), old=False)
    judge_schemas(judge, int(700 * factor), old=True)
    judge_documents(judge, int(300 * factor))
    judge_yaml(judge, int(1500 * factor))
    judge.process.stdin.close()
    print(f"{judge.passed} passed, {judge.failed} failed")
    return 1 if judge.failed or judge.process.wait() else 0


if __name__ == "__main__":
    sys.exit(main())
