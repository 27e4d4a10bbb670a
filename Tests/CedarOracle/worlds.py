"""Random schemas, worlds and policies. Most policies are well typed; a part is not, so that errors are compared too."""
import json

WORDS = ["", "a", "ab", "abc", "đường", "e\u0301", "\u00e9", "x*y", 'q"uote', "back\\slash", "tab\t", "TLP:RED"]
PATTERNS = ["*", "a*", "*b", "a*c", "x\\*y", "*ư*", "", "ab", "*a*b*"]


def text(value):
    out = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{out}"'


class World:
    def __init__(self, random):
        self.r = random
        self.types = [f"T{i}" for i in range(random.randint(2, 3))]
        if random.random() < 0.3:
            self.types[-1] = "Ns::" + self.types[-1]
        self.ids = {t: [f"{t[-1]}{i}" for i in range(random.randint(2, 4))] for t in self.types}
        self.ids[self.types[0]][0] = "é"
        self.parents = {t: [p for p in self.types if random.random() < 0.5] for t in self.types}
        self.attributes = {t: self.record(2, random.randint(2, 5)) for t in self.types}
        self.context = self.record(1, random.randint(1, 4))
        self.actions = {"g0": [], "g1": [], "a0": ["g0"], "a1": ["g1"], "a2": ["g0", "g1"]}
        if random.random() < 0.5:
            self.actions["g1"] = ["g0"]
        self.applies = {
            a: ([random.choice(self.types)] + random.sample(self.types, 1), random.sample(self.types, random.randint(1, 2)))
            for a in ["a0", "a1", "a2"]
        }

    # types: ("bool",) ("long",) ("string",) ("entity", T) ("set", t) ("record", {name: (t, required)})

    def type(self, depth):
        kinds = ["bool", "long", "string", "entity", "entity"] + (["set", "set", "record"] if depth > 0 else [])
        kind = self.r.choice(kinds)
        if kind == "entity":
            return (kind, self.r.choice(self.types))
        if kind == "set":
            return (kind, self.type(depth - 1))
        if kind == "record":
            return (kind, self.record(depth - 1, self.r.randint(1, 2)))
        return (kind,)

    def record(self, depth, count):
        names = self.r.sample(["f0", "f1", "f2", "f3", "a b"], count)
        return {n: (self.type(depth), self.r.random() < 0.7) for n in names}

    def spell(self, t):
        if t[0] == "entity":
            return t[1]
        if t[0] == "set":
            return f"Set<{self.spell(t[1])}>"
        if t[0] == "record":
            return "{" + ", ".join(f'{text(n)}{"" if q else "?"}: {self.spell(u)}' for n, (u, q) in t[1].items()) + "}"
        return {"bool": "Bool", "long": "Long", "string": "String"}[t[0]]

    def schema(self):
        out = []
        for t in self.types:
            inside = f"in [{', '.join(self.parents[t])}] " if self.parents[t] else ""
            declared = f"entity {t.split('::')[-1]} {inside}= {self.spell(('record', self.attributes[t]))};"
            out.append(f"namespace Ns {{ {declared} }}" if "::" in t else declared)
        for a, groups in self.actions.items():
            inside = f" in [{', '.join(text(g) for g in groups)}]" if groups else ""
            applies = ""
            if a in self.applies:
                p, q = self.applies[a]
                applies = (
                    f" appliesTo {{ principal: [{', '.join(dict.fromkeys(p))}], resource: [{', '.join(q)}],"
                    f" context: {self.spell(('record', self.context))} }}"
                )
            out.append(f"action {text(a)}{inside}{applies};")
        return "\n".join(out)

    # values

    def value(self, t):
        r = self.r
        if t[0] == "bool":
            return r.random() < 0.5
        if t[0] == "long":
            return r.choice([0, 1, 2, -1, 7, 2**63 - 1, -(2**63)])
        if t[0] == "string":
            return r.choice(WORDS)
        if t[0] == "entity":
            return {"__entity": self.uid(t[1])}
        if t[0] == "set":
            return [self.value(t[1]) for _ in range(r.randint(0, 3))]
        return {n: self.value(u) for n, (u, q) in t[1].items() if q or r.random() < 0.6}

    def uid(self, t, strangers=True):
        if strangers and self.r.random() < 0.06:
            return {"type": t, "id": "nobody"}
        return {"type": t, "id": self.r.choice(self.ids[t])}

    def entities(self):
        out = []
        order = [(t, i) for t in self.types for i in self.ids[t]]
        self.r.shuffle(order)
        for place, (t, i) in enumerate(order):
            above = [(u, j) for u, j in order[:place] if u in self.parents[t]]
            parents = self.r.sample(above, min(len(above), self.r.randint(0, 2)))
            out.append(
                {
                    "uid": {"type": t, "id": i},
                    "attrs": self.value(("record", self.attributes[t])),
                    "parents": [{"type": u, "id": j} for u, j in parents],
                }
            )
        return out

    def requests(self, count):
        out = []
        for _ in range(count):
            a = self.r.choice(["a0", "a1", "a2"])
            p, q = self.applies[a]
            out.append(
                {
                    "principal": self.uid(self.r.choice(p)),
                    "action": {"type": "Action", "id": a},
                    "resource": self.uid(self.r.choice(q)),
                    "context": self.value(("record", self.context)),
                }
            )
        return out

    # policies

    def policies(self, count):
        return "\n".join(Writer(self).policy(n) for n in range(count))

    def as_json(self, requests, policies):
        return json.dumps(
            {
                "schema": self.schema(),
                "policies": self.policies(policies),
                "entities": self.entities(),
                "requests": self.requests(requests),
            },
            ensure_ascii=False,
        )


