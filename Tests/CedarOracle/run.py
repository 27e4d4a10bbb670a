"""Compares our Cedar with the real engine (cedarpy) on random worlds: decisions, deciding policies, failed policies,
and that whatever our type checker takes, Cedar's validator takes. Each world's seed is printed when it differs:
run.py --seed N --worlds 1 repeats it."""
import argparse
import json
import multiprocessing
import random
import subprocess
import sys
import time

import cedarpy

from worlds import World

REQUESTS, POLICIES = 50, 8


def uid(u):
    return f"{u['type']}::{json.dumps(u['id'], ensure_ascii=False)}"


def theirs(line):
    world = json.loads(line)
    actions = {}
    schema = world["schema"]
    validation = cedarpy.validate_policies(world["policies"], schema)
    entities = world["entities"] + world["actions"]
    policies = cedarpy.PolicySet.from_str(world["policies"])
    requests = [
        {"principal": uid(q["principal"]), "action": uid(q["action"]), "resource": uid(q["resource"]), "context": q["context"]}
        for q in world["requests"]
    ]
    answers = cedarpy.is_authorized_batch(requests, policies, cedarpy.Entities.from_json_str(json.dumps(entities)))
    out = []
    for a in answers:
        if a.decision == cedarpy.Decision.NoDecision:
            raise SystemExit(f"the oracle took no decision: {a.diagnostics.errors}\n{line}")
        failed = sorted(int(e.split("`policy")[1].split("`")[0]) for e in a.diagnostics.errors)
        reasons = sorted(int(p.removeprefix("policy")) for p in a.diagnostics.reasons)
        out.append([a.decision == cedarpy.Decision.Allow, reasons, failed])
    return validation.validation_passed, out


def make(seed):
    r = random.Random(seed)
    world = World(r)
    data = json.loads(world.as_json(REQUESTS, r.randint(1, POLICIES)))
    data["actions"] = [
        {"uid": {"type": "Action", "id": a}, "attrs": {}, "parents": [{"type": "Action", "id": g} for g in gs]}
        for a, gs in world.actions.items()
    ]
    return json.dumps(data, ensure_ascii=False)


def share(task):
    """Worlds of one process: how many decisions, what differs, how many policies sets were taken, residuals."""
    program, seeds = task
    child = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    tally = {"decisions": 0, "allowed": 0, "failed": 0, "taken": 0, "worlds": 0, "rows": 0, "tables": 0, "differ": []}
    for seed in seeds:
        line = make(seed)
        child.stdin.write(line + "\n")
        child.stdin.flush()
        valid, expected = theirs(line)
        ours = json.loads(child.stdout.readline() or '{"error": "it stopped"}')
        if "error" in ours:
            tally["differ"].append((seed, ours["error"]))
            if child.poll() is not None:
                break
            continue
        tally["worlds"] += 1
        tally["taken"] += ours["taken"]
        tally["rows"] += ours["rows"]
        tally["tables"] += ours["tables"]
        if ours["taken"] and not valid:
            tally["differ"].append((seed, "our type checker takes what Cedar's validator refuses"))
        if ours["rowsDiffer"]:
            tally["differ"].append((seed, f"{ours['rowsDiffer']} rows differ from decide"))
        for place, (mine, right) in enumerate(zip(ours["answers"], expected, strict=True)):
            tally["decisions"] += 1
            tally["allowed"] += right[0]
            tally["failed"] += bool(right[2])
            if mine != right:
                tally["differ"].append((seed, f"request {place}: ours {mine}, Cedar {right}"))
    child.stdin.close()
    child.wait()
    return tally


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    asked = parser.parse_args()
    started = time.monotonic()
    seeds = range(asked.seed, asked.seed + asked.worlds)
    with multiprocessing.Pool(asked.jobs) as pool:
        tallies = pool.map(share, [(asked.program, seeds[n :: asked.jobs]) for n in range(asked.jobs)])
    total = {k: sum((t[k] for t in tallies), [] if k == "differ" else 0) for k in tallies[0]}
    for seed, what in total["differ"][:10]:
        print(f"seed {seed}: {what}")
    print(
        f"{total['worlds']} worlds, {total['decisions']} decisions ({total['allowed']} allow, {total['failed']} with errors),"
        f" {total['taken']} policy sets pass the type checker, {total['rows']} rows of {total['tables']} lists,"
        f" {time.monotonic() - started:.0f} s"
    )
    enough = total["worlds"] == asked.worlds and (asked.worlds < 100 or total["allowed"] > total["decisions"] // 20)
    failed = len(total["differ"]) + (not enough)
    print(f"{total['decisions'] - len(total['differ'])} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
