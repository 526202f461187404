"""What the apps tell each other, as strings only. A system check resolves every one at start.

There is no other registry: no signals, no work in `ready()`.
"""

from dealership.message_kinds import COMMON, MESSAGE_KINDS, MESSAGES_A_VISIT, MessageKind, ToldForm

__all__ = ["COMMON", "MESSAGES_A_VISIT", "MESSAGE_KINDS", "MessageKind", "ToldForm"]

FACTS: dict[str, str] = {
    # kind/version → function(store, operations: list[Operation]) -> None. Accepted always, in bulk, judged later.
    "tick/1": "dealership.actions.ticks.apply_ticks",
    "undo/1": "dealership.actions.ticks.apply_undos",
    "visit.open/1": "reception.actions.arrivals.apply_open",
    "note/1": "dealership.actions.visits.apply_notes",
    "reading/1": "reception.actions.sheet.apply_readings",
    "mark/1": "reception.actions.marks.apply_marks",
    "confirmation/1": "reception.actions.confirmation.apply_confirmations",
    "photo/1": "dealership.actions.blobs.apply_photos",
    "check/1": "feedback.actions.check_scores.apply_checks",
}

BLOBS: dict[str, str] = {
    # kind whose payload may name a picture ("sha256") → kind of the attachment that the picture becomes. Such an
    # operation is applied when its picture has come; the attachment has the operation's id.
    "photo": "photo",
    "confirmation": "signature",
}

REQUESTS: dict[str, str] = {
    # kind/version → function(store, operation) -> None. Runs the web view's own action; a refusal parks it.
    "stage.advance/1": "dealership.actions.stages.apply_advance",
    "field.set/1": "dealership.actions.visits.apply_field",
    "visit.take/1": "dealership.actions.visits.apply_take",
    "visit.greet/1": "dealership.actions.visits.apply_greet",
}

NOT_OF_A_VISIT: frozenset[str] = frozenset({"check"})
"""Kinds of operations whose `visit` names another row of the store; the function that applies them looks it up."""

OPERATION_WORDS: dict[str, str] = {
    # kind of another app's operation → function(payload) -> (what it is, what it says), for the list of parked ones.
    "reading": "reception.queries.entries.say_reading",
    "mark": "reception.queries.entries.say_mark",
    "confirmation": "reception.queries.entries.say_confirmation",
    "check": "feedback.queries.checks.say_check",
}

STAGE_EXITS: dict[str, str] = {
    # stage → function(visit, target) -> list[Missing] of the app that owns the stage.
    "negotiation": "reception.queries.exits.negotiation_exit",
    "workshop": "inspection.queries.exits.workshop_exit",
    "showcase": "inspection.queries.exits.showcase_exit",
    "explanation": "delivery.queries.exits.explanation",
    "delivery": "delivery.queries.exits.delivery",
}

STAGE_PAGES: dict[str, str] = {
    # stage → URL name of its page.
    "workshop": "workshop-stage",
    "showcase": "showcase-stage",
    "negotiation": "negotiation-stage",
    "reception": "reception-stage",
    "explanation": "explanation-stage",
    "delivery": "delivery-stage",
}

