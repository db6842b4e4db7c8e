// Registers as hardware engineers draw them, with the faults that boards have. One bit of the output is printed a clock.
//
// Written from the definitions alone: stage 1 is where bits enter, stage N where they leave; TAPS[k] is 1 if stage k is fed back, which is
// the term x^k of the feedback polynomial.
`timescale 1ns/1ps

module fibonacci #(parameter N = 7, parameter [N:1] TAPS = 0, parameter [N:1] SEED = 1, parameter XNOR = 0) (input clk, output q);
    reg [N:1] r = SEED;
    wire feedback = (^(r & TAPS)) ^ (XNOR != 0);
    assign q = r[N];
    always @(posedge clk) r <= {r[N-1:1], feedback};
endmodule

// Shifts towards stage 1; what leaves there is added to the stages whose tap is set.
module galois #(parameter N = 7, parameter [N:1] TAPS = 0, parameter [N:1] SEED = 1, parameter XNOR = 0) (input clk, output q);
    reg [N:1] r = SEED;
    assign q = r[1] ^ (XNOR != 0);
    always @(posedge clk) r <= {1'b0, r[N:2]} ^ (r[1] ? TAPS : {N{1'b0}});
endmodule

module bench;
    parameter N = 7;
    parameter [N:1] TAPS = 7'b1100000;
    parameter [N:1] SEED = {N{1'b1}};
    parameter GALOIS = 0;
    parameter XNOR = 0;
    parameter CLOCKS = 1000;
    // Faults: a stage held at a level from the beginning; an inverted driver; every so many bits one wrong; one bit lost.
    parameter STUCK = 0;
    parameter LEVEL = 0;
    parameter INVERT = 0;
    parameter ERRORS = 0;
    parameter DROP = 0;

    reg clk = 0;
    wire q, q_fibonacci, q_galois;
    fibonacci #(.N(N), .TAPS(TAPS), .SEED(SEED), .XNOR(XNOR)) f (.clk(clk), .q(q_fibonacci));
    galois #(.N(N), .TAPS(TAPS), .SEED(SEED), .XNOR(XNOR)) g (.clk(clk), .q(q_galois));
    assign q = (GALOIS ? q_galois : q_fibonacci) ^ (INVERT != 0);

    generate
        if (STUCK != 0) begin : fault
            initial begin
                force f.r[STUCK] = LEVEL;
                force g.r[STUCK] = LEVEL;
            end
        end
    endgenerate

    integer i;
    initial begin
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
