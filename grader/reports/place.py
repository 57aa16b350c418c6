"""Say in words where an answer goes wrong, and nothing of how to mend it."""

from grader.report import Place, PlaceKind

WORDS: dict[PlaceKind, str] = {
    "comparison": "a comparison",
    "operator": "an operator",
    "operands": "the order of two operands",
    "grouping": "parentheses: what belongs together",
    "sign": "a sign",
    "number": "a number",
    "axis": "the axis",
    "option": "an option of a call",
    "root": "a root, a square or an absolute value, or what stands inside of it",
    "function": "which function is called, or on what",
    "transpose": "a transpose",
    "one minus": "whether something or one minus it is meant",
    "name": "which variable is used",
    "arguments": "the order of arguments",
    "parts": "the order of the parts",
    "condition": "a condition",
    "extra term": "something that should not be in the formula",
    "missing term": "something that is missing in the formula",
    "type": "the type of the numbers",
    "copy": "a copy: whose array is changed",
    "index": "an index",
    "default": "the default of a parameter",
    "assignment": "how a value is kept",
    "returned": "what is returned",
    "extra statement": "a statement that should not be there",
    "missing statement": "a statement that is missing before it",
    "order": "the order of statements",
    "indentation": "what belongs into a branch or loop, and what does not",
    "expression": "what is computed, or what it is computed from",
}


def where(place: Place) -> str:
    """Return the line, where it may be told, and the kind of change, as ``line 9: a comparison``."""
    return WORDS[place.kind] if place.line is None else f"line {place.line}: {WORDS[place.kind]}"


def sentence(place: Place) -> str:
    """Return the same as a sentence."""
    return f"What goes wrong: {where(place)}." if place.line is None else f"It goes wrong in {where(place)}."
