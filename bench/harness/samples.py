"""What is measured: definitions, samples, and the ratios between them."""
import dataclasses
import statistics

OURS = "menshen"


@dataclasses.dataclass
class Goal:
    """Of a ratio (`than` names the other), or of the figure itself."""
    least: float = None
    most: float = None

    def text(self):
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"

    def met(self, value):
        return value >= self.least if self.least is not None else value <= self.most


@dataclasses.dataclass
class Measure:
    """One figure of ours, and what took turns with it: {who: (label, Goal of the ratio or None)}."""
    key: str
    title: str
    unit: str
    others: dict = dataclasses.field(default_factory=dict)
    goal: Goal = None


@dataclasses.dataclass
class Curve:
    """How a figure grows; `who` are the lines' labels by their keys."""
    key: str
    title: str
    x: str
    y: str
    who: dict


class Samples:
    """{measure: {who: [value a round]}} and {curve: {who: [[x, y]]}}."""

    def __init__(self):
        self.measures, self.curves = {}, {}

    def add(self, measure, who, value):
        self.measures.setdefault(measure, {}).setdefault(who, []).append(value)

    def point(self, curve, who, x, y):
        self.curves.setdefault(curve, {}).setdefault(who, []).append([x, y])


def middle(values):
    """(median, lowest, highest)."""
    return statistics.median(values), min(values), max(values)


def ratios(ours, theirs):
    """Round by round, since both saw the same machine in one round."""
    return [a / b for a, b in zip(ours, theirs) if b]
