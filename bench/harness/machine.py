"""What was measured on: processor, kernel, disk, versions, and how busy it was."""
import os
import platform
import re
import subprocess


def said(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout.strip()
    except OSError:
        return ""


def first(pattern, text):
    found = re.search(pattern, text, re.M)
    return found[1].strip() if found else "unknown"


def version(*command):
    return first(r"(\d+\.[\d.]+)", said(*command))


def disk(folder):
    """File system and device of a folder."""
    fields = said("findmnt", "-n", "-o", "FSTYPE,SOURCE", "-T", folder).split()
    if len(fields) < 2:
        return "unknown"
    return f"{fields[0]} on {os.path.basename(os.path.realpath(fields[1]))}"


def describe(folder):
    with open("/proc/cpuinfo") as f:
        cpu = f.read()
    with open("/proc/meminfo") as f:
        memory = int(first(r"MemTotal:\s+(\d+)", f.read()))
    flags = first(r"^flags\s*:(.*)$", cpu).split()
    return {
        "processor": first(r"model name\s*:(.*)", cpu) + (" with SHA instructions" if "sha_ni" in flags else ""),
        "cores": os.cpu_count(),
        "memory": f"{memory / 2**20:.0f} GiB",
        "kernel": platform.release(),
        "disk": disk(folder),
        "compiler": "gcc " + version("gcc", "-dumpfullversion"),
        "Kamailio": version("kamailio", "-v"),
        "PostgreSQL": version("pg_config", "--version"),
        "SQLite": __import__("sqlite3").sqlite_version,
    }


def commit(root):
    changed = said("git", "-C", root, "status", "--porcelain", "--untracked-files=no", "--", "src", "bench")
    return said("git", "-C", root, "rev-parse", "--short", "HEAD") + (" and changes" if changed else "")
