"""Generalized divisive normalization (Ballé, Laparra and Simoncelli, 2016): each channel by a root of a sum of all channels' squares."""

from __future__ import annotations

from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import get_default_graph
from ...graph.operation import Operation
from ...graph.public import TABLE, public
from ...layers.input_spec import InputSpec
from ...layers.layer import Layer
from ...ops import array
from ...ops.casting import cast
from ...ops.elementwise import greater_equal, less, logical_or, maximum, sqrt, square
from ...ops.gradients import RegisterGradient


@RegisterGradient("GDNLowerBound")
def _lower_bound_grad(op: Operation, grad: Any) -> list[Any]:
    """Gradients pass where the parameter is above its bound, and where they would raise it."""
    value, bound = op.inputs
    passes = logical_or(greater_equal(value, bound), less(grad, 0))
    return [cast(passes, grad.dtype) * grad, None]


@public("contrib.layers.GDN", "contrib.slim.GDN")
class GDN(Layer):
    """y[i] = x[i] / sqrt(beta[i] + sum over j of gamma[j, i] * x[j]^2), i and j being channels; with `inverse`, times the root.

    Args:
      inverse: multiply in place of dividing.
      beta_min: beta is at least this.
      gamma_init: gamma starts as this times the unit matrix.
      reparam_offset: beta and gamma are trained as square roots of themselves plus the square of this.
      data_format: "channels_last" or "channels_first".

    Raises:
      ValueError: another data format; no known number of channels (when called).
    """

    def __init__(
        self,
        inverse: bool = False,
        beta_min: float = 1e-6,
        gamma_init: float = 0.1,
        reparam_offset: float = 2**-18,
        data_format: str = "channels_last",
        activity_regularizer: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ):
        super().__init__(trainable=trainable, name=name, activity_regularizer=activity_regularizer, **kwargs)
        self.inverse, self._beta_min, self._gamma_init = inverse, beta_min, gamma_init
        self._reparam_offset, self.data_format = reparam_offset, data_format
        self._channel_axis()
        self.input_spec = InputSpec(min_ndim=3, max_ndim=5)

    def _channel_axis(self) -> int:
        try:
            return {"channels_first": 1, "channels_last": -1}[self.data_format]
        except KeyError:
            raise ValueError(f"Unsupported `data_format` for GDN layer: {self.data_format}.") from None

    def _pedestal(self) -> Any:
        return convert_to_tensor(self._reparam_offset**2, dtype=self.dtype)

    def _initial_beta(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        pedestal = self._pedestal()
        return sqrt(array.ones(shape, dtype=dtype) + pedestal)

    def _initial_gamma(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Any:
        unit = TABLE["eye"](shape[0], shape[1], dtype=dtype)
        pedestal = self._pedestal()
        return sqrt(self._gamma_init * unit + pedestal)

    def _parameter(self, name: str, shape: list[int], bound: Any, pedestal: Any, initializer: Any) -> Any:
        variable = self.add_weight(name=f"reparam_{name}", shape=shape, initializer=initializer, dtype=self.dtype, trainable=True)
        with get_default_graph().gradient_override_map({"Maximum": "GDNLowerBound"}):
            bounded = maximum(variable, bound, name="GDNLowerBound")
        return square(bounded) - pedestal

    def build(self, input_shape: Any) -> None:
        """Makes beta and gamma."""
        channels = input_shape.as_list()[self._channel_axis()]
        if channels is None:
            raise ValueError("The channel dimension of the inputs to `GDN` must be defined.")
        self._input_rank = input_shape.ndims
        self.input_spec = InputSpec(ndim=self._input_rank, axes={self._channel_axis(): channels})
        pedestal = self._pedestal()
        beta_bound = convert_to_tensor((self._beta_min + self._reparam_offset**2) ** 0.5, dtype=self.dtype)
        gamma_bound = convert_to_tensor(self._reparam_offset, dtype=self.dtype)
        self.beta = self._parameter("beta", [channels], beta_bound, pedestal, self._initial_beta)
        self.gamma = self._parameter("gamma", [channels, channels], gamma_bound, pedestal, self._initial_gamma)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The normalized inputs, of the same shape."""
        inputs = convert_to_tensor(inputs, dtype=self.dtype)
        rank = self._input_rank
        first = self.data_format == "channels_first"
        channels = self.gamma.shape.as_list()
        gamma = array.reshape(self.gamma, (rank - 2) * [1] + channels)
        axes = "DHW"[-(rank - 2) :]
        layout = "NC" + axes if first else "N" + axes + "C"
        pool = TABLE["nn.convolution"](square(inputs), gamma, "VALID", data_format=layout)
        if not first:
            pool = TABLE["nn.bias_add"](pool, self.beta, data_format="NHWC")
        elif rank == 3:
            pool = array.expand_dims(pool, 2)
            pool = array.squeeze(TABLE["nn.bias_add"](pool, self.beta, data_format="NCHW"), [2])
        elif rank == 5:
            # (The reference adds -1 to these sizes in place of appending it, and so cannot run this.)
            sizes = array.shape(pool)
            pool = array.reshape(pool, array.concat([sizes[:3], [-1]], 0))
            pool = array.reshape(TABLE["nn.bias_add"](pool, self.beta, data_format="NCHW"), sizes)
        else:
            pool = TABLE["nn.bias_add"](pool, self.beta, data_format="NCHW")
        root = sqrt(pool)
        out = inputs * root if self.inverse else inputs / root
        out.set_shape(inputs.get_shape())
        return out

    def compute_output_shape(self, input_shape: Any) -> Any:
        """That of the inputs. Raises ValueError if the channels differ from those it was built for."""
        return input_shape


@public("contrib.layers.gdn", "contrib.slim.gdn")
def gdn(
    inputs: Any,
    inverse: bool = False,
    beta_min: float = 1e-6,
    gamma_init: float = 0.1,
    reparam_offset: float = 2**-18,
    data_format: str = "channels_last",
    activity_regularizer: Any = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Any:
    """`GDN` as a function: its variables are those of the scope `name`, shared with `reuse`."""
    layer = GDN(
        inverse, beta_min, gamma_init, reparam_offset, data_format, activity_regularizer, trainable, name,
        dtype=inputs.dtype.base_dtype.name, _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer.apply(inputs)
