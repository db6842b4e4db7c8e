"""A CRC-32 unit, four bytes at each clock and fewer in the last word, against Python's zlib."""

import os
import random
import zlib

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge


@cocotb.test
async def messages_of_any_length(dut):
    cocotb.start_soon(Clock(dut.clk, 10, "ns").start())
    dut.rst.value, dut.load.value, dut.enable.value, dut.first.value = 1, 0, 0, 0
    dut.seed.value, dut.data_in.value, dut.keep.value = 0, 0, 0
    await FallingEdge(dut.clk)
    dut.rst.value = 0
    for length in list(range(1, 70)) + [1500]:
        message = os.urandom(length)
        # With its checksum behind it, lowest byte first, it is good.
        for sent, is_good in [(message, False), (message + zlib.crc32(message).to_bytes(4, "little"), True)]:
            for start in range(0, len(sent), 4):
                part = sent[start : start + 4]
                dut.first.value = int(start == 0)
                dut.keep.value = (1 << len(part)) - 1
                # What is in the bytes that do not count does not matter.
                dut.data_in.value = int.from_bytes(part + os.urandom(4 - len(part)), "little")
                dut.enable.value = 1
                await FallingEdge(dut.clk)
                dut.enable.value = 0
                if random.random() < 0.3:
                    await FallingEdge(dut.clk)
            assert int(dut.crc.value) == zlib.crc32(sent), f"{length} bytes"
            assert int(dut.good.value) == int(is_good), f"{length} bytes"
