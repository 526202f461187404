"""Addresses of the delivery app."""

from django.urls import path

from delivery.views import cashier, customer, delivery, documents, exit, explanation, follow_ups, link_thread, thread

VISIT = "<slug:store>/visits/<uuid:visit>/"

urlpatterns = [
    path("my/<uuid:public>/", customer.customer, name="customer"),
    path("my/<uuid:public>/opened/", customer.customer_opened, name="customer-opened"),
    path("my/<uuid:public>/delay/", customer.customer_delay, name="customer-delay"),
    path("my/<uuid:public>/share/", customer.customer_share, name="customer-share"),
    path("my/<uuid:public>/documents/<slug:kind>/", documents.document, name="customer-document"),
    path("my/<uuid:public>/thread/", link_thread.link_thread, name="link-thread"),
    path("my/<uuid:public>/not-satisfied/", link_thread.link_not_satisfied, name="link-not-satisfied"),
    path("<slug:store>/thread-times/", thread.thread_times, name="thread-times"),
    path(VISIT + "thread/", thread.thread, name="visit-thread"),
    path(VISIT + "thread/called-back/", thread.thread_called_back, name="thread-called-back"),
    path(VISIT + "explanation/", explanation.explanation, name="explanation-stage"),
    path(VISIT + "explanation/script/", explanation.script_sheet, name="explanation-script"),
    path(VISIT + "settlement/", explanation.settlement_sheet, name="settlement-sheet"),
    path(VISIT + "settlement/confirmation/", explanation.confirm, name="settlement-confirm"),
    path(VISIT + "settlement/review/", explanation.review_sheet, name="settlement-review"),
    path(VISIT + "settlement/final/", explanation.finalise, name="settlement-finalise"),
    path(VISIT + "settlement/lines/<uuid:line>/", explanation.line_sheet, name="settlement-line"),
    path(VISIT + "settlement/deductions/", explanation.deduct, name="deductions"),
    path(VISIT + "settlement/deductions/<uuid:deduction>/off/", explanation.deduction_off, name="deduction-off"),
    path(VISIT + "settlement/discount/", explanation.discount, name="discount"),
    path(VISIT + "delivery/", delivery.delivery, name="delivery-stage"),
    path(VISIT + "payment/", delivery.payment_state, name="payment-state"),
    path(VISIT + "payment/method/", delivery.method, name="payment-method"),
    path(VISIT + "handover/", delivery.hand_over, name="handover-form"),
    path(VISIT + "home-delivery/", delivery.home_delivery, name="home-delivery"),
    path(VISIT + "exit/", exit.exit_car, name="exit"),
    path("<slug:store>/follow-ups/", follow_ups.follow_ups, name="follow-ups"),
    path("<slug:store>/follow-ups/rules/", follow_ups.follow_up_rules, name="follow-up-rules"),
    path("<slug:store>/follow-ups/rules/kept/", follow_ups.follow_up_rules_kept, name="follow-up-rules-kept"),
    path("<slug:store>/follow-ups/<uuid:follow_up>/result/", follow_ups.follow_up_result, name="follow-up-result"),
    path("<slug:store>/follow-ups/<uuid:follow_up>/number/", follow_ups.follow_up_number, name="follow-up-number"),
    path("<slug:store>/gate/exits/", exit.exits, name="gate-exits"),
    path("<slug:store>/cashier/", cashier.cashier, name="cashier"),
    path("<slug:store>/cashier/list/", cashier.cashier_list, name="cashier-list"),
    path("<slug:store>/cashier/<uuid:visit>/", cashier.cashier_car, name="cashier-car"),
    path(VISIT + "payments/", cashier.pay, name="payments"),
    path(VISIT + "payments/<uuid:payment>/reversal/", cashier.reverse_payment, name="payment-reversal"),
    path(VISIT + "reversals/<uuid:reversal_id>/approval/", cashier.reversal_approve, name="reversal-approve"),
    path(VISIT + "reversals/<uuid:reversal_id>/done/", cashier.give_back, name="reversal-done"),
    path(VISIT + "account/", cashier.account, name="account"),
    path(VISIT + "account/<uuid:account>/approval/", cashier.account_approve, name="account-approve"),
    path(VISIT + "account/<uuid:account>/withdrawal/", cashier.account_withdraw, name="account-withdraw"),
    path(VISIT + "gate-pass/", cashier.gate_pass, name="gate-pass"),
]
