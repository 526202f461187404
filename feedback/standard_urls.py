"""Addresses of the standard and of what the staff proposes, below the store."""

from django.urls import path

from feedback.views import proposals, standard_draft, standards

urlpatterns = [
    path("standard/", standards.standard, name="standard"),
    path("standard/notice/", standards.version_notice, name="version-notice"),
    path("standard/changes/<int:version>/", standards.standard_changes, name="standard-changes"),
    path("standard/changes/<int:version>/seen/", standards.version_seen, name="version-seen"),
    path("standard/compare/", standards.standard_compare, name="standard-compare"),
    path("standard/compare/take/", standards.standard_take, name="standard-take"),
    path("standard/propose/<str:touchpoint>/", proposals.proposal_new, name="proposal-new"),
    path("standard/propose/<str:touchpoint>/<str:step>/", proposals.proposal_new, name="proposal-new"),
    path("standard/check/<str:touchpoint>/", proposals.words_check, name="words-check"),
    path("standard/check/<str:touchpoint>/<str:step>/", proposals.words_check, name="words-check"),
    path("standard/proposals/<uuid:proposal>/", proposals.proposal, name="proposal"),
    path("standard/proposals/<uuid:proposal>/comment/", proposals.proposal_comment, name="proposal-comment"),
    path("standard/proposals/<uuid:proposal>/vote/", proposals.proposal_vote, name="proposal-vote"),
    path("standard/proposals/<uuid:proposal>/withdraw/", proposals.proposal_withdraw, name="proposal-withdraw"),
    path("standard/proposals/<uuid:proposal>/decline/", proposals.proposal_decline, name="proposal-decline"),
    path("standard/proposals/<uuid:proposal>/accept/", proposals.proposal_accept, name="proposal-accept"),
    path("standard/draft/", standard_draft.standard_draft, name="standard-draft"),
    path("standard/draft/publish/", standard_draft.standard_publish, name="standard-publish"),
    path("standard/draft/edit/<str:touchpoint>/", standard_draft.standard_edit, name="standard-edit"),
    path("standard/draft/edit/<str:touchpoint>/<str:step>/", standard_draft.standard_edit, name="standard-edit"),
    path("standard/draft/add/<str:touchpoint>/", standard_draft.step_add, name="step-add"),
    path("standard/draft/drop/<str:touchpoint>/<str:step>/", standard_draft.step_drop, name="step-drop"),
    path("standard/draft/back/<str:touchpoint>/", standard_draft.standard_back, name="standard-back"),
    path("standard/draft/back/<str:touchpoint>/<str:step>/", standard_draft.standard_back, name="standard-back"),
]
