#!/usr/bin/env python3
"""Build the web console for embedding: build.py OPENAPI.json OUT.c OUT.d

Installs what package-lock.json names if that is missing, makes the types of the API from its
description, checks the types, bundles, compresses. OUT.c holds the files (src/http/console.h).
"""
import fcntl
import filecmp
import gzip
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
WATCHED = ("src", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "build.py")


def run(*command):
    done = subprocess.run(command, cwd=HERE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=dict(os.environ, NO_COLOR="1", CI="1"))
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        sys.exit(f"console: {' '.join(os.path.basename(c) for c in command[:2])} failed (above)")


def tool(name):
    return os.path.join(HERE, "node_modules/.bin", name)


def install():
    lock, done = os.path.join(HERE, "package-lock.json"), os.path.join(HERE, "node_modules/.package-lock.json")
    if not os.path.exists(done) or os.path.getmtime(done) < os.path.getmtime(lock):
        if shutil.which("npm") is None:
            sys.exit("console: npm is missing; `scripts/deps build` installs it, or build with -Dconsole=disabled")
        run("npm", "ci", "--no-progress")
        os.utime(done)


def types(openapi):
    """Beside the sources, where editors look for them; the same for every build folder."""
    made, source = os.path.join(HERE, "src/api/schema.d.ts"), os.path.join(HERE, "node_modules/.openapi.json")
    if os.path.exists(made) and os.path.exists(source) and filecmp.cmp(openapi, source, shallow=False):
        return
    run(tool("openapi-typescript"), openapi, "-o", made)
    shutil.copyfile(openapi, source)


def served(dist):
    """(path, type, bytes), the page itself as it is, the rest as gzip."""
    for folder, _, names in sorted(os.walk(dist)):
        for name in sorted(names):
            full = os.path.join(folder, name)
            path = "/" + os.path.relpath(full, dist)
            with open(full, "rb") as f:
                data = f.read()
            if path == "/index.html":
                yield "/", TYPES[".html"], data
            else:
                yield path, TYPES[os.path.splitext(name)[1]], gzip.compress(data, 9, mtime=0)


def embed(dist, out):
    files = list(served(dist))
    with open(out, "w", encoding="ascii") as c:
        c.write('#include "http/console.h"\n')
        for i, (_, _, data) in enumerate(files):
            c.write(f"\nstatic const unsigned char file_{i}[] = {{")
            for k in range(0, len(data), 32):
                c.write("\n" + ",".join(map(str, data[k:k + 32])) + ",")
            c.write("};\n")
        c.write("\nconst struct console_file console_files[] = {\n")
        for i, (path, kind, _) in enumerate(files):
            c.write(f'    {{"{path}", "{kind}", file_{i}, sizeof file_{i}}},\n')
        c.write("    {0}};\n")


def watch(out, depfile):
    paths = []
    for name in WATCHED:
        full = os.path.join(HERE, name)
        paths.append(full)
        for folder, folders, names in os.walk(full):
            paths += [os.path.join(folder, n) for n in [*folders, *names] if n != "schema.d.ts"]
    with open(depfile, "w", encoding="utf-8") as d:
        d.write(f"{out}: " + " ".join(p.replace(" ", "\\ ") for p in paths) + "\n")


def main():
    openapi, out, depfile = sys.argv[1:]
    dist = os.path.abspath(out) + ".dist"
    with open(os.path.join(HERE, ".lock"), "w") as lock:  # build folders share node_modules and the types
        fcntl.flock(lock, fcntl.LOCK_EX)
        install()
        types(os.path.abspath(openapi))
        run(tool("tsc"), "--noEmit")
        run(tool("vite"), "build", "--outDir", dist, "--emptyOutDir", "--logLevel", "warn")
    embed(dist, out)
    watch(out, depfile)


main()
