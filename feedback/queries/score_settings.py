"""What a store sets about its scores; without a row the product's values hold."""

from dealership.models import Store
from dealership.queries.standards import current_id, touchpoints
from feedback.models import Influence, ScoreSetting
from feedback.scores import CUSTOMER, EXECUTION, SELF_CHECK, WEIGHTS

LANGUAGE = "zh-hans"
"""Any language has the same figures."""


def setting_of(store: Store) -> ScoreSetting | None:
    """Return the store's own row."""
    return ScoreSetting.objects.filter(store=store).first()


def weights_of(store: Store) -> dict[str, int]:
    """Return reading → per cent, together 100."""
    return weights_in(setting_of(store))


def weights_in(setting: ScoreSetting | None) -> dict[str, int]:
    """Return the weights of a row, the product's without one."""
    if setting is None:
        return dict(WEIGHTS)
    return {
        EXECUTION: setting.execution_weight,
        SELF_CHECK: setting.check_weight,
        CUSTOMER: setting.customer_weight,
    }


def ranking_on(store: Store) -> bool:
    """Tell whether persons are ranked in this store; nobody is unless it is switched on."""
    return ScoreSetting.objects.filter(store=store, ranking=True).exists()


def own_influence(store: Store) -> dict[str, int]:
    """Return touchpoint → influence of those that the store has set itself."""
    return dict(Influence.objects.filter(store=store).values_list("touchpoint", "value"))


def influence_of(store: Store) -> dict[str, int]:
    """Return touchpoint → influence of 1 to 5 on the customer's experience: the store's own, else the standard's."""
    return standard_influence(store) | own_influence(store)


def standard_influence(store: Store) -> dict[str, int]:
    """Return touchpoint → influence as the standard in force gives it, in its order."""
    return {words.code: words.influence for words in touchpoints(current_id(store), LANGUAGE)}
