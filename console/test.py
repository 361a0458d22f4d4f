#!/usr/bin/env python3
"""The console's tests: style, types and what Vitest runs; or, as `test.py NAME`, e2e/NAME.test.ts in a browser."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run(*command):
    return subprocess.run([os.path.join(HERE, "node_modules/.bin", command[0]), *command[1:]], cwd=HERE,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=dict(os.environ, NO_COLOR="1", CI="1"))


def vitest(*options):
    """(passed, failed); what failed is told."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        done = run("vitest", "run", *options, "--reporter=json", f"--outputFile={report.name}")
        try:
            result = json.load(open(report.name, encoding="utf-8"))
        except (OSError, ValueError):
            print(done.stdout)
            return 0, 1
    for file in result["testResults"]:
        name = os.path.relpath(file["name"], HERE)
        for test in file["assertionResults"]:
            if test["status"] == "failed":
                print(f"{name}: {test['fullName']}\n" + "\n".join(test["failureMessages"])[:4000])
        if file["status"] == "failed" and file.get("message"):
            print(f"{name}: {file['message']}")
    # A file that does not load has no tests of its own.
    return result["numPassedTests"], max(result["numFailedTests"], 0 if result["success"] else 1)


def own():
    passed = failed = 0
    for command in ("biome", "check", "--error-on-warnings", "."), ("tsc", "--noEmit"):
        done = run(*command)
        if done.returncode == 0:
            passed += 1
        else:
            failed += 1
            print(done.stdout)
    p, f = vitest()
    return passed + p, failed + f


if len(sys.argv) > 1:
    passed, failed = vitest("--config", "vitest.e2e.config.ts", *(f"e2e/{name}." for name in sys.argv[1:]))
else:
    passed, failed = own()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
