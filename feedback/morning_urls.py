"""Addresses of targets, digests and the morning meeting, below a store."""

from django.urls import path

from feedback.views import digests, morning, targets

urlpatterns = [
    path("morning/", morning.morning, name="morning"),
    path("targets/", targets.targets, name="targets"),
    path("targets/new/", targets.target_new, name="target-new"),
    path("targets/<uuid:target>/", targets.target_change, name="target-change"),
    path("targets/<uuid:target>/remove/", targets.target_removed, name="target-removed"),
    path("settings/digests/", digests.digests, name="digests"),
    path("settings/digests/<slug:kind>/", digests.digest_rule, name="digest-rule"),
    path("settings/digests/<slug:kind>/now/", digests.digest_now, name="digest-now"),
]
