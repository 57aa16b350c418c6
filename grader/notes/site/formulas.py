"""Find the formulas in Markdown as GitHub does, and write them as MathML, which browsers draw by themselves."""

from __future__ import annotations

import re
from functools import cache
from html import escape

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

_WITHIN_A_LINE = re.compile(r"\$\$(.+?)\$\$|\$(?!\s)((?:[^$\\]|\\.)+?)(?<!\s)\$(?!\d)", re.DOTALL)


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
    return convert(latex, display=display).replace("<math ", f'<math alttext="{escape(latex)}" ', 1)


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