STAGE_ENTRIES: dict[str, list[str]] = {
    # stage → functions(visit, change, by, now) that run when it is entered, in the transaction of the move (reception:
    # of the arrival).
    "reception": ["delivery.actions.follow_ups.arrived"],
    "negotiation": ["reception.actions.orders.begin_on_entry", "dealership.actions.links.paper_on_entry"],
    "showcase": ["reception.actions.orders.note_diagnosis_only", "dealership.actions.delays.work_done"],
    "workshop": ["reception.actions.orders.note_diagnosis_only", "inspection.actions.jobs.entered_workshop"],
    "explanation": [
        "inspection.actions.notice.entered_explanation",
        "delivery.actions.settlement.draw_up",
        "dealership.actions.links.paper_on_entry",
    ],
    "delivery": ["delivery.actions.follow_ups.to_pay"],
    "cancelled": [
        "delivery.actions.follow_ups.visit_cancelled",
        "dealership.actions.promises.release_on_cancel",
        "reception.actions.offered.withdraw_on_leave",
        "reception.actions.asked.withdraw_asked_on_leave",
        "reception.actions.loaners.visit_cancelled",
        "reception.actions.accident.close_on_leave",
        "inspection.actions.jobs.visit_cancelled",
        "reception.actions.lanes.left",
        "dealership.actions.messages.cancel_open",
        "dealership.actions.links.expire_on_close",
    ],
    "closed": [
        "delivery.actions.follow_ups.left",
        "dealership.actions.promises.settle_left",
        "reception.actions.campaigns.done_on_leave",
        "reception.actions.offered.withdraw_on_leave",
        "reception.actions.asked.withdraw_asked_on_leave",
        "reception.actions.accident.close_on_leave",
        "reception.actions.lanes.left",
        "dealership.actions.messages.cancel_open",
        "dealership.actions.links.expire_on_close",
        "feedback.actions.cross_checks.draw_on_leave",
    ],
}

LANE_FOLLOWS = "reception.actions.lanes.follow"
"""function(visit, by, now) that sets the lane of a car whose work changed while it is here; the caller saves it."""

CREDIT_USED = "delivery.queries.credit.used_credit"
"""function(customer, store, now) -> Decimal: what is owed on account this month, in the app that knows it."""

WAIT_LIMIT = "reception.queries.waiting.limit_of"
"""function(store, now) -> how long a customer may wait today for the first greeting."""

NEW_TIME_PAGE = "ready-time"
"""URL name of the form that moves a promised ready time; the mark of a promise at risk leads there."""

PROPOSAL_PAGE = "proposal-new"
"""URL name (store, touchpoint, step) of the page where anybody proposes other words for a step of a card."""

GATE_PASSES = "delivery.queries.exit.may_leave"
"""function(visit) -> bool: whether a car of today may pass the exit."""

APPOINTMENTS: list[str] = [
    # functions(appointment, by, now) that run when one is booked, moved, kept, missed or called off, with it.
    "delivery.actions.reminders.appointment_changed",
    "reception.actions.loaners.appointment_changed",
]

FOLLOW_UP_SUBJECTS: dict[str, str] = {
    # follow-up rule → function(visit) -> bool of the app that has what it is about; without one nothing is planned.
}

PANELS: dict[str, list[str]] = {
    # slot → URL names, fetched by hx-get, empty where the role may not see them.
    "gate.side": ["gate-exits"],
    # Above 我的下一步, the board, the gate and the jobs: what everybody should know, never a wall.
    "staff.top": ["version-notice"],
    "visit.side": [
        "visit-drop-off",
        "accident-panel",
        "visit-past-year",
        "visit-thread",
        "visit-messages",
        "visit-loaner",
    ],
    "customer.page": [],
    "link.page": ["link-offer", "link-sheet", "link-thread"],
}

BOOKING_PAGE = "link-booking"
"""URL name (`public`) of the page where a customer books the next service; the button is shown once it is named."""

SETTINGS_PAGES: list[tuple[str, str]] = [
    # (URL name, icon) of what the store sets for itself; its words stand in `dealership.queries.settings_pages`.
    ("capacity", "calendar"),
    ("message-texts", "message-2"),
    ("lanes", "list-check"),
    ("waiting", "clock"),
    ("follow-up-rules", "phone"),
    ("devices", "device-tablet"),
    ("pricelist", "receipt"),
    ("imports", "file-text"),
    ("dms-fields", "copy"),
    ("cameras", "camera"),
    ("campaigns", "shield-check"),
    ("intervals", "calendar-event"),
    ("loaner-cars", "car"),
    ("score-settings", "adjustments"),
    ("targets", "target"),
    ("digests", "mail"),
]

