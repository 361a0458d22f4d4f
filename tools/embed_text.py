#!/usr/bin/env python3
"""Embed text files in a C table, in the order given: embed_text.py OUT.c HEADER NAME FILE…

The table is `const struct NAME NAMEs[]` of {file name, text}, ending with an empty entry.
"""
import os
import sys

out, header, name, *files = sys.argv[1:]


def quoted(line):
    text = ""
    for byte in line.encode():
        char = chr(byte)
        text += "\\" + char if char in '"\\' else char if 0x20 <= byte < 0x7F else f"\\{byte:03o}"
    return f'"{text}"'


with open(out, "w", encoding="ascii") as c:
    c.write(f'#include "{header}"\n\nconst struct {name} {name}s[] = {{\n')
    for path in files:
        c.write(f"    {{{quoted(os.path.basename(path))},\n")
        with open(path, encoding="utf-8", newline="") as f:
            for line in f:
                text = quoted(line.rstrip("\n"))
                c.write(f'     {text} "\\n"\n')
        c.write("    },\n")
    c.write("    {0, 0},\n};\n")
