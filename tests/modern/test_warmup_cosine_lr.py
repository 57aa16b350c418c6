import math

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(step, warmup, total, peak, floor):
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

    class NoOptimizer(Optimizer):  # one of torch's takes a second to make, and only its rate is wanted
        def __init__(self):
            self.param_groups, self.defaults = [{"lr": peak}], {}

        def step(self):
            pass

    optimizer = NoOptimizer()
    schedule = fall = CosineAnnealingLR(optimizer, total - warmup, floor)
    if warmup:
        rise = LinearLR(optimizer, 1 / warmup, total_iters=warmup - 1)
        schedule = SequentialLR(optimizer, [rise, fall], [warmup])
    for _ in range(min(step, total)):  # afterwards torch's cosine rises again
        optimizer.step()
        schedule.step()
    return optimizer.param_groups[0]["lr"]


def follow(student, steps, *schedule):
    """Compare the rates of these steps."""
    for step in steps:
        assert_close(student.warmup_cosine_lr(step, *schedule), expected(step, *schedule))


def draw(rng):
    """Return the lengths of a rise and of a run, the largest and the last rate."""
    warmup = int(rng.integers(3, 7))
    total = warmup + int(rng.integers(5, 11))
    peak = float(rng.uniform(0.1, 0.9))
    return warmup, total, peak, float(peak * rng.uniform(0.1, 0.4))


def test_agrees_with_torch(student, rng):
    """Agrees with LinearLR, then CosineAnnealingLR, at every step of a run."""
    warmup, total, peak, floor = draw(rng)
    follow(student, range(total), warmup, total, peak, floor)


def test_first_step(student, rng):
    """Takes a first step that is one share of the peak, not 0."""
    warmup, total, peak, floor = draw(rng)
    assert_close(student.warmup_cosine_lr(0, warmup, total, peak, floor), peak / warmup)


def test_peak(student, rng):
    """Reaches the peak in the last step of the warm-up, and begins the fall there."""
    warmup, total, peak, floor = draw(rng)
    for step in (warmup - 1, warmup):
        assert_close(student.warmup_cosine_lr(step, warmup, total, peak, floor), peak)


def test_middle_of_the_fall(student, rng):
    """Is halfway between peak and floor in the middle of the fall, which begins after the warm-up."""
    warmup, half = (int(length) for length in rng.integers(2, 20, size=2))
    _, _, peak, floor = draw(rng)
    answer = student.warmup_cosine_lr(warmup + half, warmup, warmup + 2 * half, peak, floor)
    assert_close(answer, (peak + floor) / 2)


@parametrize("late", [0, 1, 5, 1000])
def test_beyond_the_end(student, rng, late):
    """Stays at the floor from the end on."""
    warmup, total, peak, floor = draw(rng)
    assert_close(student.warmup_cosine_lr(total + late, warmup, total, peak, floor), floor)


def test_no_warmup(student, rng):
    """Begins at the peak without a warm-up."""
    _, total, peak, floor = draw(rng)
    follow(student, range(total + 1), 0, total, peak, floor)


def test_only_warmup(student, rng):
    """Rises to the peak, then is at the floor, where the warm-up takes the whole run."""
    warmup, _, peak, floor = draw(rng)
    for step in range(warmup):
        assert_close(student.warmup_cosine_lr(step, warmup, warmup, peak, floor), peak * (step + 1) / warmup)
    for step in (warmup, warmup + 2):
        assert_close(student.warmup_cosine_lr(step, warmup, warmup, peak, floor), floor)


@parametrize("floor", [0.0, 0.25])
def test_floor(student, rng, floor):
    """Falls to the floor that is passed in, also to 0."""
    warmup, total, _, _ = draw(rng)
    follow(student, range(total + 1), warmup, total, 0.5, floor)


def test_long_runs(student, rng):
    """Works for a long run after a short warm-up."""
    peak, floor = float(rng.uniform(1e-4, 1e-3)), 1e-5
    follow(student, (0, 1, 2, 3, 30, 100, 197, 198, 199, 200), 2, 200, peak, floor)


@contract(expected, defaults={"floor": 0.0})
def warmup_cosine_lr(rng):
    return 9, 3, 14, 0.3, 0.02


def rise(step, warmup, peak):
    return peak * (step + 1) / warmup


def fall(progress, peak, floor):
    return floor + (peak - floor) * (1 + math.cos(math.pi * progress)) / 2


