"""What came of the visits: scores, self-checks, what customers said, weak items, plans, proposals."""

from feedback.models.check import CheckItem, CheckRound, CheckScore, CheckTask, OutsideAudit
from feedback.models.digest import DigestRule
from feedback.models.plan import Plan, PlanChange, PlanStep
from feedback.models.proposal import Proposal, ProposalComment, VersionSeen
from feedback.models.reading import CrossCheck, CustomerReading
from feedback.models.score import DailyScore, DatedChange, Influence, ScoreSetting, Target
from feedback.models.weak import Practice, RootCause, WeakItem

__all__ = [
    "CheckItem",
    "CheckRound",
    "CheckScore",
    "CheckTask",
    "CrossCheck",
    "CustomerReading",
    "DailyScore",
    "DatedChange",
    "DigestRule",
    "Influence",
    "OutsideAudit",
    "Plan",
    "PlanChange",
    "PlanStep",
    "Practice",
    "Proposal",
    "ProposalComment",
    "RootCause",
    "ScoreSetting",
    "Target",
    "VersionSeen",
    "WeakItem",
]
