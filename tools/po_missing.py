#!/usr/bin/env python3
"""List texts that people read and that a .po file does not translate, and translations nobody asks for.

    po_missing.py po/zh_CN.po src/cli    exit 1 if there are any

A text is what stands in text_in, cli_note, cli_usage, find and in the fields summary,
details, help and gives of the tables.
"""
import ast
import glob
import os
import re
import sys

STRING = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
PATTERNS = [
    r"\btext_in\(\s*[^,()]*(?:\([^()]*\))?[^,()]*,\s*" + STRING,
    r"\btext_in\([^;]*?\?\s*" + STRING + r"\s*:",
    r"\btext_in\([^;\"]*?(?:\"(?:[^\"\\]|\\.)*\"\s*)+\s*:\s*" + STRING,
    r"\bcli_note\(\s*[^,]+,\s*" + STRING,
    r"\bcli_usage\(\s*[^,]+,\s*" + STRING,
    r"\.(?:summary|help|details)\s*=\s*" + STRING,
    r"\bchar (?:details|advice)\[\]\s*=\s*" + STRING,
    r"\bfind\([^;]*?GRADE_\w+\s*,\s*" + STRING,
]


def unquote(text):
    return "".join(ast.literal_eval(s) for s in re.findall(r'"(?:[^"\\]|\\.)*"', text))


def translated(path):
    source = open(path, encoding="utf-8").read()
    return {unquote(m.group(1)) for m in re.finditer(r"^msgid\s+" + STRING, source, re.M)} - {""}


def main():
    po, folder = sys.argv[1:3]
    wanted = {}
    for path in sorted(glob.glob(os.path.join(folder, "*.c"))):
        source = open(path, encoding="utf-8").read()
        for pattern in PATTERNS:
            for m in re.finditer(pattern, source, re.S):
                wanted.setdefault(unquote(m.group(1)), os.path.basename(path))
    have = translated(po)
    missing = [t for t in wanted if t not in have and re.search("[a-z]{2}", t)]
    for text in missing:
        print(f"{wanted[text]}: {text!r}")
    sys.exit(1 if missing else 0)


main()
