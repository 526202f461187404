"""The demo's targets and baselines, each with where its number comes from."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from dealership.models import Membership, Role, Store, business_day
from feedback.actions.targets import set_target
from feedback.models import Target

Kind, Source = Target.Kind, Target.Source


class Seed(NamedTuple):
    """One target: `days` ago from which it holds."""

    figure: str
    kind: str
    value: str
    source: str
    note: str
    days: int
    touchpoint: str = ""


SEEDS = (
    Seed("promises_kept", Kind.BASELINE, "82", Source.OWN, "开始记录后的头四周", 56),
    Seed("promises_kept", Kind.TARGET, "88", Source.OWN, "比基准高 6 个点，半年内", 56),
    Seed("promises_kept", Kind.TARGET, "90", Source.OTHER_TRADE, "同城快递次日达的准时率（演示数据）", 20),
    Seed("on_time_handover", Kind.TARGET, "85", Source.INDUSTRY, "同品牌华东区上半年平均（演示数据）", 40),
    Seed("greeting_wait", Kind.TARGET, "2", Source.CUSTOMERS, "客户座谈：超过两分钟就开始着急", 40),
    Seed("execution", Kind.BASELINE, "6.4", Source.OWN, "开始记录后的头四周", 40, "3.4"),
    Seed("execution", Kind.TARGET, "7.5", Source.OWN, "改善方案的目标", 30, "3.4"),
    Seed("customer", Kind.TARGET, "6.5", Source.THIRD_PARTY, "第三方满意度报告第 12 页（演示数据）", 30),
)


def fill(store: Store, *, now: datetime) -> None:
    """Set them once, in the name of the store's manager."""
    manager = Membership.objects.filter(store=store, role=Role.MANAGER).select_related("staff").first()
    if manager is None or Target.objects.filter(store=store).exists():
        return
    today = business_day(store, now)
    for seed in SEEDS:
        set_target(
            store, by=manager.staff, kind=seed.kind, figure=seed.figure, touchpoint=seed.touchpoint,
            value=Decimal(seed.value), source=seed.source, note=seed.note, since=today - timedelta(days=seed.days),
            now=now - timedelta(days=seed.days),
        )  # fmt: skip