class Writer:
    """Writes one policy for one principal type, resource type and action."""

    def __init__(self, world):
        self.w, self.r = world, world.r
        self.careless = self.r.random() < 0.25

    def policy(self, number):
        w, r = self.w, self.r
        action = r.choice(["a0", "a1", "a2"])
        p, q = (r.choice(list(x)) for x in w.applies[action])
        self.vars = {"principal": ("entity", p), "resource": ("entity", q), "context": ("record", w.context)}
        principal = r.choice([f"principal is {p}", f"principal is {p}", f"principal is {p} in {self.literal(r.choice(w.types))}", f"principal == {self.literal(p)}"])
        resource = r.choice([f"resource is {q}", f"resource is {q}", f"resource is {q} in {self.literal(r.choice(w.types))}"])
        act = r.choice([f'action == Action::"{action}"', f'action == Action::"{action}"', f'action in [Action::"{action}"]'])
        if self.careless:
            principal, resource = r.choice([principal, "principal"]), r.choice([resource, "resource"])
            act = r.choice([act, "action", 'action in Action::"g0"', 'action in [Action::"g1", Action::"a0"]'])
        out = [f'@id("p{number}")' if r.random() < 0.5 else "", r.choice(["permit", "permit", "forbid"])]
        out.append(f"({principal}, {act}, {resource})")
        for _ in range(r.choice([0, 1, 1, 1, 2])):
            out.append(f"{r.choice(['when', 'when', 'unless'])} {{ {self.expr(('bool',), 3)} }}")
        return " ".join(out) + ";"

    def literal(self, t):
        uid = self.w.uid(t)
        return f"{uid['type']}::{text(uid['id'])}"

    def expr(self, t, depth):
        r = self.r
        if self.careless and r.random() < 0.04:
            t = self.w.type(1)
        if r.random() < 0.08 and depth > 0:
            return f"(if {self.expr(('bool',), depth - 1)} then {self.expr(t, depth - 1)} else {self.expr(t, depth - 1)})"
        if r.random() < (0.75 if depth > 0 else 0.5):
            found = self.path(t)
            if found:
                return found
        return getattr(self, t[0])(t, depth)

    def path(self, t):
        """An attribute path of that type; guarded paths only where the writer is careless or the path is required."""
        found = []
        for name, start in self.vars.items():
            self.walk(name, start, t, found, 3)
        return self.r.choice(found) if found else None

    def walk(self, spelled, u, wanted, found, depth):
        if u == wanted:
            found.append(spelled)
        if depth == 0 or u[0] not in ("entity", "record"):
            return
        fields = self.w.attributes[u[1]] if u[0] == "entity" else u[1]
        for n, (v, q) in fields.items():
            if q or (self.careless and self.r.random() < 0.5):
                self.walk(f"{spelled}.{n}" if " " not in n else f"{spelled}[{text(n)}]", v, wanted, found, depth - 1)

    def bool(self, t, depth):
        r = self.r
        if depth <= 0:
            return r.choice(["true", "false"])
        d = depth - 1
        kind = r.choice(["and", "or", "not", "eq", "in", "in", "is", "has", "guard", "guard", "like", "less", "contains", "contains", "all", "any", "empty"])
        if kind in ("and", "or"):
            return f"({self.expr(t, d)} {'&&' if kind == 'and' else '||'} {self.expr(t, d)})"
        if kind == "not":
            return f"!({self.expr(t, d)})"
        if kind == "eq":
            u = self.w.type(1)
            return f"({self.expr(u, d)} {r.choice(['==', '!='])} {self.expr(u, d)})"
        if kind == "in":
            u, v = ("entity", r.choice(self.w.types)), ("entity", r.choice(self.w.types))
            return f"({self.expr(u, d)} in {self.expr(v if r.random() < 0.6 else ('set', v), d)})"
        if kind == "is":
            u = r.choice(self.w.types)
            more = f" in {self.expr(('entity', r.choice(self.w.types)), d)}" if r.random() < 0.4 else ""
            return f"({self.expr(('entity', r.choice(self.w.types)), d)} is {u}{more})"
        if kind in ("has", "guard"):
            options = [(n, u) for n, u in self.vars.items()]
            spelled, u = r.choice(options)
            fields = self.w.attributes[u[1]] if u[0] == "entity" else u[1]
            n, (v, q) = r.choice(list(fields.items()))
            name = n if " " not in n and r.random() < 0.5 else text(n)
            access = f"{spelled}.{n}" if " " not in n else f"{spelled}[{text(n)}]"
            if kind == "has":
                return f"({spelled} has {name})"
            if v == ("bool",):
                return f"({spelled} has {name} && {access})"
            return f"({spelled} has {name} && {access} == {self.expr(v, d)})"
        if kind == "like":
            return f"({self.expr(('string',), d)} like \"{r.choice(PATTERNS)}\")"
        if kind == "less":
            return f"({self.expr(('long',), d)} {r.choice(['<', '<=', '>', '>='])} {self.expr(('long',), d)})"
        u = self.w.type(0)
        if kind == "contains":
            return f"{self.expr(('set', u), d)}.contains({self.expr(u, d)})"
        if kind in ("all", "any"):
            method = "containsAll" if kind == "all" else "containsAny"
            return f"{self.expr(('set', u), d)}.{method}({self.expr(('set', u), d)})"
        return f"{self.expr(('set', u), d)}.isEmpty()"

    def long(self, t, depth):
        if depth <= 0 or self.r.random() < 0.4:
            return self.r.choice(["0", "1", "2", "-1", "7", "9223372036854775807", "-9223372036854775808"])
        if self.r.random() < 0.2:
            return f"(-{self.expr(t, depth - 1)})"
        return f"({self.expr(t, depth - 1)} {self.r.choice(['+', '-', '*'])} {self.expr(t, depth - 1)})"

    def string(self, t, depth):
        return text(self.r.choice(WORDS))

    def entity(self, t, depth):
        return self.literal(t[1])

    def set(self, t, depth):
        return "[" + ", ".join(self.expr(t[1], depth - 1) for _ in range(self.r.randint(1, 3))) + "]"

    def record(self, t, depth):
        fields = [f"{text(n)}: {self.expr(u, depth - 1)}" for n, (u, q) in t[1].items() if q or self.r.random() < 0.6]
        return "{" + ", ".join(fields) + "}"
