"""tf.contrib.slim.nets: networks for images, with the names under which their trained weights were published."""

from ....graph.public import export
from . import alexnet, inception, overfeat, resnet_utils, resnet_v1, resnet_v2, vgg

for _module in (alexnet, inception, overfeat, resnet_utils, resnet_v1, resnet_v2, vgg):
    export(_module, "contrib.slim.python.slim.nets." + _module.__name__.rpartition(".")[2])
