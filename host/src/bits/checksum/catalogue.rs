//! The known checksums: every algorithm of the catalogue of CRC RevEng, and the CRC units of some chips.
//!
//! Parameters are those of the crate crc-catalog; the tests compare the check values. Aliases are those of the catalogue, as far as
//! they are in use, and a few names of programs.

use core::fmt;

use lfsr_core::{catalogue::is_same_name, crc::Algorithm};

use super::Checksum;

/// A checksum that has a name.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The name that is printed.
    pub name: &'static str,
    /// Other names it is found by.
    pub aliases: &'static [&'static str],
    /// What it is.
    pub checksum: Checksum,
    /// What a user of the chip has to know; empty for an algorithm alone.
    pub note: &'static str,
    /// Where the chip is described.
    pub source: &'static str,
}

/// The checksum of that name; case, blanks and the signs `-`, `_`, `/` do not matter.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.names().any(|known| is_same_name(known, name)))
}

/// The checksums that have a name `.../part`; case and signs do not matter.
#[must_use]
pub fn with_part(part: &str) -> Vec<&'static Entry> {
    let has = |name: &str| name.split_once('/').is_some_and(|(_, last)| is_same_name(last, part));
    all().filter(|entry| entry.names().any(has)).collect()
}

/// Algorithms first, in order of width, then units.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    ALGORITHMS.iter().chain(UNITS)
}

/// The algorithms with that generator, whatever else they do.
pub fn matching(width: u32, poly: u128) -> impl Iterator<Item = &'static Entry> {
    ALGORITHMS.iter().filter(move |entry| {
        let algorithm = &entry.checksum.algorithm;
        (algorithm.width(), algorithm.poly()) == (width, poly)
    })
}

