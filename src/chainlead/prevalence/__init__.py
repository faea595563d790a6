"""The unit's own figures, with denominators and intervals."""

from chainlead.prevalence.figures import CaseFacts, Figures, Trace, count_cases
from chainlead.prevalence.interval import Interval, percent, wilson_interval
from chainlead.prevalence.survey import SurveyClass, comparison_class

__all__ = [
    "CaseFacts",
    "Figures",
    "Interval",
    "SurveyClass",
    "Trace",
    "comparison_class",
    "count_cases",
    "percent",
    "wilson_interval",
]
