import numpy as np

from grader.checks import assert_close, assert_raises, contract, from_torch, misconception, parametrize, sgd_step


@from_torch
def expected(params, grads, frozen, lr, weight_decay):
    """Take the step with torch.optim.SGD, which only sees what is trained; frozen is a sorted list here."""
    trained = [name for name in params if name not in frozen and name in grads]
    sgd_step([params[name] for name in trained], [grads[name] for name in trained], lr, weight_decay=weight_decay)
    return params


SHAPES = {"conv.weight": (3, 2), "conv.bias": (3,), "norm.weight": (4,), "head.weight": (2, 4), "head.bias": (2,)}


def draw(rng, dtype=np.float64, longer=0):
    """Draw parameters and gradients of a small network."""
    shapes = {name: (*shape[:-1], shape[-1] + longer) for name, shape in SHAPES.items()}
    params = {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    return params, {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}


def assert_same(answer, params, names):
    """Check that the parameters of these names have the very values and the dtype that they had."""
    assert isinstance(answer, dict), f"it returned a {type(answer).__name__}, expected a dict"
    for name in names:
        assert name in answer, f"the answer lacks {name}, expected all parameters, frozen ones included"
        assert_close({name: answer[name]}, {name: params[name]}, dtype=params[name].dtype, rtol=0, atol=0)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.optim.SGD with weight decay, the frozen parameters without requires_grad."""
    params, grads = draw(rng, longer=rng.integers(5))
    frozen = {"conv.weight", "norm.weight"}
    lr, decay = rng.uniform(0.1, 0.3), rng.uniform(0.2, 0.4)
    assert_close(
        student.finetune_step(params, grads, frozen, lr, decay), expected(params, grads, sorted(frozen), lr, decay)
    )


def test_frozen_unchanged(student, rng):
    """Keeps frozen parameters bit for bit and in their dtype, with a strong decay and whatever the gradient."""
    params, grads = draw(rng)
    params["norm.weight"] = rng.normal(size=4).astype(np.float32)
    params["conv.bias"] = np.array([3, -1, 2])
    grads["norm.weight"] = np.full(4, np.nan)
    grads["conv.weight"] = np.full((3, 2), np.inf)
    frozen = {"conv.weight", "conv.bias", "norm.weight"}
    answer = student.finetune_step(params, grads, frozen, 0.5, 1.5)
    assert_same(answer, params, sorted(frozen))
    head = {name: params[name] for name in ("head.weight", "head.bias")}
    assert_close({name: answer[name] for name in head}, expected(head, grads, [], 0.5, 1.5))


def test_no_decay_without_training(student, rng):
    """Does not let frozen parameters decay when their gradient is 0."""
    params, grads = draw(rng)
    grads["conv.weight"] = np.zeros((3, 2))
    grads["head.bias"] = np.zeros(2)
    answer = student.finetune_step(params, grads, {"conv.weight"}, 0.1, 0.1)
    assert_close(answer, expected(params, grads, ["conv.weight"], 0.1, 0.1))


def test_missing_gradient(student, rng):
    """Leaves a parameter alone that has no gradient, and does not let it decay."""
    params, grads = draw(rng)
    del grads["norm.weight"], grads["conv.weight"]
    answer = student.finetune_step(params, grads, {"conv.weight"}, 0.2, 0.4)
    assert_close(answer, expected(params, grads, ["conv.weight"], 0.2, 0.4))
    assert_same(answer, params, ["norm.weight", "conv.weight"])


@parametrize("frozen", [[], ["conv.weight", "head.bias"], ("norm.weight",), list(SHAPES)])
def test_any_names(student, rng, frozen):
    """Freezes any parameters, first or last, none or all, given as a list or tuple as well."""
    params, grads = draw(rng)
    answer = student.finetune_step(params, grads, frozen, 0.3, 0.2)
    assert_close(answer, expected(params, grads, list(frozen), 0.3, 0.2))


def test_six_steps(student, rng):
    """Follows torch over six steps, the last two at a lower learning rate."""
    params, _ = draw(rng)
    for lr in [0.2] * 4 + [0.05] * 2:
        _, grads = draw(rng)
        answer = student.finetune_step(params, grads, {"conv.weight", "conv.bias"}, lr, 0.1)
        params = expected(params, grads, ["conv.bias", "conv.weight"], lr, 0.1)
        assert_close(answer, params)


def test_similar_names(student, rng):
    """Freezes the very names in frozen, not those that begin with them or hold them."""
    names = ["head", "head.bias", "head2", "overhead"]
    params, grads = ({name: rng.normal(size=3) for name in names} for _ in range(2))
    assert_close(student.finetune_step(params, grads, {"head"}, 0.2, 0.3), expected(params, grads, ["head"], 0.2, 0.3))


def test_unknown_name(student, rng):
    """Rejects a frozen name that is no parameter."""
    params, grads = draw(rng)
    assert_raises(KeyError, student.finetune_step, params, grads, {"conv.weight", "conv.wieght"}, 0.1, 0.0)
    assert_raises(KeyError, student.finetune_step, params, grads, ["body"], 0.1, 0.0)


@contract(expected, "float32", "views", "pure", "new_arrays", defaults={"weight_decay": 0.0})
def finetune_step(rng):
    params, grads = draw(rng)
    del grads["norm.weight"]
    return params, grads, ["conv.bias"], 0.2, 0.3


def check_names(params, frozen):
    for name in frozen:
        if name not in params:
            raise KeyError(name)


def step(p, g, lr, weight_decay):
    return p.copy() if g is None else p - lr * (g + weight_decay * p)


# Of the curriculum's checks, momentum is left out: the signature has none.
@misconception(
    "freezes by a gradient of 0. The weight decay still acts, so the frozen weights lose lr * weight_decay of their "
    "size at each step; a frozen parameter takes no step at all. Without weight decay the two agree"
)
def zero_gradient_freeze(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    grads = grads | {name: np.zeros_like(params[name]) for name in frozen}
    return {name: step(p, grads.get(name), lr, weight_decay) for name, p in params.items()}


@misconception(
    "trains the last parameter only and freezes all others, whatever frozen says. Training just the head is a common "
    "recipe, but here frozen decides"
)
def freezes_all_but_last(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    last = list(params)[-1]
    return {name: step(p, grads.get(name) if name == last else None, lr, weight_decay) for name, p in params.items()}


@misconception(
    "trains the frozen parameters with a tenth of the learning rate. Lower rates for early layers are a technique of "
    "their own (discriminative learning rates); frozen means that nothing changes"
)
def grad_scaled(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {
        name: step(p, grads.get(name), 0.1 * lr if name in frozen else lr, weight_decay) for name, p in params.items()
    }


@misconception(
    "changes the caller's arrays in place (-=) and returns them. The values are right, but whoever still needs the old "
    "parameters has lost them; the step is to return new arrays"
)
def mutates_inputs(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    for name, p in params.items():
        if name not in frozen and name in grads:
            p -= lr * (grads[name] + weight_decay * p)
    return {name: p.copy() if name in frozen else p for name, p in params.items()}


@misconception(
    "returns the arrays of frozen parameters themselves, not copies. A later in-place change of the result would then "
    "change the pretrained network as well"
)
def frozen_not_copied(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {
        name: p if name in frozen or name not in grads else step(p, grads[name], lr, weight_decay)
        for name, p in params.items()
    }


@misconception(
    "returns the trained parameters only. The network needs all of them: frozen ones stay in the answer, unchanged"
)
def frozen_dropped(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {name: step(p, grads.get(name), lr, weight_decay) for name, p in params.items() if name not in frozen}


@misconception(
    "takes a missing gradient for a gradient of 0, so the weight decay acts on a parameter that took no part in the "
    "loss. As in torch, a parameter without a gradient is skipped; without weight decay the two agree"
)
def missing_gradient_decays(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {
        name: p.copy() if name in frozen else step(p, grads.get(name, np.zeros_like(p)), lr, weight_decay)
        for name, p in params.items()
    }


@misconception(
    "trains every parameter; frozen is not looked at, but for its spelling. The features that the network brings along "
    "are then overwritten"
)
def frozen_ignored(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {name: step(p, grads.get(name), lr, weight_decay) for name, p in params.items()}


@misconception(
    "accepts names in frozen that no parameter has. A misspelled name then freezes nothing, and what it was meant for "
    "is trained without a word"
)
def unknown_names_accepted(params, grads, frozen, lr, weight_decay=0.0):
    return {
        name: p.copy() if name in frozen else step(p, grads.get(name), lr, weight_decay) for name, p in params.items()
    }


@misconception(
    "freezes every parameter whose name begins with a name in frozen. Freezing a whole block by its prefix is handy, "
    "but here frozen holds the names of parameters: head is frozen, head.bias is not"
)
def frozen_prefixes(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {
        name: step(p, None if name.startswith(tuple(frozen)) else grads.get(name), lr, weight_decay)
        for name, p in params.items()
    }


@misconception(
    "takes a gradient of 0 for a missing one and skips the parameter. A gradient of 0 is a gradient: the weight decay "
    "still acts. Without weight decay the two agree"
)
def zero_gradient_skipped(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {
        name: step(
            p, grads[name] if name in grads and name not in frozen and grads[name].any() else None, lr, weight_decay
        )
        for name, p in params.items()
    }


@misconception(
    "adds weight_decay * p to the step and not to the gradient: the decay is not multiplied by the learning rate. As "
    "in torch.optim.SGD, it is part of the gradient: p - lr * (g + weight_decay * p)"
)
def decay_without_rate(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {
        name: step(p, None if name in frozen else grads.get(name), lr, weight_decay / lr) for name, p in params.items()
    }


@misconception(
    "does not decay the biases and other parameters of one axis. Many recipes leave those out, but here the decay acts "
    "on every parameter that is trained, as in torch.optim.SGD"
)
def no_decay_of_biases(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {
        name: step(p, None if name in frozen else grads.get(name), lr, weight_decay if p.ndim > 1 else 0.0)
        for name, p in params.items()
    }


@misconception(
    "leaves the weight decay out. It pulls every trained parameter towards 0: weight_decay * p is added to its gradient"
)
def no_decay(params, grads, frozen, lr, weight_decay=0.0):
    check_names(params, frozen)
    return {name: step(p, None if name in frozen else grads.get(name), lr, 0.0) for name, p in params.items()}


@misconception(
    "has the default weight_decay=0.01, which is AdamW's. Here, as in torch.optim.SGD, nothing decays unless it is "
    "asked for; only calls that leave weight_decay out show it"
)
def default_decay_of_0_01(params, grads, frozen, lr, weight_decay=0.01):
    check_names(params, frozen)
    return {name: step(p, None if name in frozen else grads.get(name), lr, weight_decay) for name, p in params.items()}
