"""What a country's calls need in machines, from the figures of the part `sip`."""
import math
import statistics

from harness.samples import OURS

CALLS_A_DAY = 7e9
PEAK = 250_000  # a second
DAY = 86400
NUMBERS = 1.7e9
HEADROOM = 0.7  # of a machine's cores are used at the peak


def figures(result):
    """{name: value} of one call, and of the process."""
    middle = lambda key: statistics.median(result["measures"][key][OURS])
    return {"cpu": middle("sip.cpu"), "bytes": middle("sip.bytes"), "memory": middle("sip.memory")}


def text(results):
    from harness.page import about, figure, warning
    result = results.get("sip")
    if not result or not all(k in result["measures"] for k in ("sip.cpu", "sip.bytes", "sip.memory")):
        return "Nothing measured yet: `make bench B=sip`.\n"
    f, cores = figures(result), result["machine"]["cores"]
    mean = CALLS_A_DAY / DAY
    need = lambda rate: rate * f["cpu"] / 1e6
    machines = lambda rate: math.ceil(need(rate) / (cores * HEADROOM))
    lines = [
        f"{about(result)}{warning(result)}\n",
        "| of the whole process | measured |",
        "|---|---|",
        f"| processor time of a million calls, judged, answered, recorded durably and published | {figure(f['cpu'])} s |",
        f"| disk that a million calls take | {figure(f['bytes'] * 1e6 / 2**20)} MiB |",
        f"| memory with the preferences of a million numbers | {figure(f['memory'])} MiB |",
        "",
        f"| a country | mean of {figure(CALLS_A_DAY)} calls a day | peak of {PEAK:,} a second |",
        "|---|---|---|",
        f"| calls a second | {figure(mean)} | {PEAK:,} |",
        f"| cores that are busy | {figure(need(mean))} | {figure(need(PEAK))} |",
        f"| machines of {cores} cores, of which {HEADROOM:.0%} are used | {machines(mean):,} | {machines(PEAK):,} |",
        f"| disk | {figure(CALLS_A_DAY * f['bytes'] / 2**40)} TiB a day | {figure(PEAK * f['bytes'] / 2**20)} MiB a second |",
        f"| memory with {figure(NUMBERS)} numbers, if it grows as the first million | {figure(NUMBERS / 1e6 * f['memory'] / 2**10)} GiB | |",
    ]
    return "\n".join(lines) + "\n"
