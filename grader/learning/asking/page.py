"""Print the notes in a terminal, and read what somebody answers: the one place that knows rich."""

from __future__ import annotations

import contextlib
import re
import sys

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from grader.learning.asking.cards import Card
from grader.learning.asking.formulas import with_readable_formulas
from grader.learning.asking.schedule import RATINGS, Rating
from grader.learning.asking.tables import fitted
from grader.reports.layout import ASCII

WIDEST = 100
INDENT = 2
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
FIGURE = re.compile(r'<img[^>]*\balt="([^"]*)"[^>]*>')
HTML = re.compile(r"<!--.*?-->|</?[a-zA-Z][^>]*>", re.DOTALL)


class Stopped(Exception):
    """Somebody wants to stop: q, or the end of the input."""


class Page:
    """A terminal, or a pipe, on which questions are asked.

    Parameters
    ----------
    styled : bool
        Whether it may have colours and the like, if it is a terminal.
    """

    def __init__(self, *, styled: bool = True) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False, color_system="auto" if styled else None)
        self._console.width = min(self._console.width, WIDEST)
        # the formulas are letters of Unicode; elsewhere they are easier to read as they were written
        self._unicode = self._console.encoding.lower().startswith("utf")
        if sys.platform != "win32":
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401  # arrows move within what is typed

    def say(self, text: str = "", style: str = "") -> None:
        """Print a paragraph."""
        self._write(self._drawn(Text(text, style)))

    def question(self, card: Card, before: str = "") -> None:
        """Print a question, with its topic and perhaps something before that."""
        self.say()
        self.say(f"{before}{card.topic}", "dim")
        self.markdown(f"**{card.question}**")

    def answer(self, card: Card) -> None:
        """Print the notes' answer: in short, the whole, what is asked next."""
        answer = card.answer
        self.say()
        if answer.short:
            self.markdown(f"**{answer.short}**")
            self.say()
        self.markdown(answer.text)
        if answer.follow_ups:
            self.say()
            self.say("They will ask next:", "dim")
            for each in answer.follow_ups:
                self.markdown(f"- **{each.question}** {each.answer}")
        self.say()

    def markdown(self, text: str) -> None:
        """Print Markdown, links as their words and formulas as a terminal can show them."""
        self._write(self.readable(text))

    def readable(self, text: str) -> str:
        """Return what `markdown` prints."""
        text = LINK.sub(r"\1", HTML.sub("", FIGURE.sub(r"*Figure: \1*", text)))
        text = with_readable_formulas(text) if self._unicode else text
        shown = Markdown(fitted(text, self._console.width - INDENT), code_theme="ansi_dark")
        return self._drawn(Padding(shown, (0, 0, 0, INDENT)))

    def _drawn(self, shown: RenderableType) -> str:
        with self._console.capture() as captured:
            self._console.print(shown)
        text = re.sub(r" +$", "", captured.get(), flags=re.MULTILINE)
        return text if self._unicode else text.translate(ASCII)

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def read(self, prompt: str) -> str:
        """Return a line that somebody types; raises `Stopped` at the end of the input."""
        self.say(prompt, "dim")
        try:
            return input("> ").strip()
        except EOFError:
            self.say()
            raise Stopped from None

    def rating(self) -> Rating:
        """Return how well somebody knew the answer; raises `Stopped`."""
        while True:
            word = self.read("How was it? again, hard, good, easy (a h g e; Enter is good, q stops)").lower()
            if word == "q":
                raise Stopped
            found = [rating for rating in RATINGS if rating.startswith(word or "good")]
            if found:
                return found[0]
            self.say(f"{word!r} is none of a, h, g, e and q.", "yellow")
