"""Builds a design in a folder with Icarus Verilog and runs a bench on it: run.py FOLDER TEST TOP SOURCE..."""

import pathlib
import sys

from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner

folder, test, top, *sources = sys.argv[1:]
here = pathlib.Path(__file__).parent
runner = get_runner("icarus")
build = pathlib.Path(folder, f"build_{top}")
runner.build(
    sources=[pathlib.Path(folder, name) for name in sources], hdl_toplevel=top, build_dir=build, timescale=("1ns", "1ps")
)
results = runner.test(
    hdl_toplevel=top, test_module=test, build_dir=build, test_dir=build, extra_env={"PYTHONPATH": str(here)}
)
tests, failed = get_results(results)
print(f"{tests} tests, {failed} failed")
sys.exit(failed != 0 or tests == 0)
