"""Variables: reference, resource and partitioned ones; assigning, initializing and listing them."""

from . import assignment, convolution_initializers, custom_gradient, defun, initialization, initializers, listing, random_generator  # noqa: F401
from .modes import VariableAggregation, VariableSynchronization
from .partitioned import PartitionedVariable
from .reference import RefVariable
from .resource import ResourceVariable
from .slices import SaveSliceInfo
from .variable import Variable

__all__ = [
    "PartitionedVariable",
    "RefVariable",
    "ResourceVariable",
    "SaveSliceInfo",
    "Variable",
    "VariableAggregation",
    "VariableSynchronization",
]
