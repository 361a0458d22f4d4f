"""What the parts share: where things are, programs, raw probes."""
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build-bench")


class Part:
    """A benchmark. `start` sets up, each `round` takes a sample of us and of all others, `grow` draws curves.

    `budget`, in seconds, bounds the growth of curves, so that all parts together stay below ten minutes.
    """
    name = title = ""
    measures, curves = [], []
    postgres = False  # wants MENSHEN_TEST_STORE
    budget = 60

    def start(self, folder, full):
        self.folder, self.full, self.began = folder, full, time.monotonic()

    def sizes(self, growth, rest):
        """The sizes of a curve, each ten times the one before, as long as the budget lasts; with FULL the rest, too."""
        took = 0
        for size in (*growth, *rest) if self.full else growth:
            start = time.monotonic()
            if not self.full and start - self.began + 10 * took > self.budget:
                print(f"{self.name}: no time for {size:,}")
                return
            yield size
            took = time.monotonic() - start

    def round(self, samples, seconds):
        pass

    def grow(self, samples, seconds):
        pass

    def stop(self):
        pass


class OneProgram(Part):
    """A part of which all take turns in one program, that has loaded what it measures: grow runs it for as many rounds."""

    def start(self, folder, full):
        super().start(folder, full)
        self.rounds = 0

    def round(self, samples, seconds):
        self.rounds += 1

    def turns(self, name, *arguments):
        """{what: [value a round]}, as the program printed them."""
        found = {}
        for what, value in pairs(tool(name, *arguments)):
            found.setdefault(what, []).append(value)
        return found


def tool(name, *arguments):
    """What one of our programs printed."""
    return subprocess.run([os.path.join(BUILD, "bench", name), *map(str, arguments)], cwd=BUILD, check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def pairs(text):
    """Lines of `name<TAB>value`, as our programs print them."""
    for line in text.splitlines():
        name, _, value = line.partition("\t")
        if value:
            yield name, float(value)


def durable_postgres():
    """The URL of the server of this run, which syncs what it commits: pg_virtualenv starts it with fsync off."""
    url = os.environ["MENSHEN_TEST_STORE"]
    ask = lambda sql: subprocess.run(["psql", "-qAt", "-c", sql, url], capture_output=True, text=True, check=True).stdout.strip()
    ask("ALTER SYSTEM SET fsync = on")
    ask("SELECT pg_reload_conf()")
    end = time.monotonic() + 10
    while ask("SHOW fsync") != "on" or ask("SHOW synchronous_commit") != "on":
        if time.monotonic() > end:
            sys.exit("PostgreSQL does not sync what it commits; as a peer it would be flattered")
        time.sleep(0.1)
    return url


def loaded(*arguments):
    """What bench/sip_load measured."""
    return json.loads(tool("sip_load", *arguments))


def cpu_seconds(pid):
    """User and system time of a process and its children that live."""
    total = 0.0
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(entry) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def resident(pid):
    """Bytes of memory of a process."""
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def available():
    """Bytes of memory that can be had."""
    with open("/proc/meminfo") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("MemAvailable:"))


def on_disk(folder):
    """Bytes that the files of a folder take."""
    total = 0
    for base, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(base, name)).st_blocks * 512
            except OSError:
                pass
    return total


def syncs(folder, seconds):
    """How often a second the disk takes 4 KiB for good, one after the other."""
    fd = os.open(os.path.join(folder, "probe"), os.O_WRONLY | os.O_CREAT, 0o600)
    block, n, start = os.urandom(4096), 0, time.monotonic()
    while time.monotonic() < start + seconds:
        os.pwrite(fd, block, 0)
        os.fdatasync(fd)
        n += 1
    took = time.monotonic() - start
    os.close(fd)
    return n / took
