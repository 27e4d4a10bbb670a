#!/usr/bin/env python3
"""Starts one node and a browser, runs every test over them, stops all.

`run.py WORD…` runs the tests whose names contain one of the words. The last line is `N passed, N failed`; the exit code
is 0 when none failed.
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

from browser import browser  # noqa: E402
from node import Node  # noqa: E402

MODULES = ["test_authlib", "test_idpyoidc", "test_apache", "test_sample"]


def ask_to_stop(number, _):
    raise SystemExit(128 + number)


def main(words):
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask_to_stop)
    passed, failed, begun = 0, 0, time.monotonic()
    with Node() as node, browser() as chromium:
        for module in map(importlib.import_module, MODULES):
            for name, test in inspect.getmembers(module, inspect.isfunction):
                label = f"{module.__name__}.{name}"
                if not name.startswith("test_") or words and not any(word in label for word in words):
                    continue
                start = time.monotonic()
                try:
                    test(node, chromium)
                    passed += 1
                    print(f"ok   {label} ({time.monotonic() - start:.1f} s)", flush=True)
                except Exception:
                    failed += 1
                    print(f"{traceback.format_exc(limit=-4)}FAIL {label}\n{node.said()}", flush=True)
    print(f"{time.monotonic() - begun:.0f} s in all")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
