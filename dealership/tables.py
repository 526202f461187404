"""The two kinds of tables; a test holds this list against the database's own catalogue."""

SHARED_TABLES = frozenset(
    {
        # Ours, of no store.
        "dealership_store",
        "dealership_staff",
        "dealership_staff_groups",
        "dealership_staff_user_permissions",
        "dealership_membership",
        "dealership_device",
        "dealership_deviceuser",
        "dealership_apitoken",
        "dealership_heartbeat",
        "dealership_channelpace",
        "dealership_linkaddress",
        "dealership_linkguess",
        "dealership_standard",
        "dealership_standardtouchpoint",
        "dealership_standardstep",
    }
)

LIBRARY_PREFIXES = ("auth_", "axes_", "django_", "otp_")
"""Tables of Django and the libraries."""
