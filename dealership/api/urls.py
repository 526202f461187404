"""Addresses of the API."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from dealership.access import open_to_all
from dealership.api import views

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="api-login"),
    path("logout/", views.LogoutView.as_view(), name="api-logout"),
    path("sync/", views.SyncView.as_view(), name="api-sync"),
    path("visits/", views.VisitsView.as_view(), name="api-visits"),
    path("visits/<uuid:visit>/", views.VisitView.as_view(), name="api-visit"),
    path("visits/<uuid:visit>/actions/<slug:name>/", views.ActionView.as_view(), name="api-action"),
    path("standard/", views.StandardView.as_view(), name="api-standard"),
    path("schema/", open_to_all(SpectacularAPIView.as_view()), name="api-schema"),
    path("docs/", open_to_all(SpectacularSwaggerSplitView.as_view(url_name="api-schema")), name="api-docs"),
]
