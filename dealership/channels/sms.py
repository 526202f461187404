"""What every SMS provider has in common: whom it reaches, and the values that fill an approved text."""

import re

from dealership import wiring
from dealership.channels.base import Channel, ChannelError
from dealership.models import Customer, Message, MessageTemplate
from dealership.phones import mobile

VARIABLE = re.compile(r"\{(\w+)\}")


class SmsChannel(Channel):
    """An SMS goes to a mobile number in E.164; a landline or nonsense is never handed to a provider."""

    kind = "sms"
    can_query = True

    def address(self, customer: Customer | None) -> str:
        """Return the customer's mobile number in E.164, empty without one or without settings."""
        return mobile(customer.phone) if customer and self.configured else ""

    def number(self, message: Message) -> str:
        """Return the recipient in E.164. Raises ChannelError for what no SMS can reach."""
        if not self.configured:
            raise ChannelError("not configured", permanent=True)
        found = mobile(message.recipient)
        if not found:
            raise ChannelError("no mobile number", permanent=True)
        return found


def approved(message: Message) -> str:
    """Return the id of the approved text. Raises ChannelError where the store has named none."""
    if not message.template_id:
        raise ChannelError("no approved template", permanent=True)
    return message.template_id


def values(message: Message) -> dict[str, str]:
    """Return the values of the approved text by name, in the order in which the store's text names them.

    Without such a text all variables of the kind count, in the order of `wiring.MESSAGE_KINDS`. Of a link only its
    last part is a value: providers forbid addresses in values, so the approved text holds the rest of the address.
    """
    texts = MessageTemplate.objects.filter(kind=message.kind, language=message.language)
    own = texts.filter(template_id=message.template_id).order_by("-version").first()
    rule = wiring.MESSAGE_KINDS.get(message.kind)
    names = VARIABLE.findall(own.body) if own else rule.variables if rule else sorted(message.variables)
    return {name: _value(name, str(message.variables.get(name, ""))) for name in names}


def _value(name: str, text: str) -> str:
    return text.rstrip("/").rpartition("/")[2] if name == "link" else text
