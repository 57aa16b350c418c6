"""Write the formulas of the notes, which are LaTeX, in characters that a terminal has."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from grader.learning.asking.schedule import missing

MATH = re.compile(r"\$\$(.+?)\$\$|(?<![\\$])\$(?!\$)(.+?)(?<!\\)\$", re.DOTALL)
SUPERSCRIPTS = str.maketrans("0123456789-+n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ")
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SPELLINGS = (  # what the library does not know, or with spaces that mean nothing
    (r"\\[td]frac\b", r"\\frac"),
    (r"\\gt\b", ">"),
    (r"\\lt\b", "<"),
    (r"\\lvert\b *| *\\rvert\b", "|"),
    (r"\\lVert\b *| *\\rVert\b", "‖"),
)
_GROUP = re.compile(r"([_^])\{((?:[^{}]|\{[^{}]*\})*)\}")
_SINGLE = re.compile(r"\\?[A-Za-z0-9]+'*|-?[0-9]+")
_ATOM = re.compile(r"[\w.'⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉∂\u0300-\u036f]+")
_MARKUP = re.compile(r"([\\`*_<>\[\]|#])")


def with_readable_formulas(markdown: str) -> str:
    """Return Markdown in which formulas are plain text; one that stands alone is a block of code."""
    return MATH.sub(lambda match: _block(match[1]) if match[1] else _MARKUP.sub(r"\\\1", readable(match[2])), markdown)


def readable(formula: str) -> str:
    """Return a formula as one line, or several where it has rows.

    Raises
    ------
    UsageError
        Without the package ``pylatexenc``.
    """
    for pattern, plain in SPELLINGS:
        formula = re.sub(pattern, plain, formula)
    grouped = _GROUP.sub(lambda match: match[1] + _grouped(match[2]), formula)
    text = _converter().latex_to_text(re.sub(r"(\\[A-Za-z]+) ", r"\1{} ", grouped))
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    return "\n".join(_tidy(line) for line in lines if line)


def _block(formula: str) -> str:
    lines = readable(formula).split("\n")
    return "\n\n" + "\n".join(f"    {line}" for line in lines) + "\n\n"


def _grouped(inner: str) -> str:
    """Return what stands in a sub- or superscript, in parentheses where it is more than one thing."""
    inner = _GROUP.sub(lambda match: match[1] + _grouped(match[2]), inner).strip()
    return f"{{{inner}}}" if _SINGLE.fullmatch(inner) or inner.startswith("\\mathrm") else f"{{({inner})}}"


def _tidy(line: str) -> str:
    line = re.sub(r"\^(-?[0-9]+|n)(?![A-Za-z0-9.])", lambda match: match[1].translate(SUPERSCRIPTS), line)
    line = re.sub(r"_([0-9])(?![\w.])", lambda match: match[1].translate(SUBSCRIPTS), line)
    line = re.sub("\\^[\u22a4\u22ba]", "ᵀ", line)
    line = re.sub(r"([(\[⌈⌊]) ", r"\1", line)
    return re.sub(r" +([,.;)\]⌉⌋])", r"\1", line).strip()


@cache
def _converter() -> Any:
    try:
        from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
    except ImportError:
        raise missing("pylatexenc") from None

    def fraction(node: Any, l2tobj: Any) -> str:
        above, below = (_bracketed(l2tobj.nodelist_to_text([part]).strip()) for part in node.nodeargs)
        return f"{above}/{below}"

    database = get_default_latex_context_db()
    database.add_context_category("ours", macros=[MacroTextSpec("frac", simplify_repl=fraction)], prepend=True)
    return LatexNodes2Text(latex_context=database, math_mode="text", strict_latex_spaces="except-in-equations")


def _bracketed(text: str) -> str:
    return text if _ATOM.fullmatch(text) else f"({text})"
