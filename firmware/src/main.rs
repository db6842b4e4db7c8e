//! The image: a board, a kernel, the command loop.
#![no_std]
#![no_main]

mod board;

use core::mem::MaybeUninit;

#[cfg(feature = "tables")]
use lfsr_firmware::kernel::Leaping as Chosen;
#[cfg(not(feature = "tables"))]
use lfsr_firmware::kernel::Stepping as Chosen;
use lfsr_firmware::serve::Server;

#[cortex_m_rt::entry]
fn main() -> ! {
    // Made references by the macro, once. Not initialised there, or flash would hold the tables too.
    static mut KERNEL: MaybeUninit<Chosen> = MaybeUninit::uninit();
    static mut SERVER: MaybeUninit<Board> = MaybeUninit::uninit();
    let server = begin(KERNEL, SERVER);
    loop {
        // Neither stream of a UART ends; should one fail, begin anew.
        let _ = server.run();
    }
}

type Board = Server<'static, board::Reading, board::Sending, Chosen, board::Inputs>;

// What it takes is given back: main never returns.
#[inline(never)]
fn begin(kernel: &'static mut MaybeUninit<Chosen>, server: &'static mut MaybeUninit<Board>) -> &'static mut Board {
    let kernel = kernel.write(Chosen::new());
    let (reader, writer, sources) = board::peripherals();
    server.write(Server::new(reader, writer, kernel, sources, board::NAME))
}
