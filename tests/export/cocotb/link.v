// A generator, a line with wrong bits, a checker.
module link (
    input  wire        clk,
    input  wire        rst,
    input  wire [15:0] wrong,  // bits of this word that the line turns over
    output wire [15:0] sent,
    output wire        locked,
    output wire [47:0] errors
);

generator send (.clk(clk), .rst(rst), .load(1'b0), .seed(31'h0), .enable(1'b1), .data(sent), .state());
checker_of_it receive (
    .clk(clk), .rst(rst), .load(1'b0), .seed(31'h0), .enable(1'b1), .clear(1'b0), .data_in(sent ^ wrong),
    .locked(locked), .inverted(), .stuck(), .wrong(), .bits(), .errors(errors), .losses(), .saturated(), .state()
);

endmodule
