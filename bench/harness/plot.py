"""Curves as SVG text, both axes logarithmic. No library, the same text for the same points."""
import math

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 76, 150, 40, 52
COLOURS = ("#1f5fbf", "#b5541c", "#2d7d46", "#7a3fa0", "#666666")
MARKS = ("circle", "square", "diamond")


def short(n):
    for limit, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if n >= limit:
            return f"{n / limit:g}{sign}"
    return f"{n:g}"


def bounds(values):
    """Whole powers of ten around the values; at least one decade."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def mark(kind, x, y, colour):
    if kind == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    if kind == "square":
        return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{colour}"/>'
    return f'<path d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5-4.5 4.5-4.5-4.5z" fill="{colour}"/>'


def svg(title, x_label, y_label, lines):
    """`lines`: [(label, [[x, y], …])]. The points are joined in their order; those at 0 or below are left out."""
    lines = [(label, [p for p in points if p[0] > 0 and p[1] > 0]) for label, points in lines]
    lines = [(label, points) for label, points in lines if points]
    if not lines:
        return None
    x0, x1 = bounds([p[0] for _, points in lines for p in points])
    y0, y1 = bounds([p[1] for _, points in lines for p in points])
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    at_x = lambda v: LEFT + (math.log10(v) - x0) / (x1 - x0) * (right - LEFT)
    at_y = lambda v: bottom - (math.log10(v) - y0) / (y1 - y0) * (bottom - TOP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
           'font-family="sans-serif" font-size="12" role="img">',
           f"<title>{title}</title>",
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
           f'<text x="{LEFT}" y="22" font-size="14" fill="#222222">{title}</text>']
    for e in range(x0, x1 + 1):
        x = at_x(10**e)
        out.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#dddddd"/>'
                   f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="middle" fill="#444444">{short(10**e)}</text>')
    for e in range(y0, y1 + 1):
        y = at_y(10**e)
        out.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#dddddd"/>'
                   f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#444444">{short(10**e)}</text>')
    out.append(f'<text x="{(LEFT + right) / 2:.0f}" y="{HEIGHT - 12}" text-anchor="middle" fill="#222222">{x_label}</text>')
    out.append(f'<text transform="translate(16 {(TOP + bottom) / 2:.0f}) rotate(-90)" text-anchor="middle" fill="#222222">{y_label}</text>')
    for i, (label, points) in enumerate(lines):
        colour, kind = COLOURS[i % len(COLOURS)], MARKS[i % len(MARKS)]
        path = "L".join(f"{at_x(x):.1f} {at_y(y):.1f}" for x, y in points)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [mark(kind, at_x(x), at_y(y), colour) for x, y in points]
        out.append(mark(kind, right + 14, TOP + 8 + 20 * i, colour))
        out.append(f'<text x="{right + 24}" y="{TOP + 12 + 20 * i}" fill="#222222">{label}</text>')
    return "\n".join(out) + "\n</svg>\n"
