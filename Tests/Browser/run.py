#!/usr/bin/env python3
"""Starts a demo cluster, runs every test over it with two browsers side by side, stops all.

`run.py WORD…` runs the tests whose names contain one of the words. The last line is `N passed, N failed`; the exit code
is 0 when none failed.
"""

import contextlib
import importlib
import inspect
import io
import multiprocessing
import os
import queue
import signal
import sys
import time
import traceback
from pathlib import Path

HERE = Path(os.path.abspath(__file__)).parent
sys.path.insert(0, str(HERE))

from cluster import Cluster  # noqa: E402
from house import SCREENSHOTS, House  # noqa: E402

# The longest first, so that no browser waits for the other at the end.
MODULES = [
    "test_every_page", "test_between", "test_incidents", "test_sign_in", "test_passkeys", "test_keyboard", "test_threats", "test_wire",
    "test_receipt", "test_across", "test_grants", "test_gateway"]
BROWSERS = 2


def found(words):
    """The names of the tests, module by module, as they are written."""
    for module in MODULES:
        tests = inspect.getmembers(importlib.import_module(module), inspect.isfunction)
        own = [(inspect.getsourcelines(test)[1], name) for name, test in tests
               if name.startswith("test_") and test.__module__ == module]
        for _, name in sorted(own):
            if not words or any(word in f"{module}.{name}" for word in words):
                yield module, name


def work(cluster, waiting, results):
    """One browser: takes tests until none is left."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with House(cluster) as house:
        while True:
            try:
                module, name = waiting.get_nowait()
            except queue.Empty:
                return
            begun, said, fault = time.monotonic(), io.StringIO(), None
            try:
                with contextlib.redirect_stdout(said):
                    getattr(importlib.import_module(module), name)(house)
            except Exception:
                fault = traceback.format_exc(limit=-4)
            results.put((f"{module}.{name}", time.monotonic() - begun, said.getvalue(), fault))


def stop(number, _):
    raise SystemExit(128 + number)


def main(words):
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    for old in SCREENSHOTS.glob("failed-*.png"):
        old.unlink()
    tests, passed, failed, begun = list(found(words)), 0, [], time.monotonic()
    with Cluster() as cluster:
        print(f"the cluster answers after {time.monotonic() - begun:.1f} s", flush=True)
        context = multiprocessing.get_context("fork")
        waiting, results = context.Queue(), context.Queue()
        for test in tests:
            waiting.put(test)
        time.sleep(0.1)  # a queue is filled by a thread of its own
        workers = [context.Process(target=work, args=(cluster, waiting, results), daemon=True) for _ in range(BROWSERS)]
        for worker in workers:
            worker.start()
        for _ in tests:
            name, seconds, said, fault = result(results, workers)
            passed += fault is None
            failed += [name] if fault else []
            print(f"{said}{fault or ''}{'FAIL' if fault else 'ok  '} {name} ({seconds:.1f} s)", flush=True)
        for worker in workers:
            worker.join(20)
        if failed:
            print(cluster.logs())
            print("failed: " + ", ".join(failed))
    print(f"{time.monotonic() - begun:.0f} s in all")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


def result(results, workers):
    while True:
        try:
            return results.get(timeout=1)
        except queue.Empty:
            if not any(worker.is_alive() for worker in workers) and results.empty():
                raise RuntimeError("the browsers ended before the tests did") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
