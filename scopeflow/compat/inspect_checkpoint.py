"""tensorflow.python.tools.inspect_checkpoint: prints what is in a checkpoint, as old programs and answers on the web do it."""

from __future__ import annotations

import math
import re
from typing import Any

from ..graph.errors import OpError
from ..graph.public import public
from ..train.checkpoint_reading import NewCheckpointReader


@public("python.tools.inspect_checkpoint.print_tensors_in_checkpoint_file")
def print_tensors_in_checkpoint_file(
    file_name: Any, tensor_name: str, all_tensors: bool, all_tensor_names: bool = False, count_exclude_pattern: str = ""
) -> None:
    """Prints tensors of a checkpoint, and how many elements there are. What goes wrong with the file is printed too.

    Args:
      file_name: the checkpoint.
      tensor_name: the tensor to print; if it is empty, and nothing else is asked for, a list of all is printed.
      all_tensors: prints all values.
      all_tensor_names: prints all names.
      count_exclude_pattern: a regular expression: tensors with such names are not counted.
    """
    try:
        reader = NewCheckpointReader(file_name)
        shapes = reader.get_variable_to_shape_map()
        if all_tensors or all_tensor_names:
            for name in sorted(shapes):
                print("tensor_name: ", name)
                if all_tensors:
                    print(reader.get_tensor(name))
        elif tensor_name:
            print("tensor_name: ", tensor_name)
            print(reader.get_tensor(tensor_name))
        else:
            print(reader.debug_string().decode())
        skip = re.compile(count_exclude_pattern) if count_exclude_pattern else None
        count = sum(math.prod(shape) for name, shape in shapes.items() if skip is None or not skip.search(name))
        print(f"# Total number of params: {count}")
    except OpError as error:
        print(error)
