#!/usr/bin/env python3
"""Build and run every test; end with one line `N passed, N failed`.

    tests/run.py [--cc CC] [--san SANITIZERS] [-j N] [NAME …]     only suites whose name holds a NAME

A suite is a program. Its result is read from cmocka's or unittest's closing
lines, or from a line `N passed, N failed` of its own; a suite that shows none of
these, or exits otherwise than its lines say, counts as one failure. Suites that
want a PostgreSQL share one server for the run, each with databases of its own.

N suites run at a time, as many as there are cores unless said; what one prints stays
together. Beside its time stands how much of it was work, its own and that of the
programs it waited for: the rest it waited. Those that measure time follow, one
after the other.

A suite that waits on servers and browsers and failed beside another is run once more, alone. If it
then passes, the end names it as unsteady, and what it said at first stands above. More than UNSTEADY
of them are failures.

Shared machines are halted for minutes, and their disks too: every time limit in a suite
runs out in between. What failed while the machine stood still is said, and run once more.
"""
import argparse
import contextlib
import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FUZZ_SECONDS = 5
SLOWEST = 8  # of which the end tells
FIRST = ("browser/screens", "check/tree", "e2e/scan", "e2e/leak", "e2e/kill", "e2e/cli")  # the long ones, so that none is left over
STOOD_STILL = 5  # seconds by which a second's sleep, or one small write, was late
UNSTEADY = 3
ALONE = ("e2e/nodes", "e2e/persons", "e2e/relay")  # they measure time
STORIES = sorted(os.path.basename(s)[:-8] for s in glob.glob(os.path.join(ROOT, "console/e2e/*.test.ts")))
SCRIPTS = {"e2e/" + os.path.basename(s)[5:-3]: s for s in sorted(glob.glob(os.path.join(ROOT, "tests/e2e/test_*.py")))}


class Suite:
    def __init__(self, name, command, timeout=1200):
        self.name, self.command, self.timeout = name, command, timeout


def wants_postgres(name):
    return name.startswith("e2e/") or name == "store/postgres"


def waits(name):
    return name.startswith(("e2e/", "browser/"))


def count(output, exit_code):
    """(passed, failed, skipped) from what a suite printed."""
    passed = failed = skipped = 0
    seen = False
    for line in output.splitlines():
        if m := re.match(r"\[  PASSED  \] (\d+) test", line):
            passed, seen = passed + int(m[1]), True
        elif m := re.match(r"\[  FAILED  \] (\d+) test", line):
            failed, seen = failed + int(m[1]), True
        elif m := re.match(r"\[  SKIPPED \] (\d+) test", line):
            skipped += int(m[1])
        elif m := re.match(r"(?:\w+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", line):
            passed, failed, seen = passed + int(m[1]), failed + int(m[2]), True
            skipped += int(m[3] or 0)
        elif m := re.match(r"Ran (\d+) tests? in", line):
            passed, seen = passed + int(m[1]), True
        elif m := re.match(r"(?:OK|FAILED)(?: \((.*)\))?$", line):
            for kind, n in re.findall(r"(failures|errors|skipped)=(\d+)", m[1] or ""):
                passed -= int(n)
                if kind == "skipped":
                    skipped += int(n)
                else:
                    failed += int(n)
    if not seen or (exit_code != 0 and failed == 0):
        failed += 1
    return max(passed, 0), failed, skipped


class Halts:
    """When the machine stood still, seen by a sleeper that also writes to `folder`'s disk."""

    def __init__(self, folder):
        self.beats = []
        self.folder = folder
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        with tempfile.TemporaryFile(dir=self.folder) as probe:
            while True:
                time.sleep(1)
                os.pwrite(probe.fileno(), b"x" * 4096, 0)
                os.fdatasync(probe.fileno())
                self.beats.append(time.monotonic())

    def since(self, begun):
        """Seconds of it, the one that still lasts included."""
        beats = [b for b in self.beats if b > begun] + [time.monotonic()]
        return sum(b - a for a, b in zip([begun] + beats, beats) if b - a > 1 + STOOD_STILL)


