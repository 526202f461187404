"""What goes in and out, for the schema; hot answers are plain dicts."""

from typing import Any

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


class OperationIn(serializers.Serializer[Any]):
    """One act; `at` is the sender's clock, `payload` depends on kind and version."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField(min_value=0, max_value=2**62)
    visit = serializers.UUIDField()
    kind = serializers.CharField(max_length=30)
    version = serializers.IntegerField(min_value=1, max_value=999, default=1)
    at = serializers.DateTimeField()
    payload = serializers.DictField(default=dict)

    def validate_id(self, value: Any) -> Any:
        """Take version 7 ids only."""
        if value.version != 7:
            raise serializers.ValidationError("id must be a UUID of version 7.")
        return value


class SyncIn(serializers.Serializer[Any]):
    """A batch of one device."""

    device = serializers.UUIDField()
    sent_at = serializers.DateTimeField()
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
