"""Find the formulas in Markdown as GitHub does, and write them as MathML, which browsers draw by themselves."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_WITHIN_A_LINE = re.compile(r"\$\$(.+?)\$\$|\$(?!\s)((?:[^$\\]|\\.)+?)(?<!\s)\$(?!\d)", re.DOTALL)
_NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
_OPERANDS = {"mi", "mn", "mrow", "mfrac", "msub", "msup", "msubsup", "msqrt", "mover"}
_BEFORE_A_SIGN = tuple("([{=,≤≥<>≈")


def add_formulas(parser: MarkdownIt) -> None:
    """Let a parser find formulas, and its renderer write them."""
    parser.block.ruler.before("fence", "formula", _block, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.before("escape", "formula", _inline)
    parser.add_render_rule("formula_block", lambda _, tokens, i, *__: f"<p>{displayed(tokens[i].content)}</p>\n")
    parser.add_render_rule("formula_displayed", lambda _, tokens, i, *__: displayed(tokens[i].content))
    parser.add_render_rule("formula", lambda _, tokens, i, *__: mathml(tokens[i].content, "inline"))


def displayed(latex: str) -> str:
    """Return a formula on a line of its own, which scrolls where it is wider than the page."""
    return f'<span class="wide formula" tabindex="0" role="group" aria-label="Formula">{mathml(latex, "block")}</span>'


@cache
def mathml(latex: str, display: str) -> str:
    """Return a formula as MathML, with its LaTeX for who copies it."""
    latex = " ".join(latex.split())
    tree = ElementTree.fromstring(convert(latex, display=display).replace(_NAMESPACE, "", 1))
    tree.set("alttext", latex)
    for name in tree.iter("mo"):
        if (name.text or "").isalpha() and len(name.text or "") > 1:
            name.tag = "mi"  # max is no operator that stands between two things
    for row in tree.iter("mrow"):
        _space(row)
    return ElementTree.tostring(tree, encoding="unicode")


def _space(row: ElementTree.Element) -> None:
    """Give a row the spaces that TeX would: one around the name of a function, none behind a sign."""
    before: ElementTree.Element | None = None
    for child in list(row):
        if before is not None and (_is_name(before) or _is_name(child)) and {before.tag, child.tag} <= _OPERANDS:
            row.insert(list(row).index(child), ElementTree.Element("mspace", width="0.17em"))
        if child.tag == "mo" and child.text == "\u2212" and before is not None and before.text in _BEFORE_A_SIGN:
            child.set("form", "prefix")
        before = child


def _is_name(element: ElementTree.Element) -> bool:
    """Tell whether an element is a word such as tanh, or letters that are set upright together."""
    parts = list(element) or [element]
    text = "".join(element.itertext())
    upright = len(parts) == 1 or all(part.get("mathvariant") == "normal" for part in parts)
    return element.tag in ("mi", "mrow") and upright and len(text) > 1 and text.isalpha()


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the lines between two lines that are ``$$``, whatever they would be otherwise."""
    lines = [state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]] for line in range(start, end)]
    if lines[0].strip() != "$$":
        return False
    length = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "$$"), None)
    if length is None:
        return False
    if not silent:
        state.push("formula_block", "", 0).content = "\n".join(lines[1:length])
        state.line = start + length + 1
    return True


def _inline(state: StateInline, silent: bool) -> bool:
    found = _WITHIN_A_LINE.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        shown, within = found.groups()
        state.push("formula_displayed" if shown else "formula", "", 0).content = shown or within
    state.pos = found.end()
    return True