CARDS: dict[str, str] = {
    # touchpoint → template of the panel that its owner shows in the middle of the stage page.
    "3.1": "inspection/cards/received.html",
    "3.2": "inspection/cards/prepare.html",
    "3.3": "inspection/cards/notify.html",
    "3.4": "inspection/cards/show.html",
    "2.4": "reception/cards/2_4.html",
    "2.5": "reception/cards/2_5.html",
    "1.4": "reception/cards/1_4_welcome.html",
    "1.5": "reception/cards/1_5_walkaround.html",
    "1.6": "reception/cards/1_6_express.html",
    "1.7": "reception/cards/1_7_claim.html",
    "5.1": "delivery/cards/methods.html",
    "5.2": "delivery/cards/payment.html",
    "5.3": "delivery/cards/farewell.html",
}

OFFLINE_PAGES: list[tuple[str, str]] = [
    # (URL name, query) of pages of the store that a tablet keeps; those of the visits are listed beside them.
    ("unsent", ""),
    ("receive", ""),
    # A car received without network, one for each drawing and kind of energy that the walk tells apart.
    *(
        ("blank-visit", f"?card=1.5&body={body}&energy={energy}")
        for body in ("sedan", "suv", "van")
        for energy in ("fuel", "phev", "bev")
    ),
    ("blank-visit", "?card=1.4"),
    ("blank-visit", "?card=1.6"),
    ("blank-visit", "?card=1.7"),
]

KEPT_PAGES: list[str] = [
    # functions(store, staff, now) -> list[(address, facts)] of pages that a tablet keeps and whose address or content
    # changes from day to day; they are fetched again when their facts have changed.
    "feedback.queries.kept.round_pages",
]

NEXT_STEPS: list[str] = [
    # functions(store, staff, now) -> list[NextStep] of 我的下一步.
    "dealership.queries.next.waiting_customers",
    "delivery.queries.thread.thread_steps",
    "reception.queries.approvals.approval_steps",
    "dealership.queries.next.attention_steps",
    "dealership.queries.next.due_promises",
    "reception.queries.drop_off.absent_steps",
    "reception.queries.dispatch_steps.dispatch_steps",
    "reception.queries.loan_steps.loan_steps",
    "inspection.queries.next.finished_cars",
    "inspection.queries.next.my_jobs",
    "inspection.queries.next.inspections",
    "inspection.queries.next.washes",
    "delivery.queries.calls.call_steps",
    "feedback.queries.plan_next.plan_steps",
    "dealership.queries.next.rest_of_mine",
]

HOMES: dict[str, str] = {
    # role → URL name of its home (first match in this order).
    "guard": "gate",
    "advisor": "next",
    "technician": "jobs",
    "controller": "next",
    "supervisor": "board",
    "manager": "scores-today",
    "chain": "board",
    "care": "board",
    "cashier": "cashier",
}

SCRIPT_VARIABLES: dict[str, str] = {
    # variable → function(visit, language) -> str | None.
    "technician": "inspection.queries.scripts.technician",
    "customer": "dealership.queries.scripts.customer",
    "appointment_time": "reception.queries.appointments.appointment_time",
    "advisor": "dealership.queries.scripts.advisor",
    "plate": "dealership.queries.scripts.plate",
    "model": "dealership.queries.scripts.model",
    "lane": "dealership.queries.scripts.lane",
    "work": "reception.queries.scripts.work",
    "ready_time": "reception.queries.scripts.ready_time",
    "key_tag": "dealership.queries.scripts.key_tag",
    "total": "reception.queries.scripts.total",
    "start_time": "reception.queries.scripts.start_time",
    "duration": "reception.queries.scripts.duration",
    "wash_duration": "reception.queries.scripts.wash_duration",
    "waiting_place": "reception.queries.scripts.waiting_place",
    "next_update": "reception.queries.scripts.next_update",
    "concern": "reception.queries.scripts.concern",
    "call_back_time": "reception.queries.scripts.call_back_time",
    "wait_minutes": "dealership.queries.scripts.wait_minutes",
    "settled_total": "delivery.queries.scripts.settled_total",
    "difference": "delivery.queries.scripts.difference",
    "labour": "delivery.queries.scripts.labour",
    "parts": "delivery.queries.scripts.parts",
    "cashier_method": "delivery.queries.scripts.cashier_method",
    "next_service": "delivery.queries.scripts.next_service",
    "warranty": "delivery.queries.scripts.warranty",
    "collector": "delivery.queries.scripts.collector",
}

