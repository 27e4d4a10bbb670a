"""The endpoints of the webhook measurement, in a process of their own: healthy ones, and those that agree and then die.

Each line on standard input is a command, each answer a line of JSON. `/hook/…` always answers 204; `/busy/…` answers 503 and
`/mute/…` never, once they are dead; those at the second port are gone altogether then."""
import asyncio
import json
import re
import sys
import time

SENT = re.compile(rb'"sent": ?(\d+)')
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ORIGIN = re.compile(rb"webhook-request-origin: *([^\r]+)", re.IGNORECASE)
TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


class State:
    is_dead = False
    milliseconds = []
    dead_calls = 0
    open = set()


class Endpoint(asyncio.Protocol):
    def __init__(self, dies):
        self.dies, self.buffer = dies, b""

    def connection_made(self, transport):
        self.transport = transport
        if self.dies:
            State.open.add(transport)

    def connection_lost(self, _):
        State.open.discard(self.transport)

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self.buffer) < whole:
                return
            body, self.buffer = self.buffer[end + 4:whole], self.buffer[whole:]
            self.answer(head, body)

    def answer(self, head, body):
        if head.startswith(b"OPTIONS"):
            return self.transport.write(
                b"HTTP/1.1 200 OK\r\nWebHook-Allowed-Origin: " + ORIGIN.search(head)[1]
                + b"\r\nWebHook-Allowed-Rate: *\r\nContent-Length: 0\r\n\r\n")
        if head.startswith(b"POST /hook/"):
            State.milliseconds.append((time.monotonic_ns() - int(SENT.search(body)[1])) / 1e6)
        elif State.is_dead:
            State.dead_calls += 1
            if head.startswith(b"POST /busy/"):
                self.transport.write(BUSY)
            return
        self.transport.write(TAKEN)


async def serve(port, dying_port):
    loop = asyncio.get_running_loop()
    listening = lambda: loop.create_server(lambda: Endpoint(True), "0.0.0.0", dying_port, backlog=2048)
    dying = await listening()
    await loop.create_server(lambda: Endpoint(False), "0.0.0.0", port, backlog=2048)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        command, answer = line.decode().strip(), {}
        if command == "die":
            State.is_dead = True
            dying.close()
            for transport in list(State.open):
                transport.abort()
        elif command == "live":
            State.is_dead = False
            dying = await listening()
        elif command == "take":
            answer = {"milliseconds": State.milliseconds, "deadCalls": State.dead_calls}
            State.milliseconds, State.dead_calls = [], 0
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
