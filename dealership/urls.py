"""The map of the product: each app brings its own addresses."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("dealership.api.urls")),
    path("", include("feedback.urls")),
    path("", include("delivery.urls")),
    path("", include("inspection.urls")),
    path("", include("reception.urls")),
    path("", include("dealership.kernel_urls")),
]
