"""What the gateway must not exceed, whatever its pace: memory of long bodies and of many grants, the tail of the times
while its table is swapped. And what it does when it has both cores."""
import os
import socket
import subprocess
import threading
import time
from pathlib import Path

import axis_bench
import machine

GIB = 1 << 30
# Each of 64 connections asks, waits for its answer, then 12 ms: near to 5,000 requests a second while answers take less than 1.
PACED = "function delay() return 12 end\n"


def measure(options, folder):
    ports = axis_bench.Ports()
    backend = subprocess.Popen(
        ["taskset", "-c", str(os.cpu_count() - 1),
         *axis_bench.backend_command(folder, ports, [f"bench-key-{number}" for number in range(options.grants)])],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    Path(folder, "file").mkdir(mode=0o755)
    Path(folder, "file/items").mkdir(mode=0o755)
    Path(folder, "file/items/short").write_text(axis_bench.BODY)
    with open(Path(folder, "file/items/long"), "wb") as file:
        file.truncate(GIB)
    try:
        for evidence in ("before-release", "within-1s"):
            with gateway(options, folder, ports.backend, evidence, "/file") as proxy:
                axis_bench.wrk(proxy, 3, path="/s0/v1/items/short")
                memory(proxy, f"{evidence}, 1 GiB down", down)
            with socket.create_server(("127.0.0.1", 0)) as sink:
                threading.Thread(target=take, args=[sink]).start()
                with gateway(options, folder, sink.getsockname()[1], evidence, "") as proxy:
                    memory(proxy, f"{evidence}, 1 GiB up", up)
            swapped(options, folder, ports.backend, evidence)
            with gateway(options, folder, ports.backend, evidence, "", loops=2, cores="0,1") as proxy:
                axis_bench.wrk(proxy, 2, connections=256)
                found = [axis_bench.wrk(proxy, options.seconds, connections=256) for _ in range(3)]
                print(f"{evidence}, both cores shared with service and callers, 256 connections: "
                      f"{axis_bench.spread([round['rps'] for round in found])} exchanges/s, "
                      f"p99 {axis_bench.spread([round['p99'] for round in found])} ms; "
                      f"disk: {machine.fsyncs_per_second(folder):,.0f} fdatasync of 4 KiB a second", flush=True)
    finally:
        backend.terminate()
        backend.wait(20)


class gateway:
    """Ours, for as long as the block lasts."""

    def __init__(self, options, folder, backend, evidence, base, loops=1, cores="0"):
        port = axis_bench.free_port()
        command = ["env", f"AXIS_BASE={base}", f"AXIS_LOOPS={loops}", options.program, str(port), str(backend),
                   f"{folder}/log{port}", str(options.grants), evidence]
        self.proxy = axis_bench.Proxy("Trục", command, port, "/s0/v1/items", [f"X-Api-Key: {axis_bench.KEY}"], cores)

    def __enter__(self):
        self.proxy.wait()
        return self.proxy

    def __exit__(self, *_):
        self.proxy.stop()


# The first is what the others are measured beside; the second says how much two looks at the same differ.
WAYS = {"the same table": "still", "the same table again": "still", "every grant other": "swap 1000",
        "one grant other": "swap 1000 1"}


def swapped(options, folder, backend, evidence):
    """The same pace in one process with the same table, with one that comes each second and in which every grant is other,
    and with one grant that is other each second, in turn and each round from another one on."""
    script = Path(folder, "paced.lua")
    script.write_text(PACED)
    found = {way: [] for way in WAYS}
    with gateway(options, folder, backend, evidence, "") as proxy:
        for number in range(options.rounds):
            first = number % len(WAYS)
            for way in [*WAYS][first:] + [*WAYS][:first]:
                proxy.tell(WAYS[way])
                axis_bench.wrk(proxy, 1, script=("-s", str(script)))
                found[way].append(axis_bench.wrk(proxy, options.seconds, script=("-s", str(script))))
    still, *others = WAYS
    print(f"{evidence}, {options.grants:,} grants, {axis_bench.spread([round['rps'] for round in found[still]])} requests/s: "
          f"p99 {axis_bench.spread([round['p99'] for round in found[still]])} ms")
    for way in others:
        ratio = [moving["p99"] / quiet["p99"] for quiet, moving in zip(found[still], found[way])]
        print(f"  {way}: p99 {axis_bench.spread([round['p99'] for round in found[way]])} ms, "
              f"{axis_bench.spread(ratio)} times as much", flush=True)


def memory(proxy, what, transfer):
    """Peak beyond what was resident before, while one long body goes through."""
    for pid in machine.family(proxy.process.pid):
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    began, before = time.monotonic(), proxy.resident_mb()
    transfer(proxy)
    print(f"{what}: {before:.0f} MB resident, at the most {peak_mb(proxy) - before:.1f} MB more, "
          f"in {time.monotonic() - began:.1f} s", flush=True)


def peak_mb(proxy):
    lines = Path(f"/proc/{proxy.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM"))


def connect(proxy, request):
    connection = socket.create_connection(("127.0.0.1", proxy.port))
    connection.sendall((f"{request} HTTP/1.1\r\nHost: bench\r\n{proxy.headers[0]}\r\nConnection: close\r\n").encode())
    return connection


def down(proxy):
    with connect(proxy, "GET /s0/v1/items/long") as connection:
        connection.sendall(b"\r\n")
        came, room = 0, bytearray(1 << 20)
        while got := connection.recv_into(room):
            came += got
        if came < GIB:
            raise SystemExit(f"only {came} bytes came down")


def up(proxy):
    with connect(proxy, "PUT /s0/v1/items/long") as connection:
        connection.sendall(f"Content-Length: {GIB}\r\n\r\n".encode())
        piece = bytes(1 << 20)
        for _ in range(GIB // len(piece)):
            connection.sendall(piece)
        answer = connection.recv(65536)
        if b" 20" not in answer[:13]:
            raise SystemExit(f"the body was not taken: {answer[:200]}")


def take(server):
    """A service that reads one request to its end and answers it."""
    with server.accept()[0] as connection:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        left = GIB - len(head.split(b"\r\n\r\n", 1)[1])
        room = bytearray(1 << 20)
        while left > 0 and (got := connection.recv_into(room)):
            left -= got
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n" if left == 0 else b"HTTP/1.1 400 Bad Request\r\n\r\n")
