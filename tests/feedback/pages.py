"""Opening a page as somebody of the cast, in a language."""

from django.test import Client

from tests.cast import Cast


def page(client: Client, cast: Cast, url: str, by: str = "manager", language: str = "zh-hans") -> str:
    """Return the page as `by` reads it; it must answer 200."""
    staff = getattr(cast, by)
    staff.language = language
    staff.save(update_fields=["language"])
    client.force_login(staff)
    response = client.get(url)
    assert response.status_code == 200, (url, response)
    return response.content.decode()
