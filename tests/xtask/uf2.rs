//! UF2: the format of which the RP2040's boot loader, seen as a USB drive, takes images (Microsoft's UF2 specification; family numbers
//! in its `utils/uf2families.json`).

/// RP2040.
const FAMILY: u32 = 0xe48b_ff56;

/// Bytes of the image in each block of 512: a page of the flash.
const PAGE: usize = 256;

/// The file for an image that begins at `address`, a multiple of 256.
pub(crate) fn encode(address: u32, image: &[u8]) -> Vec<u8> {
    let blocks = image.len().div_ceil(PAGE) as u32;
    let mut file = Vec::with_capacity(512 * blocks as usize);
    for (number, page) in (0..).zip(image.chunks(PAGE)) {
        // Two magic numbers; the flag "a family follows"; where to, how much, which of how many; the family.
        let head =
            [0x0a32_4655, 0x9e5d_5157, 0x2000, address + PAGE as u32 * number, PAGE as u32, number, blocks, FAMILY];
        let start = file.len();
        file.extend(head.iter().flat_map(|word: &u32| word.to_le_bytes()));
        file.extend(page);
        // The last page is filled up, and each block up to the magic number at its end.
        file.resize(start + 508, 0);
        file.extend(0x0ab1_6f30u32.to_le_bytes());
    }
    file
}
