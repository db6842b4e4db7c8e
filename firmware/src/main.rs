//! The image: a board, a kernel, the command loop.
#![no_std]
#![no_main]

mod board;

#[cfg(feature = "tables")]
use lfsr_firmware::kernel::Leaping as Chosen;
#[cfg(not(feature = "tables"))]
use lfsr_firmware::kernel::Stepping as Chosen;
use lfsr_firmware::serve::Server;

#[cortex_m_rt::entry]
fn main() -> ! {
    // Made a reference by the macro, once.
    static mut KERNEL: Chosen = Chosen::new();
    let (reader, writer, sources) = board::peripherals();
    let mut server = Server::new(reader, writer, KERNEL, sources, board::NAME);
    loop {
        // Neither stream of a UART ends; should one fail, begin anew.
        let _ = server.run();
    }
}
