"""Charts as inline SVG for pages. Colours come from the stylesheet, by the class of each mark. Pure."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup, escape

from assessments.evaluation import charts
from assessments.evaluation.chart_keys import entries
from assessments.evaluation.charts import Box, Dot, Drawing, Label, Mark, Ribbon, Rule

HATCH = Markup(
    '<svg width="0" height="0" class="position-absolute" aria-hidden="true"><defs><pattern id="gf-hatch" width="7" '
    'height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" '
    'fill="var(--gf-none)"/><rect width="2" height="7" fill="var(--gf-none-ink)" opacity=".45"/></pattern></defs></svg>'
)
"""The hatching of answers that stand apart; a page that shows any has it once."""


def svg(drawing: Drawing) -> Markup:
    """A drawing as one element; it is as wide as the place it stands in."""
    named = (
        Markup('role="img" aria-label="{}"').format(drawing.said)
        if drawing.said
        else Markup('aria-hidden="true"')
    )
    marks = Markup("").join(_mark(mark, drawing.height) for mark in drawing.marks)
    return Markup('<svg class="gf-{}" height="{}" {}>{}</svg>').format(
        drawing.style, drawing.height, named, marks
    )


def _mark(mark: Mark, height: int) -> Markup:
    match mark:
        case Box():
            return Markup('<rect class="{}" x="{}" width="{}" y="{}" height="{}" rx="{}"/>').format(
                mark.ink, _per(mark.x), _per(mark.width), _short(mark.y), _short(mark.height), mark.radius
            )
        case Rule():
            return Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(
                mark.ink, _per(mark.x1), _per(mark.x2), _short(mark.y1), _short(mark.y2)
            )
        case Dot():
            return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
                mark.ink, _per(mark.x), _short(mark.y), mark.radius
            )
        case Label():
            return Markup('<text class="{}" x="{}" y="{}" dx="{}" text-anchor="{}">{}</text>').format(
                mark.ink, _per(mark.x), _short(mark.y), mark.dx, mark.anchor, escape(mark.text)
            )
        case Ribbon():
            return _ribbon(mark, height)


def _ribbon(ribbon: Ribbon, height: int) -> Markup:
    """A curve knows no per cents, so it stands in a box of its own that is stretched to the width."""
    middle = (ribbon.x1 + ribbon.x2) / 2
    top1, bottom1, top2, bottom2 = map(_short, (ribbon.top1, ribbon.bottom1, ribbon.top2, ribbon.bottom2))
    path = (
        f"M{ribbon.x1} {top1}C{middle} {top1} {middle} {top2} {ribbon.x2} {top2}"
        f"V{bottom2}C{middle} {bottom2} {middle} {bottom1} {ribbon.x1} {bottom1}Z"
    )
    return Markup(
        '<svg viewBox="0 0 100 {}" preserveAspectRatio="none" width="100%" height="{}">'
        '<path class="{} is-ribbon" d="{}"/></svg>'
    ).format(height, height, ribbon.ink, path)


def _per(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def key(name: str) -> Sequence[tuple[Markup, str]]:
    """What the shapes and colours of a chart mean: swatches and words."""
    return [(svg(Drawing(style, 18, marks)), words) for style, marks, words in entries(name)]


def _drawn(chart: Callable[..., Drawing | None]) -> Callable[..., Markup]:
    """A chart as a function for templates: SVG, or nothing where nothing may be shown."""

    def draw(*figures: object, **how: object) -> Markup:
        drawing = chart(*figures, **how)
        return Markup() if drawing is None else svg(drawing)

    return draw


DRAW: Mapping[str, Callable[..., Markup]] = MappingProxyType(
    {
        chart.__name__: _drawn(chart)
        for chart in (
            charts.agreement,
            charts.share_bar,
            charts.whole_bar,
            charts.forest,
            charts.forest_scale,
            charts.flow,
        )
    }
)
"""Every chart that a page draws, by name."""
