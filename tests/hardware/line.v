// A board with a register on it, and the faults that boards have. One bit of the output is printed a clock.
//
// The register is the module `source` that `lfsr export` writes; stage 1 is where bits enter, stage N, bit 0 of the contents, where they leave.
`timescale 1ns/1ps

module bench;
    parameter N = 7;
    parameter CLOCKS = 1000;
    // Faults: a stage held at a level from the beginning; an inverted driver; every so many bits one wrong; one bit lost.
    parameter STUCK = 0;
    parameter LEVEL = 0;
    parameter INVERT = 0;
    parameter ERRORS = 0;
    parameter DROP = 0;

    reg clk = 0;
    reg rst = 1;
    wire data;
    source dut (.clk(clk), .rst(rst), .load(1'b0), .seed({N{1'b0}}), .enable(1'b1), .data(data), .state());
    wire q = data ^ (INVERT != 0);

    generate
        if (STUCK != 0) begin : fault
            initial force dut.state[N - STUCK] = LEVEL;
        end
    endgenerate

    integer i;
    initial begin
        #1 clk = 1;
        #1 clk = 0;
        rst = 0;
        for (i = 0; i < CLOCKS; i = i + 1) begin
            #4;
            if (DROP == 0 || i != DROP) begin
                if (ERRORS != 0 && i % ERRORS == ERRORS / 2) $write("%b", ~q); else $write("%b", q);
            end
            #1 clk = 1;
            #5 clk = 0;
        end
        $finish;
    end
endmodule
