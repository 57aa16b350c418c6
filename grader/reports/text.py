"""Make text that a learner's code may have produced fit to be shown.

What is shown is bounded before anything else is done with it, since it may be 10 MB long; what cannot be seen
(control characters, bidirectional overrides, zero-width characters, lone surrogates) is written as its escape.
"""

import unicodedata

from grader.report import plain

_MOST_MARKS = 4  # combining marks on one letter; more of them would be drawn over the lines above and below


def visible(text: str) -> str:
    """Return ``text`` with everything that is invisible or would steer a terminal removed or spelled out."""
    text = plain(text).expandtabs(4)
    shown = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks > _MOST_MARKS:
            continue
        if character == "\n" or character.isprintable():
            shown.append(character)
        elif unicodedata.category(character) == "Zs":
            shown.append(" ")
        else:
            shown.append(character.encode("unicode_escape").decode("ascii"))
    # GitHub's runner obeys "##[command]" anywhere in a line of a log.
    return "".join(shown).replace("##[", "# #[")


def excerpt(text: str, *, lines: int, characters: int) -> str:
    """Return the beginning of ``text``, made visible, with a last line that says so if something was cut.

    Apart from that last line the answer has at most ``lines`` lines and ``characters`` characters.
    """
    text = text.rstrip()
    beginning = visible(text[:characters])
    shown = "\n".join(beginning.split("\n")[:lines])[:characters]
    if len(text) <= characters and shown == beginning:
        return shown
    return f"{shown}\n… cut here; {len(text):,} characters in all"


def single_line(text: str, *, characters: int = 300) -> str:
    """Return the beginning of ``text``, made visible, on one line."""
    shown = " ".join(visible(text[: characters + 1]).split())
    return shown if len(shown) <= characters else f"{shown[: characters - 1]}…"
