"""Who a reader of our page is to the WeChat official account: its web authorisation with scope snsapi_base.

Read in WeChat's documentation for official accounts: "网页授权" (connect/oauth2/authorize, order of its parameters,
state of letters and digits, at most 128) and "换取用户授权凭证" (sns/oauth2/access_token, is_snapshotuser).
"""

import logging
from urllib.parse import urlencode

from django.conf import settings

from dealership.channels.base import ChannelError
from dealership.channels.exchange import exchange, text_of

CODE_REFUSED = {40029, 40163, 40226, 41008, 42003}
"""Not a code, used already, account at risk, no code, run out: only another code can help."""
LONGEST = 64
logger = logging.getLogger(__name__)


def authorise_url(*, back: str, state: str) -> str:
    """Return the provider's address that sends the browser on to `back` with `code` and `state`."""
    # The provider compares the order of the parameters too.
    query = urlencode({
        "appid": settings.WECHAT_APP_ID, "redirect_uri": back, "response_type": "code", "scope": "snsapi_base",
        "state": state,
    })  # fmt: skip
    return f"{settings.WECHAT_OPEN_URL}connect/oauth2/authorize?{query}#wechat_redirect"


def openid_of(code: str) -> str:
    """Return the openid of who brought the code, which goes once.

    Raises ChannelError (permanent: this code never helps) and TimedOut.
    """
    query = urlencode({
        "appid": settings.WECHAT_APP_ID, "secret": settings.WECHAT_APP_SECRET, "code": code,
        "grant_type": "authorization_code",
    })  # fmt: skip
    answer = exchange("GET", f"{settings.WECHAT_URL}sns/oauth2/access_token?{query}", headers={}).json()
    refused = answer.get("errcode")
    if refused:
        logger.warning("WeChat did not take a code of its web authorisation: errcode %s", refused)
        raise ChannelError(f"errcode {refused}", permanent=refused in CODE_REFUSED)
    # A snapshot of the page is read by nobody: its openid is made up and reaches no one.
    if answer.get("is_snapshotuser"):
        raise ChannelError("snapshot", permanent=True)
    openid = text_of(answer, "openid")
    if len(openid) > LONGEST:
        raise ChannelError("openid too long", permanent=True)
    return openid