impl Entry {
    /// The name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        core::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// An algorithm alone.
const fn entry(name: &'static str, aliases: &'static [&'static str], algorithm: Algorithm) -> Entry {
    Entry { name, aliases, checksum: Checksum::of(algorithm), note: "", source: "crc-catalog 2.5" }
}

/// The algorithm that the crate `crc` has under this name.
macro_rules! of {
    ($name:ident) => {
        algorithm(
            crc::$name.width as u32,
            [crc::$name.poly as u128, crc::$name.init as u128, crc::$name.xorout as u128],
        )
        .with_reflection(crc::$name.refin, crc::$name.refout)
    };
}

/// With these poly, init and xorout. They are known to go together: the build ends here if not.
const fn algorithm(width: u32, [poly, init, xorout]: [u128; 3]) -> Algorithm {
    let Ok(algorithm) = Algorithm::new(width, poly) else { panic!("width and poly") };
    let Ok(algorithm) = algorithm.with_init(init) else { panic!("init") };
    let Ok(algorithm) = algorithm.with_xorout(xorout) else { panic!("xorout") };
    algorithm
}

/// x^32+x^26+x^23+x^22+x^16+x^12+x^11+x^10+x^8+x^7+x^5+x^4+x^2+x+1, the generator of Ethernet.
const ETHERNET: u128 = 0x04c1_1db7;

/// CRC units of chips, as they come out of reset or as their data sheets set them up.
static UNITS: &[Entry] = &[
    Entry {
        name: "STM32-CRC",
        aliases: &["STM32"],
        checksum: Checksum::of(of!(CRC_32_MPEG_2)).by_words(4),
        note: "32-bit words written to DR from memory, as the F1, F2, F4 and L1 do; families with REV_IN take bytes, too: then it is CRC-32/MPEG-2",
        source: "ST RM0008 and RM0090, CRC calculation unit",
    },
    Entry {
        name: "RP2040-sniffer-CRC32",
        aliases: &[],
        checksum: Checksum::of(algorithm(32, [ETHERNET, 0xffff_ffff, 0])),
        note: "DMA sniffer, CALC 0, transfers of bytes, SNIFF_DATA set to 0xffffffff before",
        source: "RP2040 data sheet 2.5.5.2",
    },
    Entry {
        name: "RP2040-sniffer-CRC32R",
        aliases: &["RP2040-sniffer"],
        checksum: Checksum::of(algorithm(32, [ETHERNET, 0xffff_ffff, 0]).with_reflection(true, false)),
        note: "DMA sniffer, CALC 1 (data with their bits reversed), SNIFF_DATA set to 0xffffffff before; OUT_REV and OUT_INV reverse and complement what is read",
        source: "RP2040 data sheet 2.5.5.2",
    },
    Entry {
        name: "RP2040-sniffer-CRC16",
        aliases: &[],
        checksum: Checksum::of(algorithm(16, [0x1021, 0xffff, 0])),
        note: "DMA sniffer, CALC 2, transfers of bytes, SNIFF_DATA set to 0xffff before",
        source: "RP2040 data sheet 2.5.5.2",
    },
    Entry {
        name: "RP2040-sniffer-CRC16R",
        aliases: &[],
        checksum: Checksum::of(algorithm(16, [0x1021, 0xffff, 0]).with_reflection(true, false)),
        note: "DMA sniffer, CALC 3 (data with their bits reversed), SNIFF_DATA set to 0xffff before",
        source: "RP2040 data sheet 2.5.5.2",
    },
    Entry {
        name: "nRF24L01-CRC16",
        aliases: &["nRF-ESB", "Enhanced ShockBurst"],
        checksum: Checksum::of(algorithm(16, [0x1021, 0xffff, 0])),
        note: "over address, packet control field (9 bits) and payload, highest bit first: a message of bits (--bits)",
        source: "Nordic nRF24L01+ product specification 7.3.5",
    },
    Entry {
        name: "nRF24L01-CRC8",
        aliases: &[],
        checksum: Checksum::of(algorithm(8, [0x07, 0xff, 0])),
        note: "over address, packet control field (9 bits) and payload, highest bit first: a message of bits (--bits)",
        source: "Nordic nRF24L01+ product specification 7.3.5",
    },
    Entry {
        name: "SX127x-CCITT",
        aliases: &["SX1276-CCITT", "SX126x-CCITT", "LR1121-CCITT"],
        checksum: Checksum::of(algorithm(16, [0x1021, 0x1d0f, 0xffff])),
        note: "FSK packets, CRC of type CCITT: complemented",
        source: "Semtech LR1121 user manual 8.5.5; SX1276 data sheet 4.2.13",
    },
    Entry {
        name: "SX127x-IBM",
        aliases: &["SX1276-IBM", "SX126x-IBM", "LR1121-IBM"],
        checksum: Checksum::of(algorithm(16, [0x8005, 0xffff, 0])),
        note: "FSK packets, CRC of type IBM",
        source: "Semtech LR1121 user manual 8.5.5; SX1276 data sheet 4.2.13",
    },
    Entry {
        name: "CC1101-CRC",
        aliases: &["CC1101", "CC1100", "CC2500"],
        checksum: Checksum::of(algorithm(16, [0x8005, 0xffff, 0])),
        note: "over length, address and data, before whitening",
        source: "TI DN502 (SWRA111)",
    },
    Entry {
        name: "Ethernet-FCS",
        aliases: &["FCS"],
        checksum: Checksum::of(of!(CRC_32_ISO_HDLC)).swapped(),
        note: "its four bytes in the order in which they follow the frame on the wire",
        source: "IEEE 802.3 3.2.9",
    },
];

/// The catalogue of CRC RevEng, in its order.
static ALGORITHMS: &[Entry] = &[
    entry("CRC-3/GSM", &[], of!(CRC_3_GSM)),
    entry("CRC-3/ROHC", &[], of!(CRC_3_ROHC)),
    entry("CRC-4/G-704", &["CRC-4/ITU"], of!(CRC_4_G_704)),
    entry("CRC-4/INTERLAKEN", &[], of!(CRC_4_INTERLAKEN)),
    entry("CRC-5/EPC-C1G2", &["CRC-5/EPC"], of!(CRC_5_EPC_C1G2)),
    entry("CRC-5/G-704", &["CRC-5/ITU"], of!(CRC_5_G_704)),
    entry("CRC-5/USB", &[], of!(CRC_5_USB)),
    entry("CRC-6/CDMA2000-A", &[], of!(CRC_6_CDMA2000_A)),
    entry("CRC-6/CDMA2000-B", &[], of!(CRC_6_CDMA2000_B)),
    entry("CRC-6/DARC", &[], of!(CRC_6_DARC)),
    entry("CRC-6/G-704", &["CRC-6/ITU"], of!(CRC_6_G_704)),
    entry("CRC-6/GSM", &[], of!(CRC_6_GSM)),
    entry("CRC-7/MMC", &["CRC-7"], of!(CRC_7_MMC)),
    entry("CRC-7/ROHC", &[], of!(CRC_7_ROHC)),
    entry("CRC-7/UMTS", &[], of!(CRC_7_UMTS)),
    entry("CRC-8/AUTOSAR", &[], of!(CRC_8_AUTOSAR)),
    entry("CRC-8/BLUETOOTH", &[], of!(CRC_8_BLUETOOTH)),
    entry("CRC-8/CDMA2000", &[], of!(CRC_8_CDMA2000)),
    entry("CRC-8/DARC", &[], of!(CRC_8_DARC)),
    entry("CRC-8/DVB-S2", &[], of!(CRC_8_DVB_S2)),
    entry("CRC-8/GSM-A", &[], of!(CRC_8_GSM_A)),
    entry("CRC-8/GSM-B", &[], of!(CRC_8_GSM_B)),
    entry("CRC-8/HITAG", &[], of!(CRC_8_HITAG)),
    entry("CRC-8/I-432-1", &["CRC-8/ITU"], of!(CRC_8_I_432_1)),
    entry("CRC-8/I-CODE", &[], of!(CRC_8_I_CODE)),
    entry("CRC-8/LTE", &[], of!(CRC_8_LTE)),
    entry("CRC-8/MAXIM-DOW", &["CRC-8/MAXIM", "DOW-CRC"], of!(CRC_8_MAXIM_DOW)),
    entry("CRC-8/MIFARE-MAD", &[], of!(CRC_8_MIFARE_MAD)),
    entry("CRC-8/NRSC-5", &[], of!(CRC_8_NRSC_5)),
    entry("CRC-8/OPENSAFETY", &[], of!(CRC_8_OPENSAFETY)),
    entry("CRC-8/ROHC", &[], of!(CRC_8_ROHC)),
    entry("CRC-8/SAE-J1850", &[], of!(CRC_8_SAE_J1850)),
    entry("CRC-8/SMBUS", &["CRC-8"], of!(CRC_8_SMBUS)),
    entry("CRC-8/TECH-3250", &["CRC-8/AES", "CRC-8/EBU"], of!(CRC_8_TECH_3250)),
    entry("CRC-8/WCDMA", &[], of!(CRC_8_WCDMA)),
    entry("CRC-10/ATM", &["CRC-10", "CRC-10/I-610"], of!(CRC_10_ATM)),
    entry("CRC-10/CDMA2000", &[], of!(CRC_10_CDMA2000)),
    entry("CRC-10/GSM", &[], of!(CRC_10_GSM)),
    entry("CRC-11/FLEXRAY", &["CRC-11"], of!(CRC_11_FLEXRAY)),
    entry("CRC-11/UMTS", &[], of!(CRC_11_UMTS)),
    entry("CRC-12/CDMA2000", &[], of!(CRC_12_CDMA2000)),
    entry("CRC-12/DECT", &["X-CRC-12"], of!(CRC_12_DECT)),
    entry("CRC-12/GSM", &[], of!(CRC_12_GSM)),
    entry("CRC-12/UMTS", &["CRC-12/3GPP"], of!(CRC_12_UMTS)),
    entry("CRC-13/BBC", &[], of!(CRC_13_BBC)),
    entry("CRC-14/DARC", &[], of!(CRC_14_DARC)),
    entry("CRC-14/GSM", &[], of!(CRC_14_GSM)),
    entry("CRC-15/CAN", &["CRC-15"], of!(CRC_15_CAN)),
    entry("CRC-15/MPT1327", &[], of!(CRC_15_MPT1327)),
    entry("CRC-16/ARC", &["ARC", "CRC-16", "CRC-16/LHA", "CRC-16/IBM"], of!(CRC_16_ARC)),
    entry("CRC-16/CDMA2000", &[], of!(CRC_16_CDMA2000)),
    entry("CRC-16/CMS", &[], of!(CRC_16_CMS)),
    entry("CRC-16/DDS-110", &[], of!(CRC_16_DDS_110)),
    entry("CRC-16/DECT-R", &["R-CRC-16"], of!(CRC_16_DECT_R)),
    entry("CRC-16/DECT-X", &["X-CRC-16"], of!(CRC_16_DECT_X)),
    entry("CRC-16/DNP", &[], of!(CRC_16_DNP)),
    entry("CRC-16/EN-13757", &[], of!(CRC_16_EN_13757)),
    entry("CRC-16/GENIBUS", &["CRC-16/DARC", "CRC-16/EPC", "CRC-16/EPC-C1G2", "CRC-16/I-CODE"], of!(CRC_16_GENIBUS)),
    entry("CRC-16/GSM", &[], of!(CRC_16_GSM)),
    entry("CRC-16/IBM-3740", &["CRC-16/AUTOSAR", "CRC-16/CCITT-FALSE"], of!(CRC_16_IBM_3740)),
    entry(
        "CRC-16/IBM-SDLC",
        &["CRC-16/ISO-HDLC", "CRC-16/ISO-IEC-14443-3-B", "CRC-16/X-25", "CRC-B", "X-25"],
        of!(CRC_16_IBM_SDLC),
    ),
    entry("CRC-16/ISO-IEC-14443-3-A", &["CRC-A"], of!(CRC_16_ISO_IEC_14443_3_A)),
    entry(
        "CRC-16/KERMIT",
        &["CRC-16/BLUETOOTH", "CRC-16/CCITT", "CRC-16/CCITT-TRUE", "CRC-16/V-41-LSB", "CRC-CCITT", "KERMIT"],
        of!(CRC_16_KERMIT),
    ),
    entry("CRC-16/LJ1200", &[], of!(CRC_16_LJ1200)),
    entry("CRC-16/M17", &[], of!(CRC_16_M17)),
    entry("CRC-16/MAXIM-DOW", &["CRC-16/MAXIM"], of!(CRC_16_MAXIM_DOW)),
    entry("CRC-16/MCRF4XX", &[], of!(CRC_16_MCRF4XX)),
    entry("CRC-16/MODBUS", &["MODBUS"], of!(CRC_16_MODBUS)),
    entry("CRC-16/NRSC-5", &[], of!(CRC_16_NRSC_5)),
    entry("CRC-16/OPENSAFETY-A", &[], of!(CRC_16_OPENSAFETY_A)),
    entry("CRC-16/OPENSAFETY-B", &[], of!(CRC_16_OPENSAFETY_B)),
    entry("CRC-16/PROFIBUS", &["CRC-16/IEC-61158-2"], of!(CRC_16_PROFIBUS)),
    entry("CRC-16/RIELLO", &[], of!(CRC_16_RIELLO)),
    entry("CRC-16/SPI-FUJITSU", &["CRC-16/AUG-CCITT"], of!(CRC_16_SPI_FUJITSU)),
    entry("CRC-16/T10-DIF", &[], of!(CRC_16_T10_DIF)),
    entry("CRC-16/TELEDISK", &[], of!(CRC_16_TELEDISK)),
    entry("CRC-16/TMS37157", &[], of!(CRC_16_TMS37157)),
    entry("CRC-16/UMTS", &["CRC-16/BUYPASS", "CRC-16/VERIFONE"], of!(CRC_16_UMTS)),
    entry("CRC-16/USB", &[], of!(CRC_16_USB)),
    entry("CRC-16/XMODEM", &["CRC-16/ACORN", "CRC-16/LTE", "CRC-16/V-41-MSB", "XMODEM", "ZMODEM"], of!(CRC_16_XMODEM)),
    entry("CRC-17/CAN-FD", &[], of!(CRC_17_CAN_FD)),
    entry("CRC-21/CAN-FD", &[], of!(CRC_21_CAN_FD)),
    entry("CRC-24/BLE", &[], of!(CRC_24_BLE)),
    entry("CRC-24/FLEXRAY-A", &[], of!(CRC_24_FLEXRAY_A)),
    entry("CRC-24/FLEXRAY-B", &[], of!(CRC_24_FLEXRAY_B)),
    entry("CRC-24/INTERLAKEN", &[], of!(CRC_24_INTERLAKEN)),
    entry("CRC-24/LTE-A", &[], of!(CRC_24_LTE_A)),
    entry("CRC-24/LTE-B", &[], of!(CRC_24_LTE_B)),
    entry("CRC-24/OPENPGP", &["CRC-24"], of!(CRC_24_OPENPGP)),
    entry("CRC-24/OS-9", &[], of!(CRC_24_OS_9)),
    entry("CRC-30/CDMA", &[], of!(CRC_30_CDMA)),
    entry("CRC-31/PHILIPS", &[], of!(CRC_31_PHILIPS)),
    entry("CRC-32/AIXM", &["CRC-32Q"], of!(CRC_32_AIXM)),
    entry("CRC-32/AUTOSAR", &[], of!(CRC_32_AUTOSAR)),
    entry("CRC-32/BASE91-D", &["CRC-32D"], of!(CRC_32_BASE91_D)),
    entry("CRC-32/BZIP2", &["CRC-32/AAL5", "CRC-32/DECT-B", "B-CRC-32"], of!(CRC_32_BZIP2)),
    entry("CRC-32/CD-ROM-EDC", &[], of!(CRC_32_CD_ROM_EDC)),
    entry("CRC-32/CKSUM", &["CKSUM", "CRC-32/POSIX"], of!(CRC_32_CKSUM)),
    entry(
        "CRC-32/ISCSI",
        &["CRC-32/BASE91-C", "CRC-32/CASTAGNOLI", "CRC-32/INTERLAKEN", "CRC-32C", "CRC-32/NVME"],
        of!(CRC_32_ISCSI),
    ),
    entry(
        "CRC-32/ISO-HDLC",
        &["CRC-32", "CRC-32/ADCCP", "CRC-32/V-42", "CRC-32/XZ", "PKZIP", "zlib", "Ethernet"],
        of!(CRC_32_ISO_HDLC),
    ),
    entry("CRC-32/JAMCRC", &["JAMCRC"], of!(CRC_32_JAMCRC)),
    entry("CRC-32/MEF", &[], of!(CRC_32_MEF)),
    entry("CRC-32/MPEG-2", &[], of!(CRC_32_MPEG_2)),
    entry("CRC-32/XFER", &["XFER"], of!(CRC_32_XFER)),
    entry("CRC-40/GSM", &[], of!(CRC_40_GSM)),
    entry("CRC-64/ECMA-182", &["CRC-64"], of!(CRC_64_ECMA_182)),
    entry("CRC-64/GO-ISO", &[], of!(CRC_64_GO_ISO)),
    entry("CRC-64/MS", &[], of!(CRC_64_MS)),
    entry("CRC-64/NVME", &[], of!(CRC_64_NVME)),
    entry("CRC-64/REDIS", &[], of!(CRC_64_REDIS)),
    entry("CRC-64/WE", &[], of!(CRC_64_WE)),
    entry("CRC-64/XZ", &["CRC-64/GO-ECMA"], of!(CRC_64_XZ)),
    entry("CRC-82/DARC", &[], of!(CRC_82_DARC)),
];

#[cfg(test)]
mod tests;
