"""Redirects over UDP: the whole server against Kamailio and against the socket alone."""
import os
import signal
import subprocess
import sys
import time

import facts
import menshen
from harness.base import BUILD, ROOT, Part, cpu_seconds, loaded, on_disk, resident, syncs
from harness.samples import OURS, Curve, Goal, Measure

PEOPLE = 1_000_000
UNDER_WAY = 256
WHO = {OURS: "menshen, recorded", "kamailio": "Kamailio", "echo": "echo"}
KAMAILIO = "Kamailio tuned, two look-ups in a million numbers, nothing recorded"
ECHO = "echo on the same socket calls"


class Echo:
    headers = []

    def start(self, folder):
        self.port = menshen.free_port()
        self.process = subprocess.Popen([os.path.join(BUILD, "bench/sip_echo"), str(self.port)])
        time.sleep(0.3)


class Kamailio:
    headers = []

    def start(self, folder):
        self.port = menshen.free_port()
        path = os.path.join(folder, "kamailio.cfg")
        with open(os.path.join(ROOT, "bench/kamailio.cfg")) as f:
            text = f.read().replace("PORT", str(self.port))
        with open(path, "w") as f:
            f.write(text)
        with open(os.path.join(folder, "kamailio.log"), "w") as log:
            self.process = subprocess.Popen(
                ["kamailio", "-f", path, "-x", "tlsf", "-X", "fm", "-m", "2048", "-M", "32", "-DD", "-E",
                 "-P", os.path.join(folder, "kamailio.pid"), "-Y", folder], stderr=log, stdout=log)
        menshen.until(lambda: loaded(self.port, 1, 1)["answers"] > 0, 60, "Kamailio answers")


class Menshen:
    headers = [f"X-Menshen-Line: {facts.PERSON_LINE}"]

    def start(self, folder):
        self.data = os.path.join(folder, "data")
        config = os.path.join(folder, "config.yaml")
        with open(config, "w") as f:
            f.write("sip:\n  workers: 1\n  next_hop: 127.0.0.1:5070\n")
        for kind, text in facts.FILES.items():
            menshen.run("import", kind, "-", data=self.data, stdin=text)
        path = os.path.join(folder, "preferences.csv")
        with open(path, "w") as f:
            f.write("number,sectors,classes,hours,block,allow\n")
            f.writelines(f"+86139{n},real-estate;finance.insurance,400,,,\n" for n in range(10_000_000, 10_000_000 + PEOPLE))
        start = time.monotonic()
        code, out, err = menshen.run("import", "preferences", path, data=self.data, timeout=3600)
        if code != 0:
            sys.exit(f"import: exit {code}: {err}")
        self.import_rate = PEOPLE / (time.monotonic() - start)
        os.remove(path)
        start = time.monotonic()
        self.server = menshen.Server(self.data, config=config)
        self.server.start()
        self.start_seconds = time.monotonic() - start
        self.port, self.process = self.server.sip_port, self.server.process


class Sip(Part):
    name, title = "sip", f"SIP: a redirect over UDP, one worker, {PEOPLE:,} callees known"
    measures = [
        Measure("sip.rate", f"every call recorded durably, {UNDER_WAY} under way", "answers/s",
                {"kamailio": (KAMAILIO, Goal(least=3)), "echo": (ECHO, Goal(least=0.8))}),
        Measure("sip.cpu", "processor time of the whole process", "µs a call",
                {"kamailio": (KAMAILIO, None), "echo": (ECHO, None)}),
        Measure("sip.alone", "answer to a call that is alone, p50", "µs",
                {"echo": (ECHO, None), "limit": ("1.2 × echo and one fdatasync of 4 KiB", Goal(most=1)),
                 "kamailio": (KAMAILIO, None)}),
        Measure("sip.lost", "calls without an answer within a second", "calls", {"kamailio": (KAMAILIO, None), "echo": (ECHO, None)},
                Goal(most=0)),
        Measure("sip.import", "import of preferences, SQLite", "rows/s"),
        Measure("sip.open", "start of the server with them", "s", goal=Goal(most=2)),
        Measure("sip.memory", "memory with them", "MiB"),
        Measure("sip.bytes", "disk of a call, with its proof", "bytes"),
    ]
    curves = [Curve("sip-rate", "Time to the answer against rate", "answers a second", "p50, µs", WHO),
              Curve("sip-cpu", "Processor time against rate", "answers a second", "µs a call", WHO)]

    who = {}

    def start(self, folder, full):
        super().start(folder, full)
        self.who = {"echo": Echo(), "kamailio": Kamailio(), OURS: Menshen()}
        for p in self.who.values():
            p.start(folder)
        self.first = True

    def ask(self, who, seconds, under_way):
        p = self.who[who]
        before = cpu_seconds(p.process.pid)
        r = loaded(p.port, seconds, under_way, *p.headers)
        r["cpu_us"] = (cpu_seconds(p.process.pid) - before) / max(r["answers"], 1) * 1e6
        return r

    def round(self, samples, seconds):
        ours = self.who[OURS]
        if self.first:
            samples.add("sip.import", OURS, ours.import_rate)
            samples.add("sip.open", OURS, ours.start_seconds)
            samples.add("sip.memory", OURS, resident(ours.process.pid) / 2**20)
            self.first = False
        alone = {}
        for who in self.who:
            before = on_disk(ours.data)
            r = self.ask(who, seconds, UNDER_WAY)
            samples.add("sip.rate", who, r["rate"])
            samples.add("sip.cpu", who, r["cpu_us"])
            samples.add("sip.lost", who, r["lost"])
            if who == OURS:
                time.sleep(2)  # a checkpoint covers them
                samples.add("sip.bytes", who, (on_disk(ours.data) - before) / max(r["answers"], 1))
            alone[who] = self.ask(who, 1, 1)["p50_us"]
            samples.add("sip.alone", who, alone[who])
        samples.add("sip.alone", "limit", 1.2 * alone["echo"] + 1e6 / syncs(self.folder, 0.5))

    def grow(self, samples, seconds):
        for under_way in (1, 4, 16, 64, 256, 1024):
            for who in self.who:
                r = self.ask(who, 1, under_way)
                if r["answers"]:
                    samples.point("sip-rate", who, r["rate"], r["p50_us"])
                    samples.point("sip-cpu", who, r["rate"], r["cpu_us"])

    def stop(self):
        started = [p.process for p in self.who.values() if getattr(p, "process", None)]
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait()
