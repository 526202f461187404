"""Addresses of the delivery app."""

from django.urls import path

from delivery.views import customer

urlpatterns = [
    path("my/<uuid:public>/", customer.customer, name="customer"),
    path("my/<uuid:public>/opened/", customer.customer_opened, name="customer-opened"),
]
