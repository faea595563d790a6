"""Every act has its class of the six that the law wants logged, or says that it has none."""

import importlib
import pkgutil

import chainlead.workflow
from chainlead.workflow.access_log import DUTIES, Duty


def test_every_act_of_chainlead_is_in_a_class_or_says_that_it_is_in_none() -> None:
    acts = set()
    for module in pkgutil.iter_modules(chainlead.workflow.__path__):
        made = importlib.import_module(f"chainlead.workflow.{module.name}")
        acts |= {
            f"{module.name}.{name.removeprefix('apply_')}"
            for name, what in vars(made).items()
            if name.startswith("apply_") and getattr(what, "__module__", "") == made.__name__
        }
    not_acts = {"case.entry", "request_states.drafted"}
    assert acts - not_acts <= DUTIES.keys(), "put each new act into a class in access_log.py"


def test_all_six_duties_have_acts() -> None:
    named = {duty for duties in DUTIES.values() for duty in duties}
    assert named == set(Duty)