running = set()


def end(process):
    """A suite with all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def run(suite, build, folder):
    """(output, exit code, seconds, seconds of work). Its temporary files go to `folder`."""
    env = dict(os.environ, MENSHEN=os.path.join(build, "menshen"), BUILD=build, TMPDIR=folder)
    env.setdefault("TSAN_OPTIONS", f"suppressions={ROOT}/tests/tsan.supp")
    if not wants_postgres(suite.name):
        env.pop("MENSHEN_TEST_STORE", None)
    start = time.monotonic()
    with tempfile.TemporaryFile(dir=folder) as said:
        p = subprocess.Popen(suite.command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=said,
                             stderr=subprocess.STDOUT, start_new_session=True)
        running.add(p)
        limit = threading.Timer(suite.timeout, end, [p])
        limit.start()
        _, status, used = os.wait4(p.pid, 0)
        limit.cancel()
        running.discard(p)
        p.returncode = os.waitstatus_to_exitcode(status)
        end(p)
        seconds = time.monotonic() - start
        said.seek(0)
        output = said.read().decode("utf-8", "replace")
    if seconds >= suite.timeout:
        output += f"\nno end within {suite.timeout} s\n"
    return output, p.returncode, seconds, used.ru_utime + used.ru_stime


def sh(*command, env=None):
    p = subprocess.run(command, cwd=ROOT, env=dict(os.environ, **(env or {})),
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if p.returncode != 0:
        lines = p.stdout.decode("utf-8", "replace").splitlines()
        print("\n".join(line for line in lines if not re.match(r"\[\d+/\d+\] ", line)))
        print(f"could not build: {' '.join(command)}")
        print("0 passed, 1 failed")
        sys.exit(1)


def configure(build, cc, options):
    wanted = " ".join([cc] + options)
    stamp = os.path.join(build, ".configured")
    if os.path.exists(stamp) and open(stamp).read() == wanted:
        return
    fresh = not os.path.exists(os.path.join(build, "build.ninja"))
    sh("meson", *(["setup"] if fresh else ["configure"]), build, *options, env={"CC": cc})
    with open(stamp, "w") as f:
        f.write(wanted)


def suites(build, san, cc):
    plain = not san
    listed = []
    for program in sorted(glob.glob(f"{build}/tests/unit/test_*")):
        if os.path.isfile(program) and os.access(program, os.X_OK):
            listed.append(Suite("unit/" + os.path.basename(program)[5:], [program]))
    for program in sorted(glob.glob(f"{build}/tests/crash/crash_*")):
        if os.path.isfile(program) and os.access(program, os.X_OK):
            listed.append(Suite("crash/" + os.path.basename(program)[6:], [program]))
    listed.append(Suite("store/postgres", ["tests/store/run", build]))
    if plain and cc in ("cc", "gcc"):
        listed.append(Suite("oracle/libphonenumber", [f"{build}/tests/oracle/oracle_number"]))
        listed.append(Suite("oracle/go", ["tests/oracle/go/run", build]))
        listed.append(Suite("check/tree", ["scripts/check"], timeout=3000))
        listed.append(Suite("check/instructions", ["tests/instructions/run", build]))
        listed.append(Suite("check/console", ["console/test.py"]))
        for name in STORIES:
            listed.append(Suite("browser/" + name, ["console/test.py", name], timeout=1800))
        fuzz = os.path.join(ROOT, "build-fuzz")
        for program in sorted(glob.glob(f"{fuzz}/tests/fuzz/fuzz_*")):
            if os.path.isfile(program) and os.access(program, os.X_OK):
                name = os.path.basename(program)[5:]
                listed.append(Suite("fuzz/" + name, ["tests/fuzz/run", name, str(FUZZ_SECONDS)]))
    for name, script in SCRIPTS.items():
        listed.append(Suite(name, [sys.executable, script]))
    return sorted(listed, key=lambda s: s.name not in FIRST)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cc", default="cc")
    parser.add_argument("--san", default="", help="address,undefined or thread")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1, help="suites at a time (%(default)s)")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()

    wanted = lambda name: not args.names or any(n in name for n in args.names)
    if "MENSHEN_TEST_STORE" not in os.environ and any(wanted(n) for n in [*SCRIPTS, "store/postgres"]):
        server = os.path.join(ROOT, "tests/store/with-postgres")
        os.execv(server, [server, sys.executable, os.path.abspath(__file__), *sys.argv[1:]])

    suffix = "" if args.cc in ("cc", "gcc") else "-" + args.cc
    suffix += "-" + args.san.replace(",", "-") if args.san else ""
    build = os.path.join(ROOT, "build" + suffix)
    configure(build, args.cc, ["-Dtests=true"] + ([f"-Db_sanitize={args.san}"] if args.san else []))
    print(f"building {os.path.basename(build)}", flush=True)
    sh("ninja", "-C", build)

    if not args.san and args.cc in ("cc", "gcc") and (not args.names or any("fuzz" in n for n in args.names)):
        fuzz = os.path.join(ROOT, "build-fuzz")
        configure(fuzz, "clang", ["-Dfuzz=true", "-Dconsole=disabled", "-Db_sanitize=address,undefined"])
        print("building build-fuzz", flush=True)
        sh("ninja", "-C", fuzz)

    chosen = [s for s in suites(build, args.san, args.cc) if wanted(s.name)]
    total = [0, 0, 0]
    failures, notices, again = [], [], []
    times = []

    def run_steadily(suite, folder):
        """What run() gives; once more if it failed while the machine stood still."""
        begun = time.monotonic()
        result = run(suite, build, folder)
        halted = halts.since(begun)
        if not halted or not count(*result[:2])[1]:
            return result
        print(f"again  {suite.name:36} failed while the machine stood still for {halted:.0f} s:\n{result[0][-20000:]}", flush=True)
        return run(suite, build, folder)

    def report(suite, result, second=False):
        output, code, seconds, work = result
        numbers = count(output, code)
        if numbers[1] and waits(suite.name) and suite.name not in ALONE and not second:
            again.append((suite, result))
            print(f"again  {suite.name:36} failed beside others:\n{output[-20000:]}", flush=True)
            return
        if second and not numbers[1]:
            notices.append(f"unsteady: {suite.name} failed beside others and passed alone")
        for i, n in enumerate(numbers):
            total[i] += n
        verdict = "FAILED" if numbers[1] else "ok"
        print(f"{verdict:6} {suite.name:36} {numbers[0]:5} passed {seconds:7.1f} s {work:7.1f} s of work", flush=True)
        times.append((seconds, suite.name))
        if numbers[1]:
            failures.append(suite.name)
            print(output[-20000:], flush=True)
        else:
            notices.extend(line for line in output.splitlines() if line.startswith("notice: "))

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="menshen-tests-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # for tests that give up root
        halts = Halts(folder)
        for alone, jobs in (False, args.jobs), (True, 1):
            with ThreadPoolExecutor(max_workers=jobs) as pool:
                waiting = {pool.submit(run_steadily, s, folder): s for s in chosen if (s.name in ALONE) == alone}
                try:
                    for done in as_completed(waiting):
                        report(waiting[done], done.result())
                    if alone:
                        for suite, first in again:
                            few = len(again) <= UNSTEADY
                            report(suite, pool.submit(run, suite, build, folder).result() if few else first, second=True)
                except KeyboardInterrupt:
                    pool.shutdown(wait=False, cancel_futures=True)
                    print("stopped: " + " ".join(s.name for d, s in waiting.items() if not d.done() or d.cancelled()))
                    for process in list(running):
                        end(process)
                    sys.exit(130)

    print("slowest: " + ", ".join(f"{name} {seconds:.0f} s" for seconds, name in sorted(times, reverse=True)[:SLOWEST]))
    for notice in notices:
        print(notice)
    if failures:
        print("failed: " + " ".join(failures))
    print(f"{total[0]} passed, {total[1]} failed" + (f", {total[2]} skipped" if total[2] else ""))
    sys.exit(1 if total[1] or not chosen else 0)


if __name__ == "__main__":
    main()
