use std::collections::BTreeMap;

use super::*;
use crate::bits::checksum::Sum;

/// Check and residue of the catalogue, as the crate has them.
macro_rules! published {
    ($($name:ident)*) => {
        [$((stringify!($name), crc::$name.check as u128, crc::$name.residue as u128)),*]
    };
}

const PUBLISHED: [(&str, u128, u128); 113] = published!(
    CRC_3_GSM CRC_3_ROHC CRC_4_G_704 CRC_4_INTERLAKEN CRC_5_EPC_C1G2 CRC_5_G_704 CRC_5_USB CRC_6_CDMA2000_A CRC_6_CDMA2000_B CRC_6_DARC CRC_6_G_704 CRC_6_GSM CRC_7_MMC CRC_7_ROHC CRC_7_UMTS CRC_8_AUTOSAR CRC_8_BLUETOOTH CRC_8_CDMA2000 CRC_8_DARC CRC_8_DVB_S2 CRC_8_GSM_A CRC_8_GSM_B CRC_8_HITAG CRC_8_I_432_1 CRC_8_I_CODE CRC_8_LTE CRC_8_MAXIM_DOW CRC_8_MIFARE_MAD CRC_8_NRSC_5 CRC_8_OPENSAFETY CRC_8_ROHC CRC_8_SAE_J1850 CRC_8_SMBUS CRC_8_TECH_3250 CRC_8_WCDMA CRC_10_ATM CRC_10_CDMA2000 CRC_10_GSM CRC_11_FLEXRAY CRC_11_UMTS CRC_12_CDMA2000 CRC_12_DECT CRC_12_GSM CRC_12_UMTS CRC_13_BBC CRC_14_DARC CRC_14_GSM CRC_15_CAN CRC_15_MPT1327 CRC_16_ARC CRC_16_CDMA2000 CRC_16_CMS CRC_16_DDS_110 CRC_16_DECT_R CRC_16_DECT_X CRC_16_DNP CRC_16_EN_13757 CRC_16_GENIBUS CRC_16_GSM CRC_16_IBM_3740 CRC_16_IBM_SDLC CRC_16_ISO_IEC_14443_3_A CRC_16_KERMIT CRC_16_LJ1200 CRC_16_M17 CRC_16_MAXIM_DOW CRC_16_MCRF4XX CRC_16_MODBUS CRC_16_NRSC_5 CRC_16_OPENSAFETY_A CRC_16_OPENSAFETY_B CRC_16_PROFIBUS CRC_16_RIELLO CRC_16_SPI_FUJITSU CRC_16_T10_DIF CRC_16_TELEDISK CRC_16_TMS37157 CRC_16_UMTS CRC_16_USB CRC_16_XMODEM CRC_17_CAN_FD CRC_21_CAN_FD CRC_24_BLE CRC_24_FLEXRAY_A CRC_24_FLEXRAY_B CRC_24_INTERLAKEN CRC_24_LTE_A CRC_24_LTE_B CRC_24_OPENPGP CRC_24_OS_9 CRC_30_CDMA CRC_31_PHILIPS CRC_32_AIXM CRC_32_AUTOSAR CRC_32_BASE91_D CRC_32_BZIP2 CRC_32_CD_ROM_EDC CRC_32_CKSUM CRC_32_ISCSI CRC_32_ISO_HDLC CRC_32_JAMCRC CRC_32_MEF CRC_32_MPEG_2 CRC_32_XFER CRC_40_GSM CRC_64_ECMA_182 CRC_64_GO_ISO CRC_64_MS CRC_64_NVME CRC_64_REDIS CRC_64_WE CRC_64_XZ CRC_82_DARC
);

/// Every algorithm computes the published check and residue, under a name that is that of its constant.
#[test]
fn checks_and_residues_are_the_published_ones() {
    assert_eq!(ALGORITHMS.len(), PUBLISHED.len());
    for (entry, (name, check, residue)) in ALGORITHMS.iter().zip(PUBLISHED) {
        let algorithm = &entry.checksum.algorithm;
        assert!(is_same_name(entry.name, name), "{entry} {name}");
        assert_eq!(algorithm.check(), check, "{entry}");
        assert_eq!(algorithm.residue(), residue, "{entry}");
        let mut sum = Sum::new(&entry.checksum);
        sum.bytes(b"123456789");
        assert_eq!(sum.finish(), Ok(check), "{entry}");
    }
}

/// Another program's tables, over lengths around those of our lanes.
#[test]
fn the_crate_computes_the_same() {
    let message: Vec<u8> = (0..100).map(|i: u8| i.wrapping_mul(151) ^ i >> 2).collect();
    let ours = |name: &str, message: &[u8]| {
        let mut sum = Sum::new(&find(name).unwrap().checksum);
        sum.bytes(message);
        sum.finish().unwrap()
    };
    for length in 0..message.len() {
        let message = &message[..length];
        let theirs: [(&str, u128); 6] = [
            ("CRC-5/USB", crc::Crc::<u8>::new(&crc::CRC_5_USB).checksum(message).into()),
            ("CRC-12/UMTS", crc::Crc::<u16>::new(&crc::CRC_12_UMTS).checksum(message).into()),
            ("CRC-24/BLE", crc::Crc::<u32>::new(&crc::CRC_24_BLE).checksum(message).into()),
            ("CRC-32", crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(message).into()),
            ("CRC-40/GSM", crc::Crc::<u64>::new(&crc::CRC_40_GSM).checksum(message).into()),
            ("CRC-82/DARC", crc::Crc::<u128>::new(&crc::CRC_82_DARC).checksum(message)),
        ];
        for (name, expected) in theirs {
            assert_eq!(ours(name, message), expected, "{name} {length}");
        }
    }
}

#[test]
fn names_are_unique() {
    let mut seen = BTreeMap::new();
    for entry in all() {
        for name in entry.names() {
            let letters: String = name.to_lowercase().replace([' ', '-', '_', '/'], "");
            assert_eq!(seen.insert(letters, entry.name), None, "{name}");
        }
    }
    assert!(seen.len() > 160);
    assert_eq!(find("crc16 modbus").unwrap().name, "CRC-16/MODBUS");
    assert!(find("nothing").is_none());
}

/// Every name of a CRC in the catalogue of registers is one here, with the same polynomial.
#[test]
fn registers_and_checksums_agree() {
    for register in lfsr_core::catalogue::ENTRIES {
        let lfsr_core::catalogue::Check::Crc(said) = register.check else { continue };
        for name in register.aliases.iter().chain([&register.name]).filter(|name| name.starts_with("CRC-")) {
            let found = find(name).unwrap_or_else(|| panic!("{name}"));
            let algorithm = &found.checksum.algorithm;
            let top = 1u128 << algorithm.width();
            assert_eq!(top | algorithm.poly(), register.characteristic, "{name}");
            assert_eq!(algorithm.check(), u128::from(said.check), "{name}");
        }
    }
}
