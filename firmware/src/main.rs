//! The image: a board, a kernel, the command loop.
#![no_std]
#![no_main]

mod board;

use lfsr_firmware::{kernel::Leaping, serve::Server};
use static_cell::StaticCell;

static KERNEL: StaticCell<Leaping> = StaticCell::new();

#[cortex_m_rt::entry]
fn main() -> ! {
    let kernel = KERNEL.init_with(Leaping::new);
    let (reader, writer, sources) = board::peripherals();
    let mut server = Server::new(reader, writer, kernel, sources, board::NAME);
    loop {
        // Neither stream of a UART ends; should one fail, begin anew.
        let _ = server.run();
    }
}
