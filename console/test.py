#!/usr/bin/env python3
"""The console's own tests: style, types, and what Vitest runs; the stories in a browser are e2e's."""
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


passed = failed = 0
for command in ("biome", "check", "--error-on-warnings", "."), ("tsc", "--noEmit"):
    done = run(*command)
    if done.returncode == 0:
        passed += 1
    else:
        failed += 1
        print(done.stdout)
with tempfile.NamedTemporaryFile(suffix=".json") as report:
    done = run("vitest", "run", "--reporter=json", f"--outputFile={report.name}")
    try:
        result = json.load(open(report.name, encoding="utf-8"))
        passed += result["numPassedTests"]
        # A file that does not load has no tests of its own.
        failed += max(result["numFailedTests"], 0 if result["success"] else 1)
        for file in result["testResults"]:
            for test in file["assertionResults"]:
                if test["status"] == "failed":
                    print(f"{os.path.relpath(file['name'], HERE)}: {test['fullName']}\n" + "\n".join(test["failureMessages"])[:2000])
            if file["status"] == "failed" and not file["assertionResults"]:
                print(f"{os.path.relpath(file['name'], HERE)}: {file['message']}")
    except (OSError, ValueError):
        failed += 1
        print(done.stdout)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
