"""The figures of events: durable publishes a second beside Redis, and webhooks with and without dead ones among them;
`scripts/bench-events` runs it.

The peer is Debian's Redis with `appendfsync always`, a stream, and its own load generator in C: what it answers is as durable as
what we answer. Debian's nats-server (2.9) cannot make each message durable (`sync_interval: always` came with 2.10)."""
import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import machine
from events_node import KIND, ROOT, EventsNode, free_ports, until
from events_webhooks import Endpoints, Webhooks
from figures import Figures

BATCH = 100
EVENT_BYTES = 340


class Redis:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="truc-redis-")
        (self.port,) = free_ports(1)
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.folder, "--save", "",
             "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: "PONG" in self.command("ping"))
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *words):
        return subprocess.run(["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True).stdout

    def publish(self, seconds, connections, at_once):
        """As many as take about so long, found by a short run."""
        rate = self.run(2000 * min(at_once, 10), connections, at_once)[0]
        return self.run(int(rate * seconds), connections, at_once)

    def run(self, count, connections, at_once):
        self.command("del", "events")
        used = machine.cpu_ns(self.process.pid)
        done = subprocess.run(
            ["redis-benchmark", "-p", str(self.port), "-c", str(connections), "-P", str(at_once), "-n", str(count), "--csv",
             "xadd", "events", "*", "event", "x" * EVENT_BYTES], capture_output=True, text=True, check=True)
        rate, _, _, _, _, p99, _ = [float(it) for it in re.findall(r'"([\d.]+)"', done.stdout.splitlines()[-1])][-7:]
        return rate, p99, (machine.cpu_ns(self.process.pid) - used) / 1000 / count


class Publishing:
    def __init__(self, node):
        self.node, self.run = node, 0

    def publish(self, seconds, connections, at_once):
        """Events a second, p99 of a call in ms, on-CPU µs of the node an event."""
        self.run += 1
        used, before = machine.cpu_ns(self.node.process.pid), self.last()
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(Path(__file__).with_name("events.lua")),
             f"http://127.0.0.1:{self.node.web}", "--", self.node.publisher, KIND, f"/bench/{self.run}", str(at_once)],
            capture_output=True, text=True, check=True)
        used = machine.cpu_ns(self.node.process.pid) - used
        if re.search(r"Non-2xx|Socket errors", done.stdout):
            raise SystemExit(done.stdout)
        calls = int(re.search(r"(\d+) requests in", done.stdout)[1])
        elapsed = float(re.search(r"requests in ([\d.]+)s", done.stdout)[1])
        # What the log says, and not only the load generator.
        stored = self.last() - before
        assert stored >= calls * at_once, (stored, calls)
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout).groups()
        return calls * at_once / elapsed, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], used / 1000 / stored

    def last(self):
        return self.node.control("event.state")["last"]


def publishes(figures, options):
    with EventsNode() as node, Redis() as redis:
        ours = Publishing(node)
        for number in range(options.rounds):
            figures.add("disk: fdatasync of 4 KiB appends, a second", machine.fsyncs_per_second(node.folder))
            for name, peer in [("Trục", ours), ("peer Redis, appendfsync always", redis)]:
                for words, at_once in [("one in a call", 1), (f"{BATCH} in a call", BATCH)]:
                    rate, p99, cpu = peer.publish(options.seconds, options.connections, at_once)
                    goal = "≥ 10,000" if name == "Trục" else ""
                    figures.add(f"{name}: durable publishes a second, {words}", rate, goal)
                    figures.add(f"{name}: p99 of a call, {words}, ms", p99)
                    figures.add(f"{name}: on-CPU µs an event, {words}", cpu)
            print(f"publishing, round {number + 1} of {options.rounds} done, load {os.getloadavg()[0]:.1f}", flush=True)
        figures.add("Trục: resident after all that, MB", machine.resident_mb(node.process.pid), "≤ 150")


def webhooks(figures, options):
    with EventsNode() as node, Endpoints() as endpoints:
        begin = time.monotonic()
        hooks = Webhooks(node, endpoints, options.subscribers, options.subscribers * options.dead_percent // 100)
        print(f"{options.subscribers} webhooks agreed after {time.monotonic() - begin:.0f} s", flush=True)
        hooks.round(5, options.pace, with_dead=False)
        for number in range(options.rounds):
            without = hooks.round(options.hook_seconds, options.pace, with_dead=False)
            beside = hooks.round(options.hook_seconds, options.pace, with_dead=True)
            hooks.rest()
            for words, one in [("all alive", without), (f"{options.dead_percent} % dead", beside)]:
                figures.add(f"webhooks, {words}: published → taken, p50 ms", one["p50"])
                figures.add(f"webhooks, {words}: published → taken, p99 ms", one["p99"])
                figures.add(f"webhooks, {words}: on-CPU µs a delivery", one["cpu"])
            figures.add("webhooks: calls to the dead in a round", beside["dead"])
            figures.add("webhooks: p99 with the dead ÷ without", beside["p99"] / without["p99"], "≤ 1.05")
            print(f"webhooks, round {number + 1} of {options.rounds}: p99 {without['p99']:.1f} and {beside['p99']:.1f} ms, "
                  f"load {os.getloadavg()[0]:.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of publishing, for each figure of a round")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--dead-percent", type=int, default=10)
    parser.add_argument("--hook-seconds", type=int, default=20)
    parser.add_argument("--pace", type=float, default=1, help="events a second that each webhook gets")
    parser.add_argument("--only", choices=["publishes", "webhooks"])
    options = parser.parse_args()
    figures = Figures()
    print(machine.describe())
    if options.only != "webhooks":
        publishes(figures, options)
    if options.only != "publishes":
        webhooks(figures, options)
    print(figures.table())
    figures.save(ROOT / "Benchmarks/last-events-run.json")


if __name__ == "__main__":
    main()
