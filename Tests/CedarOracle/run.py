"""Compares our Cedar with the real engine (cedarpy) on random worlds: decisions, deciding policies, failed policies,
that neither reads policies which the other refuses to read, and that whatever our type checker takes, Cedar's validator
takes: the policies that ship with the program first. Each world's seed is printed when it differs: run.py --seed N
--worlds 1 repeats it."""
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
    """Whether Cedar's validator takes the policies, and its answers: nothing where it refuses to read them."""
    world = json.loads(line)
    try:
        policies = cedarpy.PolicySet.from_str(world["policies"])
    except ValueError:
        return False, None
    validation = cedarpy.validate_policies(world["policies"], world["schema"])
    entities = world["entities"] + world["actions"]
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
    """Worlds of one process: how many decisions, what differs, policy sets that were taken or not read, residuals."""
    program, seeds = task
    child = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    counts = ["decisions", "allowed", "failed", "taken", "worlds", "unread", "rows", "tables"]
    tally = dict.fromkeys(counts, 0) | {"differ": []}
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
        if "unread" in ours or expected is None:
            tally["unread"] += 1
            if "unread" not in ours:
                tally["differ"].append((seed, "we read policies that Cedar refuses to read"))
            elif expected is not None:
                tally["differ"].append((seed, f"we refuse to read policies that Cedar reads: {ours['unread']}"))
            continue
        tally["taken"] += ours["taken"]
        tally["rows"] += ours["rows"]
        tally["tables"] += ours["tables"]
        if ours["taken"] and not valid:
            tally["differ"].append((seed, "our type checker takes what Cedar's validator refuses"))
        if ours["shortDiffer"]:
            tally["differ"].append((seed, f"{ours['shortDiffer']} short answers differ from decide"))
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


def shipped(program):
    """What Cedar's validator says against the policies that ship with the program, and whether it looks at them."""
    world = json.loads(subprocess.run([program, "--shipped"], capture_output=True, check=True, timeout=60).stdout)
    found = cedarpy.validate_policies(world["policies"], world["schema"])
    faults = [f"the shipped policies: {it}" for it in found.errors]
    if not found.validation_passed and not faults:
        faults.append("the shipped policies do not pass")
    spoilt = world["policies"] + "\npermit (principal is Person, action, resource) when { principal.nothing };"
    if cedarpy.validate_policies(spoilt, world["schema"]).validation_passed:
        faults.append("the validator takes an attribute that there is not")
    count = len(json.loads(cedarpy.policies_to_json_str(world["policies"]))["staticPolicies"])
    print(f"Cedar's validator: {count} shipped policies, {len(faults)} faults")
    return faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    asked = parser.parse_args()
    started = time.monotonic()
    faults = shipped(asked.program)
    for fault in faults:
        print(fault)
    seeds = range(asked.seed, asked.seed + asked.worlds)
    with multiprocessing.Pool(asked.jobs) as pool:
        tallies = pool.map(share, [(asked.program, seeds[n :: asked.jobs]) for n in range(asked.jobs)])
    total = {k: sum((t[k] for t in tallies), [] if k == "differ" else 0) for k in tallies[0]}
    for seed, what in total["differ"][:10]:
        print(f"seed {seed}: {what}")
    print(
        f"{total['worlds']} worlds, {total['unread']} of them not read,"
        f" {total['decisions']} decisions ({total['allowed']} allow, {total['failed']} with errors),"
        f" {total['taken']} policy sets pass the type checker, {total['rows']} rows of {total['tables']} lists,"
        f" {time.monotonic() - started:.0f} s"
    )
    enough = total["worlds"] == asked.worlds and (asked.worlds < 100 or total["allowed"] > total["decisions"] // 20)
    failed = len(total["differ"]) + (not enough) + len(faults)
    print(f"{total['decisions'] + total['unread'] - len(total['differ'])} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
