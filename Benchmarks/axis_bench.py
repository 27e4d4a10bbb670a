"""Our gateway beside nginx and haproxy before the same small backend, in interleaved rounds; `scripts/bench-axis` runs it.

One proxy core each (core 0), the backend on the last core, wrk with 64 connections on all but the first: nothing but the
proxy may run on the proxy's core, or an idle moment of one proxy becomes another's. On-CPU time is that of all threads of the
proxy's processes from /proc/PID/task/*/schedstat, divided by the requests that wrk counted: it holds on a busy machine, where
requests a second do not."""
import argparse
import os
import re
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import axis_bounds
import machine

ROOT = Path(__file__).resolve().parents[1]
BODY = '{"code":"36","name":"' + "Nam Định " * 16 + '"}'
KEY = "bench-key-0"
# The first so many proxies are what the others are measured beside.
PEERS = 4
HTTP = """
daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log {folder}/{name}.err warn;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; default_type application/json; client_body_temp_path {folder}/b;
proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; {inside} }}
"""
PROXY = ("upstream be {{ server 127.0.0.1:{backend}; keepalive 128; keepalive_requests 100000000; }} "
         "{extra} server {{ listen 127.0.0.1:{port}; location / {{ {inner} proxy_pass http://be; proxy_http_version 1.1; "
         'proxy_set_header Connection ""; }} {more} }}')


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Proxy:
    """One proxy under test: its processes, on core 0."""

    def __init__(self, name, command, port, path="/units", headers=(), cores="0"):
        self.name, self.port, self.path, self.headers = name, port, path, headers
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(["taskset", "-c", cores, *command], stdin=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, stderr=self.errors)

    def wait(self):
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.errors.seek(0)
        raise SystemExit(f"{self.name} does not listen: {self.errors.read().decode(errors='replace')[-2000:]}")

    def tell(self, order):
        """What axis-bench does beside the calls from now on."""
        self.process.stdin.write(f"{order}\n".encode())
        self.process.stdin.flush()

    def cpu_ns(self):
        return machine.cpu_ns(self.process.pid)

    def resident_mb(self):
        return sum(machine.resident_mb(pid) for pid in machine.family(self.process.pid))

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(20)


def nginx(name, folder, port, inside):
    path = Path(folder, f"{name}.conf")
    path.write_text(HTTP.format(folder=folder, name=name, inside=inside))
    return ["nginx", "-c", str(path), "-p", folder, "-e", f"{folder}/{name}.start"]


def haproxy(folder, port, backend):
    path = Path(folder, "haproxy.cfg")
    path.write_text(
        f"global\n nbthread 1\ndefaults\n mode http\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n"
        f" http-reuse always\nfrontend f\n bind 127.0.0.1:{port}\n default_backend b\n"
        f"backend b\n server s 127.0.0.1:{backend}\n")
    return ["haproxy", "-f", str(path)]


def wrk(proxy, seconds, connections=64, script=(), path=None):
    """Requests a second, p99 in ms, on-CPU µs a request."""
    headers = [part for header in proxy.headers for part in ("-H", header)]
    before = proxy.cpu_ns()
    done = subprocess.run(["taskset", "-c", f"1-{os.cpu_count() - 1}", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
                           "--latency", *script, *headers, f"http://127.0.0.1:{proxy.port}{path or proxy.path}"],
                          capture_output=True, text=True, check=True)
    used = proxy.cpu_ns() - before
    requests = int(re.search(r"(\d+) requests in", done.stdout)[1])
    if re.search(r"Non-2xx|Socket errors", done.stdout):
        raise SystemExit(f"{proxy.name}: {done.stdout}")
    return {"cpu": used / requests / 1000, "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1]),
            "p99": milliseconds(re.search(r"(?m)^\s+99%\s+(\S+)", done.stdout)[1])}


