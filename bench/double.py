"""An SMS provider that takes every message: a real HTTP/1.1 server in a process of its own, `python -m bench.double`.

POST / with {"reference": ...} takes a message; GET / answers {"taken": messages, "twice": messages it had before}.
It prints its port on the first line.
"""

import asyncio
import json


class Taken:
    """What the provider has: references, and how many came again."""

    def __init__(self) -> None:
        self.references: set[str] = set()
        self.twice = 0

    def take(self, reference: str) -> dict[str, object]:
        """Take one message."""
        self.twice += reference in self.references
        self.references.add(reference)
        return {"id": f"sms-{reference}"}

    def told(self) -> dict[str, object]:
        """Say what there is."""
        return {"taken": len(self.references), "twice": self.twice}


async def converse(taken: Taken, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one connection until the other side hangs up."""
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            break
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
        body = await reader.readexactly(length)
        answer = taken.take(json.loads(body)["reference"]) if lines[0].startswith("post") else taken.told()
        content = json.dumps(answer).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(content), content))
        if "connection: close" in lines:
            break
    writer.close()


async def main() -> None:
    """Serve until killed."""
    taken = Taken()
    server = await asyncio.start_server(lambda *ends: converse(taken, *ends), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
