"""Writes the schema steps as one C table: embed.py OUT.c STEP.sql…"""
import os
import sys

out, steps = sys.argv[1], sorted(sys.argv[2:], key=os.path.basename)
with open(out, "w", encoding="ascii") as c:
    c.write('#include "store/schema.h"\n\n')
    c.write("const struct schema_step schema_steps[] = {\n")
    for i, path in enumerate(steps, 1):
        name = os.path.basename(path)
        if int(name[:3]) != i:
            sys.exit(f"{name}: steps are numbered without gaps; expected {i:03}-…")
        c.write(f'    {{{i}, "{name}",\n')
        for line in open(path, encoding="ascii"):
            line = line.split("--")[0].rstrip()
            if line:
                text = line.replace("\\", "\\\\").replace('"', '\\"')
                c.write(f'     "{text}\\n"\n')
        c.write("    },\n")
    c.write("};\n")
    c.write("const size_t schema_step_count = sizeof schema_steps / sizeof *schema_steps;\n")
