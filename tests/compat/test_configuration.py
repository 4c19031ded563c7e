"""tf.config: devices, and settings that are read back."""

from __future__ import annotations

import pytest

import scopeflow as tf


def test_devices() -> None:
    config = tf.config.experimental
    (cpu,) = config.list_physical_devices("CPU")
    assert (cpu.name, cpu.device_type) == ("/physical_device:CPU:0", "CPU")
    assert config.list_logical_devices("CPU")[0].name == "/job:localhost/replica:0/task:0/device:CPU:0"
    assert tf.config.experimental_list_devices()[0].endswith("/device:CPU:0")
    assert config.get_visible_devices("CPU") == [cpu]
    config.set_visible_devices([], "CPU")
    assert config.get_visible_devices("CPU") == []
    config.set_visible_devices(cpu, "CPU")
    assert config.get_visible_devices() == [cpu, *config.get_visible_devices("GPU")]
    with pytest.raises(ValueError, match="Unrecognized device"):
        config.set_visible_devices(["nothing"])


def test_settings_are_kept() -> None:
    config = tf.config.experimental
    (cpu,) = config.list_physical_devices("CPU")
    assert not config.get_memory_growth(cpu)
    config.set_memory_growth(cpu, True)
    assert config.get_memory_growth(cpu)
    config.set_virtual_device_configuration(cpu, [config.VirtualDeviceConfiguration(memory_limit=100)])
    assert config.get_virtual_device_configuration(cpu)[0].memory_limit == 100
    with pytest.raises(ValueError, match="one virtual device"):
        config.set_virtual_device_configuration(cpu, [config.VirtualDeviceConfiguration()] * 2)
    tf.config.threading.set_intra_op_parallelism_threads(3)
    assert tf.config.threading.get_intra_op_parallelism_threads() == 3
    assert tf.config.threading.get_inter_op_parallelism_threads() == 0


def test_functions_that_are_not_converted() -> None:
    @tf.autograph.experimental.do_not_convert
    def f(x: int) -> int:
        return x + 1

    @tf.autograph.experimental.do_not_convert()
    def g(x: int) -> int:
        return x + 2

    assert (f(1), g(1)) == (2, 3)


def test_memory_statistics() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        used, most = session.run([tf.contrib.memory_stats.BytesInUse(), tf.contrib.memory_stats.MaxBytesInUse()])
    assert 0 <= used <= most
