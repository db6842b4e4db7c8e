//! `lfsr device flash` and `lfsr device setup`: before a board is a device.

use std::path::PathBuf;

use clap::Args;

use crate::{
    cmd::{failure::Failure, print::print, status::Status},
    device::{FlashError, UF2_BOARDS, Uf2Board, udev_rules},
};

/// `lfsr device flash`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  lfsr device flash stm32f4")]
pub(crate) struct Flash {
    /// rp2040: the image is copied to the drive of its boot loader. stm32f4, nrf52840: says how, with probe-rs.
    #[arg(value_name = "BOARD")]
    board: String,
    /// The image [default: what `cargo xtask firmware --board BOARD` has made].
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// The drive, where it is not found, or there are several.
    #[arg(long, value_name = "FOLDER")]
    drive: Option<PathBuf>,
}

/// Boards that are flashed through a debugger: name, target of the compiler, and chip as probe-rs calls it.
const BY_PROBE: [(&str, &str, &str); 2] = [
    ("stm32f4", "thumbv7m-none-eabi", "STM32F446RETx (or STM32F407VGTx)"),
    ("nrf52840", "thumbv7m-none-eabi", "nRF52840_xxAA"),
];

impl Flash {
    pub(super) fn run(self) -> Result<Status, Failure> {
        let name = self.board.to_ascii_lowercase();
        if let Some((name, target, chip)) = BY_PROBE.into_iter().find(|(known, ..)| *known == name) {
            let image = self.image.unwrap_or_else(|| made(name, target));
            let text = format!(
                "{name} is flashed through its debugger, by probe-rs 0.24 or later:\n  probe-rs download --chip {chip} {}\n  probe-rs reset --chip {chip}",
                image.display()
            );
            return print(format!("{text}\n").as_bytes());
        }
        let Some(board) = Uf2Board::find(&name) else {
            let known = UF2_BOARDS.iter().map(|board| board.name).chain(BY_PROBE.iter().map(|(name, ..)| *name));
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(Failure::bad_input(format!("{}: no such board; there are {known}", self.board)));
        };
        let image = self.image.unwrap_or_else(|| made(board.name, "thumbv6m-none-eabi").with_extension("uf2"));
        let drive = self.drive.map_or_else(|| board.drive(), Ok);
        let written = drive.and_then(|drive| board.flash(&image, &drive).map(|bytes| (drive, bytes)));
        let (drive, bytes) = written.map_err(|error| failure(&error, board.name))?;
        let text =
            format!("{bytes} bytes to {}; the board starts anew, and `lfsr device ports` shows it", drive.display());
        print(format!("{text}\n").as_bytes())
    }
}

/// Where `cargo xtask firmware` leaves the image of a board.
fn made(board: &str, target: &str) -> PathBuf {
    ["firmware", "target", board, target, "release", "lfsr-firmware"].iter().collect()
}

fn failure(error: &FlashError, board: &str) -> Failure {
    let remedy = match error {
        FlashError::Image { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            format!("; `cargo xtask firmware --board {board}` makes one, --image names another")
        }
        FlashError::ManyDrives { .. } => "; --drive says which".into(),
        FlashError::NoDrive { .. } => "; if its drive is there, --drive says where".into(),
        _ => String::new(),
    };
    Failure::bad_input(format!("{error}{remedy}"))
}

/// `lfsr device setup`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:\n  lfsr device setup --print | head -3")]
pub(crate) struct Setup {
    /// Prints the rules by which Linux gives the ports of boards and debuggers to whoever sits at the machine; nothing is changed.
    #[arg(long, required = true)]
    print: bool,
}

impl Setup {
    pub(super) fn run(self) -> Result<Status, Failure> {
        print(udev_rules().as_bytes())
    }
}
