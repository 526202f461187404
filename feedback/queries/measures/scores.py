"""The single figure and the readings of a period, by the very functions of the pages of scores."""

from feedback.periods import Period, window_ends
from feedback.queries.measures.cut import Cut, Found, Taken
from feedback.queries.period_page import reading_over
from feedback.queries.periods import WHOLE, Scored, Span, Weights, lived, scored, store_figure, windows
from feedback.queries.score_settings import weights_of


def singles(cut: Cut) -> Found:
    """Return the single figure (n: visits), self-check and customers (n: readings); five queries."""
    weights = weights_of(cut.store)
    return {(None, True): _singles(cut, cut.until, weights), (None, False): _singles(cut, cut.before, weights)}


def _singles(cut: Cut, period: Period, weights: Weights) -> dict[str, Taken]:
    span, ends = Span(cut.store, period, cut.advisor), window_ends(period)
    rows, said = lived(span, period, by=WHOLE), windows(span, ends)
    codes = set(rows).union(*said.values()) - {WHOLE}
    found: list[Scored] = [scored(code, rows.get(code, {}).values(), said, ends, weights) for code in sorted(codes)]
    figure = store_figure(found)
    visits = sum(part.n for part in rows.get(WHOLE, {}).values())
    taken = {"score": Taken(None if figure is None else float(figure), visits)}
    for code, name in (("self_check", "check"), ("customer", "customer")):
        reading = reading_over(found, name)
        taken[code] = Taken(None if reading["shown"] is None else float(reading["shown"]), reading["n"])
    return taken
