#!/usr/bin/env python3
"""Install man pages and the bash completion, made by the program from its own table of commands.

    install_man.py PROGRAM MANDIR DATADIR    (run by meson install)
"""
import os
import subprocess
import sys

program, mandir, datadir = sys.argv[1:]
program = os.path.join(os.environ.get("MESON_BUILD_ROOT", os.getcwd()), program)
root = os.environ.get("MESON_INSTALL_DESTDIR_PREFIX", os.environ.get("MESON_INSTALL_PREFIX", "/"))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(text)
    os.chmod(path, 0o644)


def made(*args):
    return subprocess.run([program, *args], check=True, stdout=subprocess.PIPE).stdout


man1 = os.path.join(root, mandir, "man1")
write(os.path.join(man1, "menshen.1"), made("man"))
for name in made("man", "--list").decode().splitlines():
    write(os.path.join(man1, f"menshen-{name.replace(' ', '-')}.1"), made("man", name))
write(os.path.join(root, datadir, "bash-completion/completions/menshen"), made("completion", "bash"))
