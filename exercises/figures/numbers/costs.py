"""The numbers of the sheet of shapes, costs and memory."""

# ruff: noqa: RUF001 - signs of multiplication are meant

from __future__ import annotations

GIGA = 1e9


def linear(inputs: int, outputs: int) -> int:
    """Return the parameters of a linear layer with a bias."""
    return outputs * (inputs + 1)


def convolution(channels: int, filters: int, kernel: int) -> int:
    """Return the parameters of a convolution with square kernels and a bias."""
    return filters * (channels * kernel**2 + 1)


def separable(channels: int, filters: int, kernel: int) -> int:
    """Return the parameters of a depthwise convolution and the pointwise one after it, with biases."""
    return channels * (kernel**2 + 1) + filters * (channels + 1)


def recurrent(gates: int, inputs: int, width: int) -> int:
    """Return the parameters of a recurrent layer, which in torch has two biases."""
    return gates * (width * (inputs + width) + 2 * width)


def attention(width: int) -> int:
    """Return the parameters of multi-head attention: four linear layers, however many heads."""
    return 4 * linear(width, width)


def feed_forward(width: int, inner: int) -> int:
    """Return the parameters of two linear layers."""
    return linear(width, inner) + linear(inner, width)


def gpt2(vocabulary: int = 50257, positions: int = 1024, width: int = 768, layers: int = 12) -> int:
    """Return the parameters of GPT-2, whose output shares the embedding's weights."""
    block = attention(width) + feed_forward(width, 4 * width) + 2 * 2 * width
    return (vocabulary + positions) * width + layers * block + 2 * width


def llama(vocabulary: int = 32000, width: int = 4096, inner: int = 11008, layers: int = 32) -> int:
    """Return the parameters of LLaMA with 7 billion: no biases, SwiGLU, RMS norm, an output layer of its own."""
    block = 4 * width**2 + 3 * width * inner + 2 * width
    return 2 * vocabulary * width + layers * block + width


def cache(layers: int, heads: int, head: int, size: int = 2) -> int:
    """Return the bytes that keys and values of one token take."""
    return 2 * layers * heads * head * size


def thousands(value: float) -> str:
    """Return a whole number with its digits in groups."""
    return f"{round(value):,}".replace(",", "\N{NO-BREAK SPACE}")


def layers() -> list[list[object]]:
    """Return parameters and operations of single layers, with an example of each."""
    rows: list[tuple[str, str, str, str, int, int]] = [
        (
            "linear",
            r"$o (i + 1)$",
            r"$2 i o$ for a row",
            "784 to 128",
            linear(784, 128),
            2 * 784 * 128,
        ),
        ("embedding", "$V d$", "a look-up", "50257 words, 768 wide", 50257 * 768, 0),
        (
            r"convolution, $k \times k$",
            "$O (C k^2 + 1)$",
            "$2 O C k^2 H' W'$ for an image",
            "64 to 128 channels, 3 × 3, on 56 × 56",
            convolution(64, 128, 3),
            2 * 128 * 64 * 9 * 56**2,
        ),
        (
            "the same, depthwise and pointwise",
            "$C (k^2 + 1) + O (C + 1)$",
            "$2 C (k^2 + O) H' W'$",
            "the same",
            separable(64, 128, 3),
            2 * 64 * (9 + 128) * 56**2,
        ),
        (
            "LSTM (GRU: 3, plain: 1 instead of 4)",
            "$4 (h (i + h) + 2 h)$",
            "$8 h (i + h)$ for a step",
            "128 to 256",
            recurrent(4, 128, 256),
            8 * 256 * (128 + 256),
        ),
        (
            "multi-head attention",
            "$4 d (d + 1)$",
            "$8 T d^2 + 4 T^2 d$ for a sequence",
            "$d = 768$, $T = 1024$",
            attention(768),
            8 * 1024 * 768**2 + 4 * 1024**2 * 768,
        ),
        (
            "feed-forward block",
            "$2 d f + f + d$",
            "$4 T d f$",
            "$d = 768$, $f = 3072$, $T = 1024$",
            feed_forward(768, 3072),
            4 * 1024 * 768 * 3072,
        ),
        (
            "SwiGLU block, no biases",
            "$3 d f$",
            "$6 T d f$",
            "$d = 768$, $f = 2048$",
            3 * 768 * 2048,
            6 * 1024 * 768 * 2048,
        ),
        ("batch, layer or group norm", "$2 d$", "a few per element", "$d = 768$", 2 * 768, 0),
        ("RMS norm", "$d$", "a few per element", "$d = 768$", 768, 0),
    ]
    head: list[object] = ["layer", "parameters", "operations", "for example", "parameters", "operations"]
    return [head, *([*row[:4], thousands(row[4]), thousands(row[5]) if row[5] else ""] for row in rows)]


STATES: list[tuple[str, tuple[float, ...]]] = [
    ("training, float32, SGD", (4, 4, 0, 0)),
    ("training, float32, momentum", (4, 4, 0, 4)),
    ("training, float32, AdamW", (4, 4, 0, 8)),
    ("training, mixed precision, AdamW", (2, 2, 4, 8)),
    ("inference, float32", (4, 0, 0, 0)),
    ("inference, bfloat16 or float16", (2, 0, 0, 0)),
    ("inference, int8", (1, 0, 0, 0)),
    ("inference, int4", (0.5, 0, 0, 0)),
]


def memory() -> list[list[object]]:
    """Return the bytes for each parameter, and what they make of two models."""
    head: list[object] = ["", "weights", "gradients", "float32 copy", "optimizer", "sum", "124 million", "6.74 billion"]
    rows: list[list[object]] = [head]
    for name, parts in STATES:
        total = sum(parts)
        sizes = [f"{total * count / GIGA:.3g} GB" for count in (gpt2(), llama())]
        rows.append([name, *(f"{part:g}" for part in parts), f"{total:g}", *sizes])
    return rows


def tables() -> dict[str, list[list[object]]]:
    """Return the tables of the sheet."""
    return {"layers": layers(), "memory": memory()}


def activations(batch: int, positions: int, width: int, heads: int) -> float:
    """Return the bytes of activations that one transformer layer keeps in half precision, with its weights."""
    return positions * batch * width * (34 + 5 * heads * positions / width)


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    tokens = 1e12
    return {
        "124 439 808 parameters": tuple(map(float, thousands(gpt2()).split())),
        "6 738 415 616 parameters": tuple(map(float, thousands(llama()).split())),
        "85.1 million of them in the blocks": ((gpt2() - (50257 + 1024) * 768 - 2 * 768) / 1e6,),
        "$12 L d^2$ gives 84.9 million": (12, 2, 12 * 12 * 768**2 / 1e6),
        "524 288 bytes": tuple(map(float, thousands(cache(32, 32, 128)).split())),
        "2.15 GB for 4096 tokens": (4096 * cache(32, 32, 128) / GIGA, 4096),
        "with 8 heads of keys and values instead of 32 it is 0.537 GB": (8, 32, 4096 * cache(32, 8, 128) / GIGA),
        r"$4.0 \cdot 10^{22}$ operations": (6 * llama() * tokens,),
        "which is 117 days": (6 * llama() * tokens / (10 * 4e14) / 86400,),
        "a row of 56 becomes one of 28": (56, (56 + 2 * 1 - 3) // 2 + 1),
        "89.7 MB for each layer, of which 62.9 MB": (
            activations(1, 1024, 768, 12) / 1e6,
            5 * 12 * 1024**2 / 1e6,
        ),
    }
