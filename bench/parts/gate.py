"""One judgement in memory, against the memory that it must touch."""
from harness.base import OneProgram, available
from harness.samples import OURS, Curve, Goal, Measure

READ = "one dependent random read of as much memory"
PERSONS = 1_000_000
GROWTH = (10_000, 100_000, 1_000_000, 10_000_000)
ROOM = 640  # bytes that a person takes, and what is read beside her
WORK = {"person": "between persons", "relay": "by relay number", "commercial": "commercial", "counted": "commercial, counted"}


class Gate(OneProgram):
    name, title = "gate", f"The gate: one judgement, {PERSONS:,} persons with preferences and consents"
    budget = 65
    measures = [
        Measure("gate.person", "person to person", "ns", {"read": (READ, Goal(most=2))}),
        Measure("gate.relay", "who is behind a relay number, 100,000 bound at once", "ns", {"read": (READ, None)}, Goal(most=1000)),
        Measure("gate.commercial", "commercial, all rules", "ns", {"read": (READ, None)}),
        Measure("gate.counted", "the same with windows read and added", "ns", {"read": (READ, None)}, Goal(most=700)),
        Measure("gate.memory", "memory of a person with preferences and a consent", "bytes"),
    ]
    curves = [Curve("gate-persons", "A judgement against persons loaded", "persons", "ns", {**WORK, "read": "dependent read"}),
              Curve("gate-memory", "Memory against persons loaded", "persons", "bytes a person", {OURS: "menshen"})]

    def grow(self, samples, seconds):
        for persons in self.sizes(GROWTH, [30_000_000]):
            if persons * ROOM > available():
                print(f"gate: no room for {persons:,} persons")
                break
            found = self.turns("bench_gate", persons, 3 * self.rounds if persons == PERSONS else 3)
            memory = found.pop("memory")
            samples.point("gate-memory", OURS, persons, memory[0])
            for work, values in found.items():
                samples.point("gate-persons", work, persons, sorted(values)[len(values) // 2])
            if persons == PERSONS:
                samples.add("gate.memory", OURS, memory[0])
                for i, read in enumerate(found["read"]):
                    for work in WORK:
                        samples.add("gate." + work, OURS, found[work][i])
                        samples.add("gate." + work, "read", read)