def milliseconds(text):
    number, unit = re.match(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def spread(values):
    ordered = sorted(values)
    quarter = statistics.quantiles(ordered, n=4) if len(ordered) > 1 else [ordered[0]] * 3
    return f"{statistics.median(ordered):,.2f} ({quarter[0]:,.2f}–{quarter[2]:,.2f})"


def known_keys(keys):
    """Which keys were given out, for nginx."""
    return "map_hash_bucket_size 128; map $http_x_api_key $known { default 0; " + "".join(f'"{key}" 1; ' for key in keys) + "} "


def auth_server(listen):
    return f"server {{ listen 127.0.0.1:{listen}; location / {{ if ($known = 0) {{ return 401; }} return 204; }} }} "


def backend_command(folder, ports, keys):
    """The service itself, and beside it the server that is asked whether a key is one of those that were given out."""
    inside = (f"{known_keys(keys)} server {{ listen 127.0.0.1:{ports.backend} reuseport; "
              f"location / {{ return 200 '{BODY}'; }} location /file/ {{ alias {folder}/file/; }} "
              f"location /taken/ {{ client_body_buffer_size 64k; return 204; }} }} "
              f"{auth_server(f'{ports.auth} reuseport')}")
    return nginx("backend", folder, ports.backend, inside)


def start(options, folder):
    ports = Ports()
    keys = [f"bench-key-{number}" for number in range(options.grants)]
    backend = subprocess.Popen(["taskset", "-c", str(os.cpu_count() - 1), *backend_command(folder, ports, keys)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    plain = PROXY.format(backend=ports.backend, extra="", port=ports[0], inner="", more="")
    log = "log_format j escape=json '{\"t\":\"$msec\",\"r\":\"$request\",\"s\":$status,\"k\":\"$http_x_api_key\"}'; "
    limit = "limit_req_zone $http_x_api_key zone=z:10m rate=1000000r/s; "
    checked = f"access_log {folder}/access.log j; limit_req zone=z burst=100000 nodelay; "
    asking = lambda port, server, more: PROXY.format(
        backend=ports.backend, port=port, extra=log + limit + more +
        f"upstream auth {{ server 127.0.0.1:{server}; keepalive 128; keepalive_requests 100000000; }} ",
        inner="auth_request /auth; " + checked,
        more='location = /auth { internal; proxy_pass http://auth; proxy_http_version 1.1; proxy_set_header Connection ""; '
             'proxy_pass_request_body off; proxy_set_header Content-Length ""; }')
    asked = asking(ports[1], ports.auth, "")
    # Whoever is asked costs time, too: here on the proxy's own core, as all of our node is.
    asked_here = asking(ports[7], ports[8], known_keys(keys) + auth_server(ports[8]))
    within = PROXY.format(
        backend=ports.backend, port=ports[2], extra=log + limit + known_keys(keys),
        inner="auth_request /auth; " + checked, more="location = /auth { internal; if ($known = 0) { return 401; } return 204; }")
    key = [f"X-Api-Key: {KEY}"]
    ours = lambda place, evidence: [options.program, str(ports[place]), str(ports.backend), f"{folder}/log{place}",
                                    str(options.grants), evidence]
    proxies = [
        Proxy("nginx plain", nginx("plain", folder, ports[0], plain), ports[0], headers=key),
        Proxy("nginx, auth server + log + limit", nginx("asked", folder, ports[1], asked), ports[1], headers=key),
        Proxy("nginx, auth within + log + limit", nginx("within", folder, ports[2], within), ports[2], headers=key),
        Proxy("nginx, auth server on its core + log + limit", nginx("here", folder, ports[7], asked_here), ports[7], headers=key),
        Proxy("haproxy", haproxy(folder, ports[3], ports.backend), ports[3], headers=key),
        Proxy("SwiftNIO, bytes only", [options.program, "bytes", str(ports[4]), str(ports.backend)], ports[4], headers=key),
        Proxy("Trục, before-release", ours(5, "before-release"), ports[5], "/s0/v1/items", key),
        Proxy("Trục, within-1s", ours(6, "within-1s"), ports[6], "/s0/v1/items", key),
    ]
    return backend, proxies


class Ports:
    def __init__(self):
        self.backend, self.auth, *self.others = [free_port() for _ in range(12)]

    def __getitem__(self, place):
        return self.others[place]


def table(proxies, samples):
    """Medians and quartiles; what is beside a peer is the ratio within each round."""
    yield "| proxy | on-CPU µs a request | requests/s | p99 ms | " + "".join(
        f"CPU capacity, requests/s and p99 beside {peer.name} | " for peer in proxies[:PEERS]) + "MB |"
    yield "|-" * (5 + PEERS) + "|"
    for proxy in proxies:
        own = {name: samples[proxy.name, name] for name in ("cpu", "rps", "p99")}
        beside = []
        for peer in proxies[:PEERS]:
            ratio = lambda name: [mine / other for mine, other in zip(own[name], samples[peer.name, name])]
            beside.append(f"{spread([1 / value for value in ratio('cpu')])}; {spread(ratio('rps'))}; {spread(ratio('p99'))}")
        yield (f"| {proxy.name} | {' | '.join(spread(own[name]) for name in own)} | {' | '.join(beside)} | "
               f"{proxy.resident_mb():.0f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--grants", type=int, default=10_000)
    parser.add_argument("--only", default="", help="the proxies whose name has this in it")
    parser.add_argument("--program", default=str(ROOT / ".build/release/axis-bench"))
    parser.add_argument("--bounds", action="store_true", help="memory, swapping and both cores instead of the rounds")
    options = parser.parse_args()
    print(machine.describe())
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        if options.bounds:
            axis_bounds.measure(options, folder)
        else:
            rounds(options, folder)


def rounds(options, folder):
    samples, fsyncs = {}, []
    backend, proxies = start(options, folder)
    try:
        for proxy in proxies:
            proxy.wait()
        called = [proxy for proxy in proxies if options.only in proxy.name]
        for number in range(options.rounds):
            fsyncs.append(machine.fsyncs_per_second(folder, 0.5))
            for proxy in called:
                for name, value in wrk(proxy, options.seconds).items():
                    samples.setdefault((proxy.name, name), []).append(value)
            print(f"round {number + 1} of {options.rounds}, load {os.getloadavg()[0]:.1f}", flush=True)
        print(f"disk: {spread(fsyncs)} fdatasync of 4 KiB a second")
        if called == proxies:
            print("\n".join(table(proxies, samples)))
        else:
            for (proxy, name), values in samples.items():
                print(f"{proxy}: {name} {spread(values)}")
    finally:
        for proxy in proxies:
            proxy.stop()
        backend.terminate()
        backend.wait(20)


if __name__ == "__main__":
    main()
