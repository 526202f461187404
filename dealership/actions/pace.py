"""How fast a provider is fed: it counts an account, not a store, so all workers take their turns from one row."""

from datetime import datetime, timedelta

from dealership.models import ChannelPace

PATIENCE = timedelta(seconds=1)
"""A turn that is nearer than this is waited for; a message whose turn is farther off is put back."""


def take_turn(channel: str, *, per_second: float, now: datetime) -> tuple[datetime, bool]:
    """Take the next turn of `channel`: when it is, and whether it was taken (else it is too far off, and free)."""
    step = timedelta(seconds=1 / per_second)
    while True:
        row, made = ChannelPace.objects.get_or_create(channel=channel, defaults={"next_at": now + step})
        if made:
            return now, True
        turn = max(row.next_at, now)
        if turn - now > PATIENCE:
            return turn, False
        # Compare-and-set: whoever else took this turn meanwhile has moved the row on.
        if ChannelPace.objects.filter(channel=channel, next_at=row.next_at).update(next_at=turn + step):
            return turn, True
