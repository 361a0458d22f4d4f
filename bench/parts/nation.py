"""A nation's preferences and consents in mapped files: one judgement by them, against one read of the file."""
import os
import shutil

from harness.base import OneProgram, available
from harness.samples import OURS, Curve, Goal, Measure

READ = "one dependent random read of the table"
NUMBERS = 10_000_000
NATION = 1_700_000_000
GROWTH = (1_000_000, NUMBERS)
ROOM = 8  # bytes that a number takes with its consents, in memory and on the disk while the files are built, and to spare
WORK = {"person": "between persons", "none": "where nobody has said anything", "sale": "a campaign that calls who has consented"}


class Nation(OneProgram):
    name, title = "nation", f"A nation's numbers: one judgement, {NUMBERS:,} numbers in a mapped file"
    budget = 30
    measures = [
        Measure("nation.person", "person to person", "ns", {"read": (READ, Goal(most=2))}),
        Measure("nation.none", "the same where nobody has said anything", "ns", {"read": (READ, None)}),
        Measure("nation.sale", "a campaign that calls who has consented", "ns", {"read": (READ, Goal(most=5))}),
        Measure("nation.apart", "reads of the table that do not wait for each other", "ns", {"read": (READ, None)}),
        Measure("nation.open", "opening the file", "ms", goal=Goal(most=2000)),
        Measure("nation.bytes", "the file, of a number", "bytes", goal=Goal(most=8 * 2**30 // NATION)),
        Measure("nation.roll", "the file of consents, of each", "bytes"),
        Measure("nation.again", "opening it", "ms", goal=Goal(most=2000)),
        Measure("nation.memory", "memory of a number at the end", "bytes"),
        Measure("nation.build", "building it, of a number", "ns"),
    ]
    curves = [Curve("nation-numbers", "A judgement against numbers in the file", "numbers", "ns", {**WORK, "read": "dependent read"})]

    def run(self, numbers, rounds):
        place = os.path.join(self.folder, "base")
        os.mkdir(place)
        found = self.turns("bench_nation", numbers, rounds, place)
        shutil.rmtree(place)
        return found

    def grow(self, samples, seconds):
        for numbers in self.sizes(GROWTH, [100_000_000, NATION]):
            if ROOM * numbers > min(available(), shutil.disk_usage(self.folder).free):
                print(f"nation: no room for {numbers:,} numbers")
                break
            found = self.run(numbers, max(self.rounds, 3))
            for work in (*WORK, "read"):
                samples.point("nation-numbers", work, numbers, sorted(found[work])[len(found[work]) // 2])
            if numbers == NUMBERS:
                for name in ("open", "bytes", "roll", "again", "memory", "build"):
                    samples.add("nation." + name, OURS, found[name][0])
                for i, read in enumerate(found["read"]):
                    for work in (*WORK, "apart"):
                        samples.add("nation." + work, OURS, found[work][i])
                        samples.add("nation." + work, "read", read)
