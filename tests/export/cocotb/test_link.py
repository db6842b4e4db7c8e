"""A PRBS31 generator and its checker, 16 bits at each clock, against the recurrence of ITU-T O.150."""

import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge


def prbs31():
    """The bits as they are sent: y[t] = y[t-28] + y[t-31], complemented."""
    held = [1] * 31
    while True:
        yield 1 - held[0]
        held = held[1:] + [held[0] ^ held[3]]


@cocotb.test
async def every_wrong_bit_is_counted_once(dut):
    cocotb.start_soon(Clock(dut.clk, 10, "ns").start())
    dut.rst.value, dut.wrong.value = 1, 0
    await FallingEdge(dut.clk)
    dut.rst.value = 0
    bits, turned = prbs31(), 0
    for word in range(5000):
        expected = [next(bits) for _ in range(16)]
        assert int(dut.sent.value) == sum(bit << i for i, bit in enumerate(expected)), f"word {word}"
        assert int(dut.locked.value) or word < 100
        # A bit now and then, once it has found the phase.
        wrong = 1 << random.randrange(16) if word >= 100 and random.random() < 0.05 else 0
        dut.wrong.value = wrong
        turned += wrong != 0
        await FallingEdge(dut.clk)
    assert turned > 100
    assert int(dut.errors.value) == turned
