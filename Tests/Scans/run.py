#!/usr/bin/env python3
"""Starts one node and turns every scan on it. `run.py WORD…` runs those whose names contain one of the words.

The last line is `N passed, N failed`; the exit code is 0 when none failed.
"""

import importlib
import inspect
import os
import signal
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(os.path.abspath(__file__)).parent))

from node import Node  # noqa: E402

# What asks as an administrator comes last: it ends whatever it finds.
MODULES = ["test_slow", "test_tls", "test_imported", "test_api"]


def ask_to_stop(number, _):
    raise SystemExit(128 + number)


def main(words):
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    passed, failed, begun = 0, 0, time.monotonic()
    with Node() as node:
        for module in map(importlib.import_module, MODULES):
            for name, test in sorted(inspect.getmembers(module, inspect.isfunction), key=lambda it: it[1].__code__.co_firstlineno):
                label = f"{module.__name__}.{name}"
                if not name.startswith("test_") or words and not any(word in label for word in words):
                    continue
                start = time.monotonic()
                try:
                    test(node)
                    assert node.process.poll() is None, "the node is gone"
                    assert "an error nobody expected" not in node.said(), "the node met an error nobody expected"
                    passed += 1
                    print(f"ok   {label} ({time.monotonic() - start:.1f} s)", flush=True)
                except Exception:
                    failed += 1
                    print(f"{traceback.format_exc(limit=-3)}FAIL {label}\n{node.said()}", flush=True)
    print(f"{time.monotonic() - begun:.0f} s in all")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
