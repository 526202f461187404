"""What goes in and out, for the schema; hot answers are plain dicts."""

from datetime import UTC, timedelta
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dealership.actions.operations import BATCH_LIMIT


class LoginIn(serializers.Serializer[Any]):
    """Account and password; `device` is the id of an enrolled device."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    device = serializers.UUIDField(required=False)


class StoreOut(serializers.Serializer[Any]):
    """A store of the person, with the roles there."""

    code = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class LoginOut(serializers.Serializer[Any]):
    """The token is shown once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    name = serializers.CharField()
    stores = StoreOut(many=True)


MOST_SHIFT = timedelta(days=36500) // timedelta(milliseconds=1)
"""As far as a tablet's clock can be set; more is no clock."""


@extend_schema_field(OpenApiTypes.INT64)
class Milliseconds(serializers.IntegerField):
    """A span of time as whole milliseconds."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the span as a timedelta."""
        return timedelta(milliseconds=super().to_internal_value(data))


class OperationIn(serializers.Serializer[Any]):
    """One act; `at` is the sender's clock, `payload` depends on kind and version.

    `shift` is how far (ms) that clock was set between the act and the sending, as the sender noticed.
    """

    id = serializers.UUIDField()
    seq = serializers.IntegerField(min_value=0, max_value=2**62)
    visit = serializers.UUIDField()
    kind = serializers.CharField(max_length=30)
    version = serializers.IntegerField(min_value=1, max_value=999, default=1)
    at = serializers.DateTimeField(default_timezone=UTC)
    shift = Milliseconds(default=timedelta)  # type: ignore[arg-type] # a span, not a number
    payload = serializers.DictField(default=dict)

    def validate_id(self, value: Any) -> Any:
        """Take version 7 ids only."""
        if value.version != 7:
            raise serializers.ValidationError("id must be a UUID of version 7.")
        return value


class SyncIn(serializers.Serializer[Any]):
    """A batch of one device."""

    device = serializers.UUIDField()
    sent_at = serializers.DateTimeField(default_timezone=UTC)
    operations = OperationIn(many=True, max_length=BATCH_LIMIT)  # type: ignore[call-arg] # many=True makes a list of it


class TabletSyncIn(serializers.Serializer[Any]):
    """A batch of one person at a tablet; the session names the person, `author` guards against a mix-up."""

    author = serializers.UUIDField()
    sent_at = serializers.DateTimeField(default_timezone=UTC)
    operations = OperationIn(many=True, max_length=BATCH_LIMIT)  # type: ignore[call-arg] # many=True makes a list of it


class ResultOut(serializers.Serializer[Any]):
    """What became of an operation."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(["accepted", "duplicate", "parked"])
    reason = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField(allow_blank=True)


class SyncOut(serializers.Serializer[Any]):
    """One answer per operation, in the order sent."""

    received = serializers.DateTimeField()
    results = ResultOut(many=True)