SWEEPS: dict[str, str] = {
    # name → function(now) -> int of due things done.
    "outbox": "dealership.actions.outbox.sweep",
    "close_left": "delivery.actions.handover.close_left",
    "follow_ups": "delivery.actions.follow_ups.sweep",
    "delays": "dealership.actions.delays.sweep",
    "waiting": "reception.actions.waiting.sweep",
    "imports": "reception.actions.import_sweep.sweep",
    "licences": "reception.actions.loan_files.sweep",
    "plans": "feedback.actions.plan_sweep.sweep",
    "rounds": "feedback.actions.rounds.sweep",
    "scores": "feedback.actions.scores.sweep",
    "digests": "feedback.actions.digests.sweep",
}

SWEEPS_AT_ONCE: dict[str, int] = {
    # name → how many calls each time, where one sweep leaves work to another: so a backlog has every worker process.
    "outbox": 2,
}

CHANNELS: dict[str, str] = {
    # name → class with `send` (dealership/channels/base.py); the first that reaches the customer is taken.
    "wechat": "dealership.channels.wechat.WeChatChannel",
    "tencent_sms": "dealership.channels.tencent_sms.TencentSmsChannel",
    "alibaba_sms": "dealership.channels.alibaba_sms.AlibabaSmsChannel",
    "twilio_sms": "dealership.channels.twilio_sms.TwilioSmsChannel",
    "email": "dealership.channels.email.EmailChannel",
    "console": "dealership.channels.console.ConsoleChannel",
    "by_hand": "dealership.channels.by_hand.ByHandChannel",
}

PAYMENT_PROVIDERS: dict[str, str] = {}

NIGHTLY: dict[str, str] = {
    # name → function(now) -> int; 0 or an alarm.
    "strays": "dealership.queries.strays.count_strays",
    "gate_reads": "reception.actions.cameras.forget_reads",
    "scores": "feedback.actions.scores.nightly",
}

API_ACTIONS: dict[str, tuple[str, str]] = {
    # name → (action of a visit, form whose clean data are its keywords; "" where it takes none).
    "take": ("dealership.actions.visits.take", ""),
    "greet": ("dealership.actions.visits.greet", ""),
    "place": ("dealership.actions.visits.place", "dealership.forms.visits.PlaceForm"),
    "describe": ("dealership.actions.visits.describe", "dealership.forms.visits.DescribeForm"),
    "advance": ("dealership.actions.stages.advance", "dealership.forms.visits.AdvanceForm"),
    "cancel": ("dealership.actions.stages.cancel", "dealership.forms.visits.CancelForm"),
    "tick": ("dealership.actions.ticks.tick", "dealership.forms.visits.ApiTickForm"),
    "undo": ("dealership.actions.ticks.undo", "dealership.forms.visits.ApiUndoForm"),
    "start": ("inspection.actions.jobs.start", "dealership.forms.visits.IdForm"),
    "pause": ("inspection.actions.jobs.pause", "inspection.forms.job.PauseForm"),
    "resume": ("inspection.actions.jobs.resume", "dealership.forms.visits.IdForm"),
    "washed": ("inspection.actions.check.washed", "dealership.forms.visits.IdForm"),
    "ready-notice": ("inspection.actions.notice.tell", "inspection.forms.notice.NoticeForm"),
}
