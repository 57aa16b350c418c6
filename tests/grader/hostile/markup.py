# ruff: noqa
"""Fills every text with markup of every kind."""

import warnings

import numpy as np

ATTACK = True


EVIL = (
    "[bold red]rich[/] [link=https://evil.example]x[/link] \x1b[2J\x1b[31mred\x1b]0;title\x07 \r\b\x00 \u202ertl \ud800 "
    "<script>alert(1)</script><img src=x onerror=alert(1)> ![x](https://evil.example/x.png) [x](javascript:alert(1)) "
    "@everyone ``` </details> | a | b |\n::error::forged\n::set-output name=score::100\n::stop-commands::x\n"
    "##[error]forged\n# Score: 1/1\n]]></failure> {{ 7*7 }} \N{REPLACEMENT CHARACTER}"
)


def attack(x):
    print(EVIL.encode("utf-8", "replace").decode())
    warnings.warn(EVIL)
    raise type("Evil[/]<b>" + EVIL[:80], (Exception,), {})(EVIL)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
