import math

from grader.checks import assert_close, assert_pure, from_torch, misconception, on_learner_side, reference

# The programs below run with the learner's Value and, for the expected answers, with torch scalars.


@on_learner_side
def expression(learner, numbers):
    a, b, c, d = leaves = [learner.Value(number) for number in numbers]
    y = (a * b + c) * d
    y.backward()
    return y.data, [leaf.grad for leaf in leaves]


@on_learner_side
def operators(learner, numbers):
    answers = []
    for k in range(4):
        a, b = (learner.Value(number) for number in numbers)
        y = [a + b, a - b, a * b, a / b][k]
        y.backward()
        answers.append((y.data, a.grad, b.grad))
    return answers


@on_learner_side
def powers(learner, number):
    answers = []
    for k in range(4):
        x = learner.Value(number)
        y = [-x, x**3, x**-2, x**0.5][k]
        y.backward()
        answers.append((y.data, x.grad))
    return answers


@on_learner_side
def numbers_on_either_side(learner, number):
    answers = []
    for k in range(8):
        x = learner.Value(number)
        y = [x + 3, 3 + x, x - 1, 1 - x, 2 * x, x * 2.5, x / 4, 1 / x][k]
        y.backward()
        answers.append((y.data, x.grad))
    return answers


@on_learner_side
def functions(learner, number):
    answers = []
    for k in range(5):
        x = learner.Value(number)
        y = [x.exp(), x.log(), x.tanh(), x.relu(), (-x).relu()][k]
        y.backward()
        answers.append((y.data, x.grad))
    return answers


@on_learner_side
def neuron(learner, inputs, weights, bias, target):
    w = [learner.Value(weight) for weight in weights]
    b = learner.Value(bias)
    z = b
    for k in range(len(inputs)):
        z = z + w[k] * inputs[k]
    p = 1 / (1 + (-z).exp())
    loss = -(target * p.log() + (1 - target) * (1 - p).log()) + (w[0].tanh() - w[1].relu()) ** 2
    loss.backward()
    return loss.data, [v.grad for v in w], b.grad


@on_learner_side
def used_twice(learner, number):
    answers = []
    for k in range(4):
        x = learner.Value(number)
        y = [x * x, x + x, x - x, x / x][k]
        y.backward()
        answers.append(x.grad)
    return answers


@on_learner_side
def diamonds(learner, number):
    x = learner.Value(number)
    a = x * 3.0
    b = a + x
    c = a * b
    y = c * b + a.tanh() * c
    y.backward()
    return y.data, x.grad


@on_learner_side
def relu_at_zero(learner):
    x, w = learner.Value(0.0), learner.Value(5.0)
    y = w * x.relu()
    y.backward()
    return y.data, x.grad, w.grad


@on_learner_side
def deep_chain(learner, number, depth):
    x = learner.Value(number)
    y = x
    for _ in range(depth):
        y = y * 1.0001
    y.backward()
    return y.data, x.grad


@on_learner_side
def many_paths(learner, number, doublings):
    x = learner.Value(number)
    y = x
    for _ in range(doublings):
        y = y + y
    y.backward()
    return y.data, x.grad


@on_learner_side
def two_passes(learner, number):
    x = learner.Value(number)
    y = x * x * x
    y.backward()
    once = x.grad
    y.backward()
    return once, x.grad


@on_learner_side
def two_results(learner, number):
    x = learner.Value(number)
    shared = x * x
    (shared * 5.0).backward()
    once = x.grad
    (shared * shared).backward()
    return once, x.grad


@on_learner_side
def bystander(learner):
    x, other = learner.Value(2.0), learner.Value(-4.0)
    unused = x * other
    before = x.grad
    y = x * 3
    y.backward()
    return before, x.grad, other.grad, (x.data, other.data, unused.data, y.data)


@from_torch
def expected(program, *arguments):
    import torch

    class Scalars:
        @staticmethod
        def Value(data):
            return torch.tensor(data, dtype=torch.float64, requires_grad=True)

    return program(Scalars, *arguments)


def test_expression(student, rng):
    """Differentiates y = (a * b + c) * d, in which every value is used once."""
    numbers = [float(number) for number in rng.uniform(0.5, 2.0, size=4) * [1, -1, 1, -1]]
    names = ("y.data", "the grads of a, b, c and d")
    assert_close(student.run(expression, numbers), expected(expression, numbers), names=names)


def test_operators(student, rng):
    """Knows + - * / between values, the unary minus and powers."""
    a, b = (float(number) for number in rng.uniform(1.5, 3.0, size=2))
    assert_close(student.run(operators, [-a, b]), expected(operators, [-a, b]))
    assert_close(student.run(powers, b), expected(powers, b))


