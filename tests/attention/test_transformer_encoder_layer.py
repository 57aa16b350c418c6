import math

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, params, n_heads, norm_first, activation):
    import torch

    layer = torch.nn.TransformerEncoderLayer(
        d_model=x.shape[2],
        nhead=n_heads,
        dim_feedforward=len(params["linear1.bias"]),
        dropout=0.0,
        activation=activation,
        layer_norm_eps=1e-5,
        batch_first=True,
        norm_first=norm_first,
        dtype=x.dtype,
    )
    layer.load_state_dict(params)
    return layer.eval()(x)


def draw(rng, n, t, e, f):
    """Draw x and params; no bias is 0 and no norm weight is 1."""
    shapes = {
        "self_attn.in_proj_weight": (3 * e, e),
        "self_attn.in_proj_bias": (3 * e,),
        "self_attn.out_proj.weight": (e, e),
        "self_attn.out_proj.bias": (e,),
        "linear1.weight": (f, e),
        "linear1.bias": (f,),
        "linear2.weight": (e, f),
        "linear2.bias": (e,),
        "norm1.weight": (e,),
        "norm1.bias": (e,),
        "norm2.weight": (e,),
        "norm2.bias": (e,),
    }
    params = {name: rng.normal(size=shape) * shape[-1] ** -0.5 for name, shape in shapes.items()}
    for name in ("norm1.weight", "norm2.weight"):
        params[name] = rng.uniform(0.5, 2, size=e)
    return rng.normal(size=(n, t, e)) * 1.5 + 0.5, params


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.TransformerEncoderLayer with pre-LN and GELU."""
    n, t, f, n_heads = (int(rng.choice(sizes)) for sizes in ([2, 3], [4, 5], [7, 8, 9], [2, 3]))
    arguments = (*draw(rng, n, t, 6, f), n_heads, True, "gelu")
    assert_close(student.transformer_encoder_layer(*arguments), expected(*arguments))


def test_post_ln(student, rng):
    """Normalizes after each sum when norm_first is False."""
    for activation in ("relu", "gelu"):
        arguments = (*draw(rng, 2, 3, 4, 6), 2, False, activation)
        assert_close(student.transformer_encoder_layer(*arguments), expected(*arguments))


def test_pre_ln(student, rng):
    """Normalizes before each sublayer when norm_first is True."""
    for activation in ("relu", "gelu"):
        arguments = (*draw(rng, 2, 3, 4, 6), 2, True, activation)
        assert_close(student.transformer_encoder_layer(*arguments), expected(*arguments))


@parametrize(("n", "t", "e", "f", "n_heads"), [(1, 4, 6, 5, 1), (3, 1, 6, 4, 6), (1, 1, 8, 3, 2), (2, 5, 8, 16, 4)])
def test_sizes(student, rng, n, t, e, f, n_heads):
    """Works for a single sequence, a single token and any number of heads."""
    arguments = (*draw(rng, n, t, e, f), n_heads, False, "gelu")
    assert_close(student.transformer_encoder_layer(*arguments), expected(*arguments))


def test_small_variance(student, rng):
    """Adds 1e-5 to the variance under the root, which shows for tokens whose features hardly differ."""
    x, params = draw(rng, 2, 3, 6, 4)
    x = 1 + 0.003 * x
    assert_close(student.transformer_encoder_layer(x, params, 2, True, "relu"), expected(x, params, 2, True, "relu"))


def test_large_scores(student, rng):
    """Stays finite when attention scores are in the thousands."""
    x, params = draw(rng, 2, 4, 6, 5)
    arguments = (60 * x, params, 2, False, "relu")
    assert_close(student.transformer_encoder_layer(*arguments), expected(*arguments), rtol=1e-8)


def test_permuted_tokens(student, rng):
    """Permutes its outputs when the tokens are permuted, for it knows nothing of their order."""
    x, params = draw(rng, 2, 5, 4, 6)
    order = rng.permutation(5)
    answer = student.transformer_encoder_layer(x[:, order], params, 2, False, "relu")
    assert_close(answer, expected(x, params, 2, False, "relu")[:, order])


@parametrize(("norm_first", "activation"), [(True, "gelu"), (False, "relu")])
@contract(
    expected, "float32", "views", "pure", defaults={"norm_first": False, "activation": "relu"}, rtol=1e-4, atol=1e-4
)
def transformer_encoder_layer(rng, norm_first, activation):
    return *draw(rng, 2, 4, 6, 5), 2, norm_first, activation


def relu(z):
    return np.maximum(z, 0)


def gelu(z):
    return z * (1 + np.vectorize(math.erf, otypes=[float])(z / math.sqrt(2))) / 2


def tanh_gelu(z):
    return z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))) / 2


ACTIVATIONS = {"relu": relu, "gelu": gelu}


def layer_norm(z, weight, bias, axis=-1, ddof=0, eps=1e-5, outside=0.0):
    mean, var = z.mean(axis=axis, keepdims=True), z.var(axis=axis, keepdims=True, ddof=ddof)
    return (z - mean) / (np.sqrt(var + eps) + outside) * weight + bias


def parts(params, n_heads, act, scale=None, **norm_options):
    """Return attention, feed_forward, norm1 and norm2 as functions of a sequence."""

    def attention(z):
        n, t, e = z.shape
        projected = z @ params["self_attn.in_proj_weight"].T + params["self_attn.in_proj_bias"]
        q, k, v = projected.reshape(n, t, 3, n_heads, e // n_heads).transpose(2, 0, 3, 1, 4)
        scores = q @ k.swapaxes(-1, -2) / math.sqrt(scale or e // n_heads)
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        heads = (weights / weights.sum(axis=-1, keepdims=True) @ v).swapaxes(1, 2).reshape(n, t, e)
        return heads @ params["self_attn.out_proj.weight"].T + params["self_attn.out_proj.bias"]

    def feed_forward(z):
        hidden = act(z @ params["linear1.weight"].T + params["linear1.bias"])
        return hidden @ params["linear2.weight"].T + params["linear2.bias"]

    def norm1(z):
        return layer_norm(z, params["norm1.weight"], params["norm1.bias"], **norm_options)

    def norm2(z):
        return layer_norm(z, params["norm2.weight"], params["norm2.bias"], **norm_options)

    return attention, feed_forward, norm1, norm2


def layer(x, norm_first, attention, feed_forward, norm1, norm2):
    """Return the right answer for the given parts."""
    if norm_first:
        h = x + attention(norm1(x))
        return h + feed_forward(norm2(h))
    h = norm1(x + attention(x))
    return norm2(h + feed_forward(h))


@misconception(
    "normalizes before each sublayer (pre-LN) whatever norm_first says. The default is the original post-LN, "
    "norm(x + sublayer(x)); pre-LN, x + sublayer(norm(x)), is what norm_first=True asks for"
)
def pre_ln_for_post(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, True, *parts(params, n_heads, ACTIVATIONS[activation]))


@misconception(
    "normalizes after each sum (post-LN) whatever norm_first says; norm_first=True asks for pre-LN, x + "
    "sublayer(norm(x)), which leaves the sum itself untouched"
)
def always_post_ln(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, False, *parts(params, n_heads, ACTIVATIONS[activation]))


@misconception(
    "normalizes what the sublayer returns and adds the input afterwards, x + norm(sublayer(x)); in post-LN the norm "
    'takes the sum, norm(x + sublayer(x)). "Add & Norm" means: add, then normalize'
)
def norm_inside_residual(x, params, n_heads, norm_first=False, activation="relu"):
    attention, feed_forward, norm1, norm2 = made = parts(params, n_heads, ACTIVATIONS[activation])
    if norm_first:
        return layer(x, True, *made)
    h = x + norm1(attention(x))
    return h + norm2(feed_forward(h))


@misconception(
    "leaves out the residual connections: each sublayer's result is added to its input. Without that path a token "
    "forgets what it was, and gradients have to go through every sublayer of a deep stack"
)
def no_residual(x, params, n_heads, norm_first=False, activation="relu"):
    attention, feed_forward, norm1, norm2 = parts(params, n_heads, ACTIVATIONS[activation])
    if norm_first:
        return feed_forward(norm2(attention(norm1(x))))
    return norm2(feed_forward(norm1(attention(x))))


@misconception(
    "adds the layer's input x to the feed-forward result; the second residual connection starts from h, what came out "
    "of the attention half"
)
def residual_from_input_twice(x, params, n_heads, norm_first=False, activation="relu"):
    attention, feed_forward, norm1, norm2 = parts(params, n_heads, ACTIVATIONS[activation])
    if norm_first:
        return x + feed_forward(norm2(x + attention(norm1(x))))
    return norm2(x + feed_forward(norm1(x + attention(x))))


@misconception(
    "lets the residual connection of pre-LN start from the normalized input, norm(x) + sublayer(norm(x)). The input "
    "goes around as it is: x + sublayer(norm(x)); that way through all layers, touched by no norm, is the point of "
    "pre-LN"
)
def residual_from_normalized(x, params, n_heads, norm_first=False, activation="relu"):
    attention, feed_forward, norm1, norm2 = made = parts(params, n_heads, ACTIVATIONS[activation])
    if not norm_first:
        return layer(x, False, *made)
    normal = norm1(x)
    normal = norm2(normal + attention(normal))
    return normal + feed_forward(normal)


@misconception(
    "does not scale the scores of the attention; they are divided by sqrt(d), where d = E / n_heads is the number of "
    "features of a head"
)
def scores_not_scaled(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, ACTIVATIONS[activation], scale=1))


@misconception(
    "divides the scores of the attention by sqrt(E), the size of the model; a head's scores are sums of d = E / "
    "n_heads products, so it is sqrt(d). The two agree for a single head"
)
def scale_by_model_dim(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, ACTIVATIONS[activation], scale=x.shape[-1]))


@misconception(
    'applies GELU whatever activation says; "relu", which is the default as in torch, is max(z, 0). BERT and GPT use '
    "GELU, the original transformer ReLU"
)
def gelu_for_relu(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, gelu))


@misconception('applies ReLU whatever activation says; "gelu" asks for z * Phi(z)')
def relu_for_gelu(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, relu))


@misconception(
    'uses the tanh approximation of GELU; "gelu" is the exact one, with erf. They differ by less than 0.0005 per unit, '
    "which is enough to see"
)
def approximate_gelu(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, tanh_gelu if activation == "gelu" else relu))


@misconception(
    "puts no activation between the two linear maps of the feed-forward network, which makes them a single linear map"
)
def no_activation(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, lambda z: z))


@misconception(
    "normalizes over the tokens of a sequence; layer normalization takes mean and variance over the features of each "
    "token, the last axis, so that a token's result does not depend on its neighbours"
)
def norm_over_tokens(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, ACTIVATIONS[activation], axis=1))


@misconception("divides the sum of squares by E - 1; layer normalization uses the biased variance, divided by E")
def unbiased_variance(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, ACTIVATIONS[activation], ddof=1))


@misconception(
    "adds 1e-5 to the standard deviation; it belongs under the root: sqrt(var + 1e-5). For variances of order 1 the "
    "two hardly differ"
)
def eps_outside_root(x, params, n_heads, norm_first=False, activation="relu"):
    return layer(x, norm_first, *parts(params, n_heads, ACTIVATIONS[activation], eps=0.0, outside=1e-5))


@misconception(
    "scales and shifts after both norms with the parameters of norm1; the norm that goes with the feed-forward network "
    "has its own, norm2.weight and norm2.bias"
)
def one_norm_for_both(x, params, n_heads, norm_first=False, activation="relu"):
    attention, feed_forward, norm1, _ = parts(params, n_heads, ACTIVATIONS[activation])
    return layer(x, norm_first, attention, feed_forward, norm1, norm1)
