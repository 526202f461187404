"""Addresses that a person may open and that have no row in `tests/screens.py`, each with its reason."""

PART = "a part of another page, seen in it"
SHEET = "a sheet over another page"
FILE = "a file or picture"
MACHINE = "for machines"
LEADS_ON = "leads on to another page"
PAPER = "a paper of the customer, with tests of its own (tests/test_customer_papers.py)"
LINK = "seen through the customer's link, whose rows tap on to it"
SESSION = "needs a phone that has just asked for its code: tests/reception/test_booking_browser.py"
TWIN = "the same page as its new one"

APART = {
    **dict.fromkeys(
        (
            "scores-live", "explanation-script", "payment-state", "gate-exits", "cashier-list", "workshop-progress",
            "ready-time-text", "gate-car", "gate-reads", "visit-drop-off", "appointment-car", "appointment-slots",
            "order-state", "accident-panel", "approvals-state", "loan-cars", "loan-difference", "visit-loaner",
            "board-cards", "next-lines", "version-notice",
        ),
        PART,
    ),
    **dict.fromkeys(
        (
            "settlement-confirm", "settlement-review", "settlement-finalise", "settlement-line", "handover-form",
            "job-pause", "power-off", "ready-time", "parts-leave", "mid-check", "material-check", "visit-people",
            "sheet-mileage", "sheet-confirmation", "order-add", "order-line", "order-agreed", "order-terms",
            "order-consent", "order-diagnosis", "order-repair", "order-agreements", "order-offer", "fault-codes",
            "visit-back", "visit-leave", "visit-more", "visit-offer", "visit-place", "visit-describe", "visit-note",
            "gate-pass", "accident", "scores-help", "scores-period-help", "figure-help",
        ),
        SHEET,
    ),
    **dict.fromkeys(
        (
            "import-sample", "import-bad", "gate-read-picture", "loan-file", "booking-calendar", "customer-photo",
            "attachment", "export", "audit-template",
        ),
        FILE,
    ),
    **dict.fromkeys(("service-worker", "manifest", "livez", "healthz", "hook", "offline-pages"), MACHINE),
    **dict.fromkeys(
        (
            "home", "visit", "logout", "switch", "link-wechat", "link-wechat-back", "chain-today", "chain-period-today",
            "scores-period-today", "figures-today",
        ),
        LEADS_ON,
    ),
    **dict.fromkeys(
        ("customer-messages", "link-booking", "link-not-satisfied", "link-offer", "link-sheet", "link-thread"), LINK
    ),
    **dict.fromkeys(("booking-code", "booking-done", "booking-move"), SESSION),
    **dict.fromkeys(("campaign", "interval"), TWIN),
    "customer-document": PAPER,
}  # fmt: skip