def test_numbers_on_either_side(student, rng):
    """Accepts plain numbers on either side of + - * /."""
    number = -float(rng.uniform(0.5, 0.9))
    assert_close(student.run(numbers_on_either_side, number), expected(numbers_on_either_side, number))


def test_functions(student, rng):
    """Knows exp, log, tanh and relu."""
    number = float(rng.uniform(0.4, 0.8))
    assert_close(student.run(functions, number), expected(functions, number))


def test_neuron(student, rng):
    """Differentiates the loss of a sigmoid neuron with a penalty on its weights."""
    inputs, weights = [float(v) for v in rng.normal(size=3)], [-0.8, 1.3, 0.4]
    arguments = inputs, weights, float(rng.normal()), float(rng.uniform(0.2, 0.4))
    names = ("loss.data", "the grads of the weights", "the grad of the bias")
    assert_close(student.run(neuron, *arguments), expected(neuron, *arguments), names=names)


def test_used_twice(student, rng):
    """Adds up the gradients of a value that is used twice: x * x, x + x, x - x and x / x."""
    number = float(rng.uniform(2.0, 4.0))
    names = [f"x.grad for y = {y}" for y in ("x * x", "x + x", "x - x", "x / x")]
    assert_close(student.run(used_twice, number), [2 * number, 2.0, 0.0, 0.0], names=names)


def test_diamonds(student, rng):
    """Hands a gradient on when all of it has arrived: a = x * 3, b = a + x, c = a * b, y = c * b + a.tanh() * c."""
    number = -float(rng.uniform(0.8, 1.6))
    assert_close(student.run(diamonds, number), expected(diamonds, number), names=("y.data", "x.grad"))


def test_relu_at_zero(student):
    """Takes 0 for the derivative of relu at 0: y = w * x.relu() with x = 0."""
    assert_close(student.run(relu_at_zero), (0.0, 0.0, 0.0), names=("y.data", "x.grad", "w.grad"))


def test_deep_chain(student):
    """Differentiates a chain of 5000 operations."""
    slope = 1.0001**5000
    assert_close(student.run(deep_chain, -2.0, 5000), (-2.0 * slope, slope), names=("y.data", "x.grad"))


def test_two_passes(student, rng):
    """Adds the same gradient again when y.backward() is called a second time, for y = x * x * x."""
    names = ("x.grad after the first y.backward()", "x.grad after the second y.backward()")
    number = float(rng.uniform(1.0, 2.0))
    assert_close(student.run(two_passes, number), (3 * number**2, 6 * number**2), names=names)


def test_two_results(student, rng):
    """Adds up the gradients of two results that share a part, s = x * x: first those of s * 5.0, then of s * s."""
    number = float(rng.uniform(1.0, 2.0))
    # d(5 x^2)/dx = 10 x and d(x^4)/dx = 4 x^3
    names = ("x.grad after (s * 5.0).backward()", "x.grad after (s * s).backward()")
    assert_close(student.run(two_results, number), (10 * number, 10 * number + 4 * number**3), names=names)


def test_bystanders(student):
    """Starts at a gradient of 0, leaves it there for values outside the graph, and changes no data."""
    names = ("x.grad before y.backward()", "x.grad", "the grad of a value outside the graph", "the data")
    assert_close(student.run(bystander), (0.0, 3.0, 0.0, (2.0, -4.0, -8.0, 6.0)), names=names)
    assert_pure(student)


def test_many_paths(student):
    """Takes work in proportion to the operations, not to the paths: y = y + y, done 60 times, has 2**60 paths."""
    assert_close(student.run(many_paths, 0.75, 60), (0.75 * 2.0**60, 2.0**60), names=("y.data", "x.grad"))


VISITS = 20_000  # more than any other check needs


def limited(visit):
    """Return visit, made to raise RecursionError after many calls: there may be more paths than time."""
    calls = 0

    def visit_or_stop(*arguments):
        nonlocal calls
        calls += 1
        if calls > VISITS:
            raise RecursionError("too many paths")
        visit(*arguments)

    return visit_or_stop


