"""docs/performance.md and docs/capacity.md out of bench/results.json: no figure in them is typed."""
import json
import os

from harness import capacity, plot
from harness.samples import OURS, middle, ratios

BEGIN = "<!-- What follows is written by bench/run; do not edit. -->"
END = "<!-- Until here. -->"


def load(path):
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        return json.load(f)


def save(path, results):
    with open(path, "w") as f:
        json.dump(results, f, indent=1, ensure_ascii=False, sort_keys=True)
        f.write("\n")


def figure(n):
    if n == 0:
        return "0"
    if abs(n) >= 100:
        return f"{n:,.0f}"
    return f"{n:.3g}" if abs(n) >= 1 else f"{n:.2g}"


def spread(values, form=figure):
    m, low, high = middle(values)
    return form(m) if form(low) == form(high) else f"{form(m)} ({form(low)} … {form(high)})"


def rows(measure, samples):
    """One line of the table for each other that took turns with us; one alone if there was none."""
    ours = samples.get(OURS)
    if not ours:
        return
    own = spread(ours)
    own_goal = f"{measure.goal.text()} {measure.unit}" if measure.goal else ""
    first = f"{measure.title}, {measure.unit}"
    if not any(who in samples for who in measure.others):
        yield f"| {first} | {own} | | | {own_goal} |"
    for who, (label, goal) in measure.others.items():
        if who not in samples:
            continue
        r = ratios(ours, samples[who])
        ratio = spread(r, lambda n: f"{n:.2f}" if n >= 0.1 else f"{n:.2g}") if r else ""
        if r and goal:
            ratio = f"**{ratio}**"
        goals = [t for t in (goal.text() if goal else "", own_goal) if t]
        yield f"| {first} | {own} | {label}: {spread(samples[who])} | {ratio} | {', '.join(goals)} |"
        first, own, own_goal = "the same", "", ""


def about(result):
    m = result["machine"]
    return (f"{result['date']}, commit {result['commit']}, {result['rounds']} round{'s' * (result['rounds'] != 1)} of {result['seconds']:g} s, "
            f"{result['took']:.0f} s in all; load average at start {result['load']:.2f}. {m['processor']}, {m['cores']} cores, "
            f"{m['memory']}; Linux {m['kernel']}; {m['disk']}; {m['compiler']}, Kamailio {m['Kamailio']}, "
            f"PostgreSQL {m['PostgreSQL']}, SQLite {m['SQLite']}.")


def warning(result):
    busy = result["load"] > 0.5 * result["machine"]["cores"]
    brief = result["rounds"] < 5
    what = [w for w, said in (("other programs ran on the machine when it began", busy), ("it had few rounds", brief)) if said]
    return f"\n\n**Not to be relied on: {' and '.join(what)}.**" if what else ""


def performance(parts, results):
    """(the generated text, {file name: SVG})."""
    out, plots = [], {}
    for part in parts:
        result = results.get(part.name)
        if not result:
            continue
        out.append(f"### {part.title}\n\n{about(result)}{warning(result)}\n")
        table = [line for m in part.measures for line in rows(m, result["measures"].get(m.key, {}))]
        out.append("| measure | menshen | against | ratio | goal |\n|---|---|---|---|---|\n" + "\n".join(table) + "\n")
        for curve in part.curves:
            found = result["curves"].get(curve.key, {})
            picture = plot.svg(curve.title, curve.x, curve.y, [(label, found.get(who, [])) for who, label in curve.who.items()])
            if picture:
                name = f"performance-{curve.key}.svg"
                plots[name] = picture
                out.append(f"![{curve.title}]({name})\n")
    return "\n".join(out), plots


def put(text, generated):
    head, rest = text.split(BEGIN, 1)
    return f"{head}{BEGIN}\n\n{generated}\n{END}{rest.split(END, 1)[1]}"


def pages(root, parts, results):
    """{path: text} of all that the results make."""
    docs = os.path.join(root, "docs")
    made = {}
    generated, plots = performance(parts, results)
    for name, text in [("performance.md", generated), ("capacity.md", capacity.text(results))]:
        path = os.path.join(docs, name)
        with open(path) as f:
            made[path] = put(f.read(), text)
    made.update({os.path.join(docs, name): picture for name, picture in plots.items()})
    return made


def write(root, parts, results):
    for path, text in pages(root, parts, results).items():
        with open(path, "w") as f:
            f.write(text)


def stale(root, parts, results):
    """Pages that are not what the results make."""
    def differs(path, text):
        if not os.path.exists(path):
            return True
        with open(path) as f:
            return f.read() != text
    return [os.path.relpath(p, root) for p, text in pages(root, parts, results).items() if differs(p, text)]
