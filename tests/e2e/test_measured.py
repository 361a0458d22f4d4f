"""What compares instructions and writes the pages of measurements: of made-up numbers, what it says."""
import contextlib
import importlib.machinery
import importlib.util
import io
import os
import sys
import tempfile
import unittest

import menshen

sys.path.append(os.path.join(menshen.ROOT, "bench"))
from harness import page, plot  # noqa: E402
from harness.samples import OURS, Curve, Goal, Measure  # noqa: E402


def script(path):
    loader = importlib.machinery.SourceFileLoader("counted", os.path.join(menshen.ROOT, path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("counted", loader))
    loader.exec_module(module)
    return module


# As callgrind writes it: our function 100 + 20 + 3, the library's 50, and a call whose cost is the library's own.
CALLGRIND = """\
version: 1
events: Ir
desc: Trigger: Client Request: 10 own a call, judged

ob=(1) /build/instructions
fn=(1) judge
10 100
+2 20
cob=(2) /usr/lib/libsodium.so.23
cfn=(2)
calls=1 5
11 50
* 3
ob=(2)
fn=(2)
5 50

totals: 173
"""


class Instructions(unittest.TestCase):
    def setUp(self):
        self.counted = script("tests/instructions/run")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.counted.STORED = os.path.join(self.folder, "stored")

    def store(self, **values):
        with open(self.counted.STORED, "w") as f:
            f.write("# a comment\ntool chain: here\n" + "".join(f"a {k}, judged  {n} {t}\n" for k, (n, t) in values.items()))

    def compare(self, **found):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            numbers = self.counted.compare({f"a {k}, judged": n for k, n in found.items()})
        return numbers, said.getvalue()

    def test_more_than_the_tolerance_fails_and_says_how_to_record(self):
        self.store(call=(1000, 2), look=(500, 5))
        self.assertEqual(self.compare(call=1019, look=524), ((2, 0), ""))
        numbers, said = self.compare(call=1021, look=524)
        self.assertEqual(numbers, (1, 1))
        self.assertIn("a call, judged: stored 1,000, found 1,021 instructions: +2.1 %, allowed is 2 %", said)
        self.assertIn("tests/instructions/run --record", said)

    def test_less_is_a_notice(self):
        self.store(call=(1000, 2))
        numbers, said = self.compare(call=970)
        self.assertEqual(numbers, (1, 0))
        self.assertTrue(said.startswith("notice: a call, judged: stored 1,000, found 970"), said)

    def test_work_that_is_new_or_gone_fails(self):
        self.store(call=(1000, 2))
        self.assertEqual(self.compare(call=1000, look=5)[0], (1, 1))
        self.assertEqual(self.compare()[0][1], 1)

    def test_recording_keeps_the_tolerance(self):
        self.store(call=(1000, 7))
        self.counted.record("elsewhere", {"a call, judged": 800.4, "a look, judged": 9.6})
        self.assertEqual(self.counted.stored(), ("elsewhere", {"a call, judged": (800, 7), "a look, judged": (10, 2)}))

    def test_what_cannot_be_pinned_is_left_out_of_the_count(self):
        path = os.path.join(self.folder, "counts.1")
        with open(path, "w") as f:
            f.write(CALLGRIND)
        self.assertEqual(self.counted.cost(path), ("10 own a call, judged", 123))


class Pages(unittest.TestCase):
    MEASURE = Measure("m", "calls", "calls/s", {"peer": ("the peer", Goal(least=3)), "absent": ("nobody", None)}, Goal(most=9))

    def test_a_ratio_is_that_of_one_round(self):
        rows = list(page.rows(self.MEASURE, {OURS: [200, 400, 600], "peer": [100, 100, 600]}))
        self.assertEqual(rows, ["| calls, calls/s | 400 (200 … 600) | the peer: 100 (100 … 600) | **2.00 (1.00 … 4.00)** | ≥ 3, ≤ 9 calls/s |"])

    def test_what_was_not_measured_is_not_told(self):
        self.assertEqual(list(page.rows(self.MEASURE, {})), [])
        self.assertEqual(list(page.rows(self.MEASURE, {OURS: [5]})), ["| calls, calls/s | 5 | | | ≤ 9 calls/s |"])

    def test_what_is_written_by_hand_stays(self):
        text = f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n"
        self.assertEqual(page.put(text, "new\n"), f"before\n{page.BEGIN}\n\nnew\n\n{page.END}\nafter\n")

    def test_a_plot_needs_points_above_zero(self):
        curve = Curve("c", "title", "x", "y", {OURS: "menshen"})
        draw = lambda points: plot.svg(curve.title, curve.x, curve.y, [("menshen", points)])
        self.assertIsNone(draw([]))
        self.assertIsNone(draw([[0, 5]]))
        self.assertEqual(draw([[10, 5], [100, 50]]).count("<circle"), 3)  # two points and the label's


if __name__ == "__main__":
    unittest.main()
