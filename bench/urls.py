"""The product's addresses and, below each store and the chain, a bare view to compare a page with."""

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from dealership.access import open_to_all
from dealership.urls import urlpatterns as product

STATEMENTS: list[str] = []
"""The SQL that the bare view sends."""
CONTENT = [b""]
"""The bytes that it answers with."""


@open_to_all
@login_required
def bare(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Send the same SQL through a cursor, fetch every row, answer the same bytes."""
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement)
            cursor.fetchall()
    return HttpResponse(CONTENT[0])


urlpatterns = [path("<slug:store>/bare/", bare, name="bare"), path("bare/", bare, name="bare-chain"), *product]
