"""Two files that were read in: prices taken in this morning, orders of the maker's system still to be looked at."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dealership.models import Store
from dealership.queries.board import open_visits
from dealership.stages import Stage
from feedback.demo.people import Crew
from reception.actions.import_sweep import sweep
from reception.actions.imports import take_in, upload
from reception.models import ImportRun, Part, RepairOrder

NEW_PARTS = (
    ("MAT-3D", "全包围脚垫", "480", "6"), ("DASHCAM", "行车记录仪", "699", "4"),
    ("FILM-F", "前挡隔热膜", "1,280.00", "2"), ("SHADE", "遮阳帘（对）", "￥128", "10"),
)  # fmt: skip
BAD_PARTS = (("TYRE-X", "雪地胎", "面议", "4"), ("", "车载吸尘器", "199", "3"), ("LAMP", "", "58", "20"))


def read_files(store: Store, crew: Crew, *, now: datetime) -> int:
    """Read the files in, once a store; return how many."""
    if ImportRun.objects.exists():
        return 0
    manager, early = crew.one("manager"), now - timedelta(hours=2)
    known = [[part.code, part.name, part.price, part.stock] for part in Part.objects.order_by("code")]
    rows: list[Sequence[Any]] = [["配件号", "配件名称", "零售价", "库存"], *known, *NEW_PARTS, *BAD_PARTS]
    prices = upload(store, kind="prices", file=_csv(rows), name="配件价格-11月.csv", by=manager, now=early)
    sweep(early)
    prices.refresh_from_db()
    take_in(prices, by=manager)
    sweep(early + timedelta(minutes=1))
    upload(store, kind="orders", file=_csv(_orders(store)), name="厂家系统工单.csv", by=crew.one("supervisor"), now=now)
    sweep(now)
    return 2


def _orders(store: Store) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = [["工单号", "车牌号", "类型", "项目代码", "项目名称", "数量", "金额"]]
    here = RepairOrder.objects.filter(visit__in=open_visits(store).filter(stage=Stage.NEGOTIATION))
    for number, order in enumerate(here.select_related("visit__vehicle").order_by("number")[:3], start=1):
        plate = order.visit.vehicle.plate_info.display
        rows.append([f"R{order.number[2:]}", plate, "工时", "Z01", "厂家召回检查", 1, 0])
        rows.append([f"R{order.number[2:]}", plate, "配件", "GASKET-DRAIN", "放油螺栓垫", number, 8 * number])
    rows.append(["R9001", "沪X00000", "工时", "M01", "更换机油机滤", 1, "156"])
    rows.append(["R9002", "", "工时", "M03", "空调滤芯", 1, "52"])
    return rows


def _csv(rows: Sequence[Sequence[Any]]) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return io.BytesIO(text.getvalue().encode("gb18030"))
