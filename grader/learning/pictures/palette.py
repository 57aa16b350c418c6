"""Name the colours: two to tell apart by anybody, in a light theme and, where the viewer asks for it, in a dark one."""

from __future__ import annotations

YOURS, TORCH = "#bc4c00", "#0969da"  # orange and blue, which colour-blind people tell apart
INK, SOFT, LINE, PAGE = "#1f2328", "#59636e", "#d1d9e0", "#ffffff"
_DARK = {YOURS: "#f0883e", TORCH: "#58a6ff", INK: "#f0f6fc", SOFT: "#9198a1", LINE: "#3d444d", PAGE: "#0d1117"}


def dark_style() -> str:
    """Return a style element that recolours an SVG in a dark theme; a viewer without themes shows the light one."""
    rules = "".join(
        f'[style*="{what}: {light}"]{{{what}:{dark} !important}}'
        for light, dark in _DARK.items()
        for what in ("fill", "stroke")
    )
    return f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>"
