"""Write HTML of which nothing is taken for HTML that was not written as such: all other text is escaped."""

from __future__ import annotations

from html import escape


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *content: str | None, **attributes: str) -> Html:
    """Return an element; text in it that is no `Html` is escaped, and None is left out.

    Parameters
    ----------
    tag : str
    *content : str or None
    **attributes : str
        ``_`` in a name stands for ``-``, one at its end for nothing: ``class_``, ``aria_label``.
    """
    words = "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(text)}"' for name, text in attributes.items())
    return Html(f"<{tag}{words}>{join(*content)}</{tag}>")


def join(*content: str | None) -> Html:
    """Return parts one after the other."""
    parts = (part if isinstance(part, Html) else escape(part, quote=False) for part in content if part is not None)
    return Html("".join(parts))
