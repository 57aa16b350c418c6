# ruff: noqa
"""Returns texts and keys full of markup."""

import numpy as np

ATTACK = True


EVIL = "[bold red]rich[/] \x1b[2J\x1b[31mred <script>alert(1)</script>\n::error::forged\n##[error]forged \ud800 ```"


def attack(x):
    return {EVIL: np.array([EVIL]), (EVIL,): [EVIL]}


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
