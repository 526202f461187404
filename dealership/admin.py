"""The administrator's pages: stores, people, prices' frame and texts. No business is done here."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from dealership.models import (
    Bay,
    Device,
    Holiday,
    Membership,
    MessageTemplate,
    OpeningHours,
    Staff,
    Standard,
    Store,
)


class StoreRowAdmin(admin.ModelAdmin):
    """Rows of store tables, seen over all stores: an administrator stands outside the scopes."""

    list_filter = ["store"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of every store."""
        with scopes_disabled():
            return super().get_queryset(request)

    def changeform_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Edit without a scope; the page is rendered before the scope is closed again."""
        with scopes_disabled():
            response = super().changeform_view(*args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    def changelist_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """List without a scope."""
        with scopes_disabled():
            response = super().changelist_view(*args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    def delete_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Delete without a scope."""
        with scopes_disabled():
            response = super().delete_view(*args, **kwargs)
            return response.render() if hasattr(response, "render") else response


class MembershipInline(admin.TabularInline):
    """Roles of a person, store by store."""

    model = Membership
    extra = 1
    fields = ["store", "role", "duties"]


@admin.register(Staff)
class StaffAdmin(UserAdmin):
    """Accounts."""

    list_display = ["username", "name", "is_active", "is_staff"]
    search_fields = ["username", "name"]
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["name", "email", "phone", "language"]}),
        (_("Permissions"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "name", "email", "password1", "password2"]})]


@admin.register(Store)
class StoreAdmin(admin.ModelAdmin):
    """Stores."""

    list_display = ["code", "name", "brand", "timezone"]


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    """Devices; they are enrolled by a supervisor, here they are only seen."""

    list_display = ["name", "store", "enrolled_at", "revoked_at"]
    list_filter = ["store"]
    readonly_fields = ["store", "invited_by", "enrolled_at"]


@admin.register(Standard)
class StandardAdmin(admin.ModelAdmin):
    """Versions of the product's standard: read-only."""

    list_display = ["number", "loaded_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Loaded by a command."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Versions never change by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Visits stand on them."""
        return False


admin.site.register([Bay, Holiday, MessageTemplate, OpeningHours], StoreRowAdmin)
admin.site.site_header = _("Service reception · administration")
