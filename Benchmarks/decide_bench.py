"""Decisions beside the real Cedar engine (PyPI's cedarpy), in interleaved rounds; `scripts/bench-decide` runs it.

The peer gets the same policies, the same 100,000 facts as entities read beforehand, and the same questions one by one; its
records are entities too, so it looks nothing up. What it answers otherwise than we do is counted: it must be nothing."""
import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

import cedarpy

import machine
from figures import Figures, percentile

ROOT = Path(__file__).resolve().parents[1]
GOALS = {"perSecond": "≥ 1,000,000", "p99us": "≤ 5"}


class Peer:
    """Cedar itself with our policies and our town."""

    def __init__(self, folder):
        self.policies = cedarpy.PolicySet.from_str((folder / "policies.cedar").read_text())
        self.entities = cedarpy.Entities.from_json_str((folder / "entities.json").read_text())
        self.shapes = {name: json.loads((folder / f"{name}.json").read_text()) for name in ("doors", "records")}

    def measure(self, name, seconds):
        """Decisions a second, the 99th percentile in µs, and how many differ from ours."""
        taken, differ, begin = [], 0, time.perf_counter()
        while time.perf_counter() - begin < seconds:
            for question in self.shapes[name]:
                request = {key: question[key] for key in ("principal", "action", "resource", "context")}
                start = time.perf_counter_ns()
                answer = cedarpy.is_authorized(request, self.policies, self.entities)
                taken.append(time.perf_counter_ns() - start)
                differ += (answer.decision == cedarpy.Decision.Allow) != question["allowed"]
                if time.perf_counter() - begin >= seconds:
                    break
        return len(taken) / sum(taken) * 1e9, percentile(taken, 0.99) / 1000, differ


def ours(program, *words):
    said = subprocess.run([program, *words], check=True, capture_output=True, text=True, timeout=900).stdout
    return [json.loads(line) for line in said.splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of the peer, for each shape and round")
    parser.add_argument("--rows", type=int, default=1_000_000, help="records of the long list; 0 for none")
    parser.add_argument("--program", default=str(ROOT / ".build/release/bench-decide"))
    options = parser.parse_args()
    figures = Figures()
    print(machine.describe())
    with tempfile.TemporaryDirectory(prefix="bench-decide-") as folder:
        ours(options.program, "export", folder)
        peer = Peer(Path(folder))
        for number in range(options.rounds):
            world, *shapes = ours(options.program, "decisions")
            if number == 0:
                print(f"{world['facts']:,} facts, {world['policies']} policies")
            for shape in shapes:
                name = shape["what"]
                figures.add(f"{name}: a second and core", shape["perSecond"], GOALS["perSecond"])
                figures.add(f"{name}: p50 µs", shape["p50us"])
                figures.add(f"{name}: p99 µs", shape["p99us"], GOALS["p99us"])
                figures.add(f"{name}: p99.9 µs", shape["p999us"])
            for name in ("doors", "records"):
                rate, p99, differ = peer.measure(name, options.seconds)
                figures.add(f"Cedar, {name}: a second and core", rate)
                figures.add(f"Cedar, {name}: p99 µs", p99)
                figures.add(f"Cedar, {name}: answers that differ", differ, "0")
            if options.rows and number < 3:
                for line in ours(options.program, "lists", str(options.rows)):
                    name = f"{line['what']}, {options.rows:,} rows"
                    for part, goal in (("p50ms", ""), ("p95ms", "≤ 20"), ("maxms", "")):
                        figures.add(f"{name}: {part.removesuffix('ms')} ms", line[part], goal)
    print(figures.table())
    figures.save(ROOT / "Benchmarks/last-decide-run.json")


if __name__ == "__main__":
    main()
