"""Say which exercise has which picture."""

from __future__ import annotations

from grader.learning.pictures import curves, losses
from grader.learning.pictures.panels import Scene

_DRAWN: tuple[Scene, ...] = (
    curves.relu,
    curves.leaky_relu,
    curves.sigmoid,
    curves.tanh,
    curves.gelu,
    curves.threshold_activation,
    curves.activation_gradient,
    curves.neuron_output,
    curves.mlp_forward,
    curves.clip_grad_norm,
    curves.clip_grad_value,
    curves.l1_l2_penalty,
    curves.l1_proximal_step,
    losses.regression_loss,
    losses.bce_with_logits,
    losses.binary_cross_entropy,
    losses.categorical_cross_entropy,
    losses.sparse_cross_entropy,
    losses.kl_divergence,
    losses.kd_loss,
    losses.gan_losses,
    losses.vae_sample_and_kl,
)
SCENES = {scene.__name__: scene for scene in _DRAWN}