def topological(root):
    """Return the values that root was computed from, root included, each after everything that it depends on."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        value, parents_done = stack.pop()
        if parents_done:
            order.append(value)
        elif value not in seen:
            seen.add(value)
            stack.append((value, True))
            stack.extend((parent, False) for parent, _ in value.parents)
    return order


def spread(value):
    for parent, slope in value.parents:
        parent.grad += slope * value.grad


@misconception(
    "sets the gradient of a value instead of adding to it, so that only the path visited last counts: x * x gets the "
    "slope x instead of 2 * x. While every value is used once, and backward called once, nobody sees the difference"
)
class overwrite_gradient(reference(__file__).Value):
    def backward(self):
        self.grad = 1.0
        for value in reversed(topological(self)):
            for parent, slope in value.parents:
                parent.grad = slope * value.grad


@misconception(
    "lets every value hand its gradient on as soon as something arrives, and again whenever more arrives. What arrived "
    "first is then passed on twice. Values have to be visited once, in an order in which all that use them come first"
)
class no_topological_order(reference(__file__).Value):
    def backward(self):
        @limited
        def visit(value):
            spread(value)
            for parent, _ in value.parents:
                visit(parent)

        self.grad = 1.0
        visit(self)


@misconception(
    "leaves all gradients at 0: nothing is handed on from the result. Its own gradient must be 1 before anything else, "
    "the nodes must follow from the result towards the inputs, and what each hands on must be kept in grad"
)
class seed_not_one(reference(__file__).Value):
    def backward(self):
        for value in reversed(topological(self)):
            spread(value)


@misconception(
    "puts a value into the order once for every path that leads to it, because it does not remember which values it "
    "has seen. Such a value hands its gradient on several times"
)
class shared_children_visited_twice(reference(__file__).Value):
    def backward(self):
        order = []

        @limited
        def visit(value):
            for parent, _ in value.parents:
                visit(parent)
            order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            spread(value)


@misconception(
    "hands the gradient on by a function that calls itself for every parent, and so walks every path from the result "
    "to the leaves: their number may double with every operation, and Python stops calls inside calls at about 1000. "
    "For small graphs the answers are right. Visit every value once, after all that use it, with a stack of your own"
)
class down_every_path(reference(__file__).Value):
    def backward(self):
        @limited
        def hand_on(value, gradient):
            if not value.parents:
                value.grad += gradient
            for parent, slope in value.parents:
                hand_on(parent, slope * gradient)

        hand_on(self, 1.0)


def recursive_order(root):
    order, seen = [], set()

    def visit(value):
        seen.add(value)
        for parent, _ in value.parents:
            if parent not in seen:
                visit(parent)
        order.append(value)

    visit(root)
    return order


@misconception(
    "builds the order with a function that calls itself. Python stops that after about 1000 calls, and a graph may be "
    "deeper: keep a stack of your own. For small graphs the answers are right"
)
class recursive_topo(reference(__file__).Value):
    def backward(self):
        order = recursive_order(self)
        flow = dict.fromkeys(order, 0.0)
        flow[self] = 1.0
        for value in reversed(order):
            value.grad += flow[value]
            for parent, slope in value.parents:
                flow[parent] += slope * flow[value]


@misconception(
    "sets all gradients of the graph to 0 at the start of backward(), so that the gradients of the call before are "
    "lost. backward() adds to grad, as in torch, where setting to 0 is a step of its own (zero_grad) before the next "
    "batch"
)
class resets_gradients(reference(__file__).Value):
    def backward(self):
        for value in topological(self):
            value.grad = 0.0
        self.grad = 1.0
        for value in reversed(topological(self)):
            spread(value)


@misconception(
    "takes 1 for the derivative of relu at 0, as the condition >= 0 does. By convention, in torch too, it is 0; the "
    "two differ only at exactly 0"
)
class relu_slope_one_at_zero(reference(__file__).Value):
    def relu(self):
        return type(self)(max(self.data, 0.0), ((self, float(self.data >= 0)),))


@misconception(
    "takes 1 - t for the slope of tanh, where t is the tanh itself; it is 1 - t**2. The two agree only where t is 0 or"
    " 1"
)
class tanh_slope_not_squared(reference(__file__).Value):
    def tanh(self):
        t = math.tanh(self.data)
        return type(self)(t, ((self, 1 - t),))


@misconception(
    "keeps the gradients of inner values from one backward() to the next and hands them on again. Only leaves "
    "accumulate; on the way, every pass starts from 0. The first call is right, all later ones count too much"
)
class inner_gradients_kept(reference(__file__).Value):
    def backward(self):
        self.grad = 1.0
        for value in reversed(topological(self)):
            spread(value)


@misconception(
    "stumbles over two things at once: a recursive function for the order, which Python stops at graphs deeper than "
    "about 1000, and gradients of inner values that are kept and handed on again by the next backward(). "
    "For one backward() through a small graph the answers are right"
)
class recursive_topo_inner_gradients_kept(reference(__file__).Value):
    def backward(self):
        self.grad = 1.0
        for value in reversed(recursive_order(self)):
            spread(value)