@misconception(
    "takes step / warmup for the rise, so that the first step has the rate 0 and changes nothing. Steps are counted "
    "from 0: it is (step + 1) / warmup, and the last step of the warm-up has the peak"
)
def first_step_at_0(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return peak * step / warmup
    return floor if step >= total else fall((step - warmup) / (total - warmup), peak, floor)


@misconception(
    "divides by warmup + 1 in the rise, so that the peak is only reached by the fall. Here the last of the warmup "
    "steps has the peak: (step + 1) / warmup"
)
def rise_one_step_longer(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return peak * (step + 1) / (warmup + 1)
    return floor if step >= total else fall((step - warmup) / (total - warmup), peak, floor)


@misconception(
    "lets the rise begin at the floor. The rise leads from 0 to the peak, in equal shares: peak * (step + 1) / warmup; "
    "the floor belongs to the fall, and for a floor of 0 the two agree"
)
def rise_from_the_floor(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return floor + rise(step, warmup, peak - floor)
    return floor if step >= total else fall((step - warmup) / (total - warmup), peak, floor)


@misconception(
    "counts the cosine from step 0, step / total. It has then fallen a good way when the warm-up ends, and the rate "
    "jumps down there; the fall begins after the warm-up: (step - warmup) / (total - warmup)"
)
def cosine_from_step_0(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return floor if step >= total else fall(step / total, peak, floor)


@misconception(
    "divides the steps since the warm-up by the length of the whole run. The fall then does not arrive: it has "
    "total - warmup steps; without a warm-up the two agree"
)
def divided_by_the_whole_run(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return floor if step >= total else fall((step - warmup) / total, peak, floor)


@misconception(
    "counts the fall to its end in total - 1, one step early. Here the floor is the rate of the step total, the first "
    "one after the run: progress is (step - warmup) / (total - warmup)"
)
def fall_one_step_shorter(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return floor if step >= total - 1 else fall((step - warmup) / (total - 1 - warmup), peak, floor)


@misconception(
    "forgets the floor: the cosine falls to 0. It falls from peak to floor, so that floor + (peak - floor) * ...; for "
    "a floor of 0 the two agree"
)
def floor_forgotten(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return 0.0 if step >= total else fall((step - warmup) / (total - warmup), peak, 0.0)


@misconception(
    "adds the floor to a fall of the whole peak, which then begins above the peak. What falls is the difference, peak "
    "- floor; for a floor of 0 the two agree"
)
def floor_on_top(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return floor if step >= total else floor + fall((step - warmup) / (total - warmup), peak, 0.0)


@misconception(
    "cuts a fall to 0 off at the floor, with max. The rate is then too low on the way and stands at the floor early. "
    "The cosine itself ends at the floor: floor + (peak - floor) * ...; for a floor of 0 the two agree"
)
def cut_off_at_the_floor(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return floor if step >= total else max(floor, fall((step - warmup) / (total - warmup), peak, 0.0))


@misconception(
    "multiplies by the cosine itself, which goes from 1 to -1: the rate gets negative, and training climbs. (1 + cos) "
    "/ 2 goes from 1 to 0"
)
def cosine_without_half(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    if step >= total:
        return floor
    return floor + (peak - floor) * math.cos(math.pi * (step - warmup) / (total - warmup))


@misconception(
    "takes a quarter of the wave, cos(pi / 2 * progress), which is steepest at its end. Half a wave, (1 + cos(pi * "
    "progress)) / 2, gets flat there, so that the last steps are all small"
)
def quarter_wave(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    if step >= total:
        return floor
    return floor + (peak - floor) * math.cos(math.pi / 2 * (step - warmup) / (total - warmup))


@misconception(
    "leaves pi out, so that the cosine gets as far as cos(1) only and the rate stays above three quarters of the peak. "
    "Half a wave is cos(pi * progress)"
)
def pi_forgotten(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    if step >= total:
        return floor
    return fall((step - warmup) / (total - warmup) / math.pi, peak, floor)


@misconception(
    "falls along a line. It is right at both ends and in the middle; the cosine stays near the peak for longer and is "
    "flat at the end"
)
def line_for_cosine(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return floor if step >= total else peak - (peak - floor) * (step - warmup) / (total - warmup)


@misconception(
    "lets the cosine go on after the end of the run, where it rises again. A run that is prolonged would be thrown out "
    "of its minimum: from the step total on the rate is the floor"
)
def rises_again(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return floor if total == warmup else fall((step - warmup) / (total - warmup), peak, floor)


@misconception("returns 0 after the end of the run. The last rate stays: the floor; for a floor of 0 the two agree")
def zero_beyond_the_end(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return 0.0 if step >= total else fall((step - warmup) / (total - warmup), peak, floor)


@misconception(
    "divides by total - warmup before it asks whether the run is over. Where the warm-up takes the whole run that is a "
    "division by 0; ask for step >= total first"
)
def division_by_0(step, warmup, total, peak, floor=0.0):
    if step < warmup:
        return rise(step, warmup, peak)
    return fall(min(1.0, (step - warmup) / (total - warmup)), peak, floor)
