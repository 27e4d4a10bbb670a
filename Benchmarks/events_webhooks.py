"""A thousand webhook subscribers of which a tenth is dead: what the healthy ones notice of it.

Two kinds of rounds, one after the other: with the dead paused, and with the dead called, from their first failures on. A third
of the dead is gone (nobody listens), a third answers 503, a third takes the call and never answers."""
import json
import subprocess
import sys
import time
from pathlib import Path

import machine
from events_node import KIND, free_ports, until
from figures import percentile

PER_APPLICATION = 50


class Endpoints:
    def __enter__(self):
        self.port, self.dying_port = free_ports(2)
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("events_endpoints.py")), str(self.port), str(self.dying_port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # It answers when it listens.
        self.tell("take")
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def url(self, number, is_dead):
        """An address of its own for each, as a thousand endpoints have."""
        host = f"127.1.{number // 250}.{number % 250 + 1}"
        kind = ["hook", "busy", "mute"][number % 3] if is_dead else "hook"
        if is_dead and kind == "hook":
            return f"http://{host}:{self.dying_port}/gone/{number}"
        return f"http://{host}:{self.port}/{kind}/{number}"


class Webhooks:
    def __init__(self, node, endpoints, subscribers, dead):
        self.node, self.endpoints, self.number = node, endpoints, 0
        self.healthy, self.dead = [], []
        for first in range(0, subscribers, PER_APPLICATION):
            key = node.application(f"portal-{first}", f"follow:{KIND}")
            until(lambda: node.ask("GET", "/subscriptions", key=key)[0] == 200)
            for number in range(first, min(first + PER_APPLICATION, subscribers)):
                # Dead ones stand among the healthy, not at the end.
                is_dead = number % (subscribers // dead) == 0 if dead else False
                ask = {"types": [KIND], "url": endpoints.url(number, is_dead)}
                made = []
                until(lambda: made.append(node.ask("POST", "/subscriptions", ask, key)) or made[-1][0] == 201)
                (self.dead if is_dead else self.healthy).append(made[-1][1]["id"])
                node.control("event.allow-private", id=made[-1][1]["id"])
        others = [line for line in node.control("event.queues") if line["state"] != "active"]
        assert not others, others

    def round(self, seconds, pace, with_dead):
        """Milliseconds from before an event was published until a healthy endpoint had it, and CPU µs a delivery."""
        for one in self.dead:
            self.node.control("event.pause", id=one, pause=not with_dead)
        self.endpoints.tell("die" if with_dead else "take")
        time.sleep(1)
        self.endpoints.tell("take")
        used, count, begin = machine.cpu_ns(self.node.process.pid), 0, time.monotonic()
        while (due := begin + count / pace) < begin + seconds:
            time.sleep(max(0, due - time.monotonic()))
            self.number += 1
            self.node.publish({
                "specversion": "1.0", "id": str(self.number), "source": "/bench/webhooks", "type": KIND,
                "data": {"code": str(self.number), "state": "received", "sent": time.monotonic_ns()}})
            count += 1
        taken, dead_calls = [], 0
        deadline = time.monotonic() + 60
        while len(taken) < count * len(self.healthy):
            assert time.monotonic() < deadline, f"{len(taken)} of {count * len(self.healthy)} deliveries"
            time.sleep(0.2)
            answer = self.endpoints.tell("take")
            taken, dead_calls = taken + answer["milliseconds"], dead_calls + answer["deadCalls"]
        used = machine.cpu_ns(self.node.process.pid) - used
        if with_dead:
            # Back to life and up to date, so that the next round begins as the first did.
            self.endpoints.tell("live")
        return {"p50": percentile(taken, 0.5), "p99": percentile(taken, 0.99), "cpu": used / 1000 / len(taken),
                "count": len(taken), "dead": dead_calls}

    def rest(self):
        """Until the dead, alive again, have what they missed."""
        for one in self.dead:
            self.node.control("event.pause", id=one, pause=True)
            self.node.control("event.pause", id=one, pause=False)
        until(lambda: all(line["behind"] == 0 for line in self.node.control("event.queues")), 120)
