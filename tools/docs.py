#!/usr/bin/env python3
"""Write anew what the program prints of itself: docs/rules.md, and the table of routes in docs/api.md.

    tools/docs.py MENSHEN

MENSHEN is the built program. Tests compare both pages with what it prints.
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def printed(menshen, *arguments):
    return subprocess.run([menshen, *arguments], check=True, capture_output=True, text=True).stdout


def write(page, text):
    with open(os.path.join(ROOT, "docs", page), "w", encoding="utf-8") as f:
        f.write(text)


def main(menshen):
    write("rules.md", printed(menshen, "rules", "list", "--markdown"))
    table = printed(menshen, "openapi", "--markdown")
    with open(os.path.join(ROOT, "docs/api.md"), encoding="utf-8") as f:
        page = f.read()
    start = page.index(table.split("\n", 1)[0])
    rest = page[start + re.match(r"(?:\|[^\n]*\n|\n(?=\|))+", page[start:]).end():]
    write("api.md", page[:start] + table.rstrip("\n") + "\n" + rest)


if __name__ == "__main__":
    main(sys.argv[1])
