//! The drive that a board's boot loader shows, and images in the format UF2 that are copied to it.
//!
//! The format is Microsoft's "USB Flashing Format (UF2)": blocks of 512 bytes; a drive that takes them has a file `INFO_UF2.TXT`.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

/// A board that is flashed over a drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uf2Board {
    /// The firmware's name for it.
    pub name: &'static str,
    /// The line `Board-ID` of its drive.
    id: &'static str,
    /// Its family in the format's list.
    family: u32,
    /// How to make it show the drive.
    pub how: &'static str,
}

/// All of them.
pub const UF2_BOARDS: [Uf2Board; 1] =
    [Uf2Board { name: "rp2040", id: "RPI-RP2", family: 0xe48b_ff56, how: "hold BOOTSEL while the Pico is plugged in" }];

/// Why an image is not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlashError {
    /// The image cannot be read.
    #[error("{}: {source}", path.display())]
    Image {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no image, or one for something else.
    #[error("{}: {problem}", path.display())]
    NotForThisBoard {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There is no drive of this board, or it is not one.
    #[error("no drive of {board} here: {how}")]
    NoDrive {
        /// The board.
        board: &'static str,
        /// What to do.
        how: &'static str,
    },
    /// There are several.
    #[error("{} drives of {board} here: {}", drives.len(), drives.iter().map(|drive| drive.display().to_string()).collect::<Vec<_>>().join(", "))]
    ManyDrives {
        /// The board.
        board: &'static str,
        /// Where they are.
        drives: Vec<PathBuf>,
    },
    /// The drive does not take it.
    #[error("{}: {source}", drive.display())]
    Write {
        /// The drive.
        drive: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Uf2Board {
    /// The board of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        UF2_BOARDS.into_iter().find(|board| board.name.eq_ignore_ascii_case(name))
    }

    /// The only drive of such a board that is mounted here.
    ///
    /// # Errors
    /// [`FlashError::NoDrive`] or [`FlashError::ManyDrives`].
    pub fn drive(&self) -> Result<PathBuf, FlashError> {
        let mut drives: Vec<PathBuf> = mounts().into_iter().filter(|folder| self.is_drive(folder)).collect();
        match drives.len() {
            0 => Err(FlashError::NoDrive { board: self.name, how: self.how }),
            1 => Ok(drives.remove(0)),
            _ => Err(FlashError::ManyDrives { board: self.name, drives }),
        }
    }

    /// Whether the boot loader of such a board shows this folder.
    #[must_use]
    pub fn is_drive(&self, folder: &Path) -> bool {
        let info = fs::read(folder.join("INFO_UF2.TXT")).unwrap_or_default();
        String::from_utf8_lossy(&info).lines().any(|line| line.trim() == format!("Board-ID: {}", self.id))
    }

    /// Writes an image to the drive; returns how many bytes. The board begins anew with the last of them, and the drive goes.
    ///
    /// # Errors
    /// If the image is not one for this board, or the drive does not take all of it.
    pub fn flash(&self, image: &Path, drive: &Path) -> Result<u64, FlashError> {
        let bytes = fs::read(image).map_err(|source| FlashError::Image { path: image.to_owned(), source })?;
        if let Err(problem) = self.accepts(&bytes) {
            return Err(FlashError::NotForThisBoard { path: image.to_owned(), problem });
        }
        if !self.is_drive(drive) {
            return Err(FlashError::NoDrive { board: self.name, how: self.how });
        }
        let failed = |source| FlashError::Write { drive: drive.to_owned(), source };
        let mut file = fs::File::create(drive.join("lfsr-firmware.uf2")).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        match file.sync_all() {
            // It goes before the system has heard that all is written.
            Err(source) if self.is_drive(drive) => Err(failed(source)),
            _ => Ok(bytes.len() as u64),
        }
    }

    /// Whether all blocks are of the format, and for this chip.
    fn accepts(&self, bytes: &[u8]) -> Result<(), &'static str> {
        let word =
            |block: &[u8], at: usize| block.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let (blocks, rest) = bytes.as_chunks::<512>();
        if blocks.is_empty() || !rest.is_empty() {
            return Err("no UF2 image: it does not consist of blocks of 512 bytes");
        }
        let is_block = |block: &[u8; 512]| {
            (word(block, 0), word(block, 4), word(block, 508))
                == (Some(0x0a32_4655), Some(0x9e5d_5157), Some(0x0ab1_6f30))
        };
        if !blocks.iter().all(is_block) {
            return Err("no UF2 image: a block does not begin and end as one");
        }
        let has_family = |block: &[u8; 512]| word(block, 8).is_some_and(|flags| flags & 0x2000 != 0);
        if !blocks.iter().all(|block| has_family(block) && word(block, 28) == Some(self.family)) {
            return Err("a UF2 image for another chip");
        }
        let count = u32::try_from(blocks.len()).ok();
        let in_order = (0u32..).zip(blocks).all(|(i, block)| word(block, 20) == Some(i) && word(block, 24) == count);
        if in_order { Ok(()) } else { Err("a UF2 image that is cut off: blocks are missing") }
    }
}

/// Where systems mount drives: below these folders, and as drive letters on Windows.
fn mounts() -> Vec<PathBuf> {
    if cfg!(windows) {
        return ('D'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\"))).collect();
    }
    let user = env::var_os("USER").unwrap_or_default();
    let parents = [
        Path::new("/media").join(&user),
        Path::new("/run/media").join(&user),
        "/media".into(),
        "/Volumes".into(),
        "/mnt".into(),
    ];
    parents
        .iter()
        .filter_map(|parent| fs::read_dir(parent).ok())
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(blocks: u32, family: u32) -> Vec<u8> {
        let block = |i: u32| {
            let head = [0x0a32_4655, 0x9e5d_5157, 0x2000, 0x1000_0000 + 256 * i, 256, i, blocks, family];
            let mut block: Vec<u8> = head.iter().flat_map(|word: &u32| word.to_le_bytes()).collect();
            block.resize(508, 0);
            block.extend(0x0ab1_6f30u32.to_le_bytes());
            block
        };
        (0..blocks).flat_map(block).collect()
    }

    #[test]
    fn an_image_goes_to_the_drive_of_its_board_only() {
        let folder = env::temp_dir().join(format!("lfsrkit-drive-{}", std::process::id()));
        let (drive, other, file) = (folder.join("drive"), folder.join("other"), folder.join("image.uf2"));
        fs::create_dir_all(&drive).unwrap();
        fs::create_dir_all(&other).unwrap();
        fs::write(
            drive.join("INFO_UF2.TXT"),
            "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n",
        )
        .unwrap();
        fs::write(other.join("INFO_UF2.TXT"), "UF2 Bootloader v1.0\r\nBoard-ID: RP2350\r\n").unwrap();
        let board = Uf2Board::find("RP2040").unwrap();
        let good = image(3, 0xe48b_ff56);
        fs::write(&file, &good).unwrap();
        assert_eq!(board.flash(&file, &drive).unwrap(), 3 * 512);
        assert_eq!(fs::read(drive.join("lfsr-firmware.uf2")).unwrap(), good);
        let mut refused = vec![
            board.flash(&file, &other).unwrap_err().to_string(),
            board.flash(&file, &folder).unwrap_err().to_string(),
            board.flash(&folder.join("none"), &drive).unwrap_err().to_string(),
        ];
        let mut broken = good.clone();
        broken[512] ^= 1;
        let (cut, text) = (good[..1024].to_vec(), b"\x7fELF and so on".to_vec());
        for bytes in [image(3, 0xe48b_ff59), broken, cut, good[..700].to_vec(), text, vec![]] {
            fs::write(&file, bytes).unwrap();
            refused.push(board.flash(&file, &drive).unwrap_err().to_string());
        }
        fs::remove_dir_all(&folder).unwrap();
        let expected = [
            "no drive of",
            "no drive of",
            "none: ",
            "another chip",
            "begin and end",
            "blocks are missing",
            "512 bytes",
            "512 bytes",
            "512 bytes",
        ];
        assert!(refused.iter().zip(expected).all(|(found, part)| found.contains(part)), "{refused:#?}");
    }
}
