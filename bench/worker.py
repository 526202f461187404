"""The product's worker with an empty task and a channel to the double added: `python -m bench.worker`."""

import json
import os
import sys

from dealership import wiring
from dealership.celery import app
from dealership.channels.base import Channel, Sent
from dealership.channels.exchange import exchange
from dealership.models import Customer, Message

ADDRESS = "BENCH_DOUBLE"
"""Environment: the double's address."""
CHANNEL = "bench"


class BenchChannel(Channel):
    """One question over HTTP a message, by the road of every provider's channel."""

    name = CHANNEL
    kind = "sms"
    can_query = True

    def address(self, customer: Customer | None) -> str:
        """Return the customer's phone."""
        return customer.phone if customer else ""

    def send(self, message: Message) -> Sent:
        """Hand it over."""
        content = {"reference": str(message.pk), "to": message.recipient, "text": message.body}
        headers = {"Content-Type": "application/json"}
        answer = exchange("POST", os.environ[ADDRESS], headers=headers, body=json.dumps(content).encode()).json()
        return Sent(provider_id=answer["id"])


@app.task(name="bench.empty")
def empty() -> None:
    """Do nothing."""


def main(argv: list[str]) -> None:
    """Run a worker as `deploy/start worker` does."""
    wiring.CHANNELS[CHANNEL] = "bench.worker.BenchChannel"
    app.worker_main(["--quiet", "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", *argv])


if __name__ == "__main__":
    main(sys.argv[1:])
