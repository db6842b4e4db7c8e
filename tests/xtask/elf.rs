//! [`Image`]: what a little-endian 32-bit ELF file puts where; and what it must not hold, a panic path.

/// Where RAM is on every Cortex-M here.
const RAM: core::ops::Range<u32> = 0x2000_0000..0x4000_0000;

/// What the program headers say.
pub(crate) struct Image {
    /// Bytes and their place in flash, in the order of the file.
    segments: Vec<(u32, Vec<u8>)>,
    /// Bytes from the beginning of RAM that the firmware keeps for good.
    pub(crate) ram: u64,
}

impl Image {
    /// `None` if it is no such file.
    pub(crate) fn read(elf: &[u8]) -> Option<Self> {
        const LOAD: u32 = 1;
        let word = |at: usize| Some(u32::from_le_bytes(elf.get(at..at + 4)?.try_into().ok()?));
        let half = |at: usize| Some(u16::from_le_bytes(elf.get(at..at + 2)?.try_into().ok()?));
        if elf.get(..6)? != b"\x7fELF\x01\x01" {
            return None;
        }
        let (table, size, count) = (word(28)? as usize, usize::from(half(42)?), usize::from(half(44)?));
        let mut image = Self { segments: vec![], ram: 0 };
        for header in (0..count).map(|i| table + i * size) {
            if word(header)? == LOAD {
                let (offset, length) = (word(header + 4)? as usize, word(header + 16)? as usize);
                if length > 0 {
                    image.segments.push((word(header + 12)?, elf.get(offset..offset + length)?.to_vec()));
                }
                if RAM.contains(&word(header + 8)?) {
                    image.ram += u64::from(word(header + 20)?);
                }
            }
        }
        Some(image)
    }

    /// Bytes to load.
    pub(crate) fn flash(&self) -> u64 {
        self.segments.iter().map(|(_, bytes)| bytes.len() as u64).sum()
    }

    /// The flash from `address` to the end, gaps filled with ones, as erased flash has.
    pub(crate) fn from(&self, address: u32) -> Vec<u8> {
        let mut flash = Vec::new();
        for (place, bytes) in &self.segments {
            if let Some(at) = place.checked_sub(address) {
                let (at, end) = (at as usize, at as usize + bytes.len());
                flash.resize(flash.len().max(end), 0xff);
                flash[at..end].copy_from_slice(bytes);
            }
        }
        flash
    }

    /// Whether a core that finds its vectors at `address` can start: the stack in RAM, the reset handler in flash and Thumb code.
    pub(crate) fn starts(&self, address: u32) -> Result<(), String> {
        let flash = self.from(address);
        let word = |at: usize| flash.get(at..at + 4).and_then(|bytes| Some(u32::from_le_bytes(bytes.try_into().ok()?)));
        let (Some(stack), Some(reset)) = (word(0), word(4)) else {
            return Err(format!("there is nothing at {address:#010x}"));
        };
        if !RAM.contains(&stack) || !stack.is_multiple_of(8) {
            return Err(format!("the vectors at {address:#010x} put the stack at {stack:#010x}"));
        }
        let code = address..address + flash.len() as u32;
        if reset & 1 == 0 || !code.contains(&(reset - 1)) {
            return Err(format!("the vectors at {address:#010x} start at {reset:#010x}"));
        }
        Ok(())
    }
}

/// Whether the RP2040's boot ROM takes these 256 bytes as second stage: CRC-32/MPEG-2 of the first 252 is in the last four (RP2040
/// data sheet section 2.8.1.3.1).
pub(crate) fn is_second_stage(page: &[u8]) -> bool {
    let crc = |bytes: &[u8]| {
        bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| crc << 1 ^ if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 })
        })
    };
    page.len() >= 256 && crc(&page[..252]).to_le_bytes() == page[252..256]
}

/// Parts of the mangled names of what a panic takes: its machinery, the text it would print, the handler.
const PANIC: [&str; 3] = ["9panicking", "4core3fmt", "rust_begin_unwind"];

/// Refuses an image in which something can panic.
///
/// # Errors
/// With the functions that say so, or if the file has no symbols to look at.
pub(crate) fn refuse_panics(elf: &[u8]) -> Result<(), String> {
    let names = functions(elf).filter(|names| names.len() > 10).ok_or("the image has no table of symbols")?;
    let found: Vec<&str> =
        names.iter().filter(|name| PANIC.iter().any(|part| name.contains(part))).map(String::as_str).collect();
    if found.is_empty() { Ok(()) } else { Err(format!("something in the image can panic: {}", found.join(", "))) }
}

/// The names of the functions in the symbol table of a little-endian 32-bit ELF file.
fn functions(elf: &[u8]) -> Option<Vec<String>> {
    const SYMBOLS: u32 = 2;
    const FUNCTION: u8 = 2;
    let word = |at: usize| Some(u32::from_le_bytes(elf.get(at..at + 4)?.try_into().ok()?));
    let half = |at: usize| Some(u16::from_le_bytes(elf.get(at..at + 2)?.try_into().ok()?));
    let (table, size, count) = (word(32)? as usize, usize::from(half(46)?), usize::from(half(48)?));
    let section = |i: usize| {
        let header = table + i * size;
        let (from, length) = (word(header + 16)? as usize, word(header + 20)? as usize);
        elf.get(from..from + length)
    };
    let mut names = Vec::new();
    for i in 0..count {
        if word(table + i * size + 4)? != SYMBOLS {
            continue;
        }
        let texts = section(word(table + i * size + 24)? as usize)?;
        for symbol in section(i)?.as_chunks::<16>().0 {
            let [a, b, c, d, .., info, _, index, more] = *symbol;
            if info & 0xf == FUNCTION && [index, more] != [0, 0] {
                let text = texts.get(u32::from_le_bytes([a, b, c, d]) as usize..)?;
                let end = text.iter().position(|&byte| byte == 0)?;
                names.push(String::from_utf8_lossy(&text[..end]).into_owned());
            }
        }
    }
    Some(names)
}
