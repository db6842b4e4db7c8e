//! The entries. Facts only; how to read them is in the module above.

use super::{Check, Crc, Entry, Inversion, Kind, Shift, Tap};
use crate::{bit_order::BitOrder, register::Form};

/// The characteristic polynomial with these lags, the last of them n.
const fn lags<const T: usize>(lags: [u32; T]) -> u128 {
    let n = lags[T - 1];
    let (mut c, mut i) = (1u128 << n, 0);
    while i < T {
        c |= 1 << (n - lags[i]);
        i += 1;
    }
    c
}

/// What most entries have: Fibonacci form, shifting right, the bit that leaves, any seed.
const PLAIN: Entry = Entry {
    name: "",
    aliases: &[],
    kind: Kind::Pattern,
    used: "",
    printed: "",
    characteristic: 0b11,
    form: Form::Fibonacci,
    xnor: false,
    shift: Shift::Right,
    tap: Tap::Leaving,
    seed: None,
    inversion: Inversion::Plain,
    order: None,
    zero_limit: 0,
    source: "",
    check: Check::None,
};

/// Every standard sequence known here.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "PRBS6",
        kind: Kind::Pattern,
        used: "FPGA test benches",
        printed: "x^6+x^5+1",
        characteristic: lags([5, 6]),
        source: "verilog-lfsr, table of rtl/lfsr.v",
        ..PLAIN
    },
    Entry {
        name: "PRBS7",
        aliases: &["PN7"],
        kind: Kind::Pattern,
        used: "serial links, 8B/10B systems",
        printed: "x^7+x^6+1",
        characteristic: lags([6, 7]),
        inversion: Inversion::Disputed("Keysight J-BERT N4903B sends it inverted"),
        source: "Xilinx XAPP884; Keysight J-BERT manual; TI ADC12J data sheet",
        check: Check::Bits {
            text: "1000001100001010001111001000101100111010100111110100001110001001001101101011011110110001101001011101110011001010101111111000000",
            backwards: false,
            source: "libosmocore, tests/prbs/prbs_test.ok; Math::PRBS t/prbs.t",
        },
        ..PLAIN
    },
    Entry {
        name: "PRBS9",
        aliases: &["O.150-9", "M17-BERT"],
        kind: Kind::Pattern,
        used: "data circuits to 14.4 kbit/s, M17 radio",
        printed: "x^9+x^5+1",
        characteristic: lags([5, 9]),
        source: "ITU-T O.150; M17 specification, BERT appendix",
        check: Check::Bits {
            text: "1000010001100001001110010101011000011011110100110111001000101000010101101001111110110010010010110111111001001101010011001100000001",
            backwards: false,
            source: "libosmocore, tests/prbs/prbs_test.ok",
        },
        ..PLAIN
    },
    Entry {
        name: "PRBS10",
        kind: Kind::Pattern,
        used: "bit error rate testers",
        printed: "x^10+x^7+1",
        characteristic: lags([7, 10]),
        inversion: Inversion::Disputed("Keysight J-BERT N4903B sends it inverted"),
        source: "Keysight J-BERT manual, p. 94",
        ..PLAIN
    },
    Entry {
        name: "PRBS11",
        aliases: &["O.152", "10GBASE-KR-training"],
        kind: Kind::Pattern,
        used: "data circuits at 64 kbit/s; 10GBASE-KR link training",
        printed: "x^11+x^9+1",
        characteristic: lags([9, 11]),
        inversion: Inversion::Disputed("Keysight J-BERT N4903B sends it inverted"),
        source: "ITU-T O.152; Xilinx XAPP884; AMD PG292",
        check: Check::Bits {
            text: "1000000001010000001000100001010101001000000011010000011100100011011101011101010001010000101000100100010101101010000110000100111100",
            backwards: false,
            source: "libosmocore, tests/prbs/prbs_test.ok",
        },
        ..PLAIN
    },
    Entry {
        name: "PRBS11.0",
        kind: Kind::Pattern,
        used: "training of lane 0 of 100GBASE-KR4 and CR4",
        printed: "1+x^5+x^6+x^10+x^11",
        characteristic: lags([5, 6, 10, 11]),
        source: "IEEE 802.3, table 92-4 (the standard itself was not read)",
        ..PLAIN
    },
    Entry {
        name: "PRBS11.1",
        kind: Kind::Pattern,
        used: "training of lane 1 of 100GBASE-KR4 and CR4",
        printed: "1+x^5+x^6+x^9+x^11",
        characteristic: lags([5, 6, 9, 11]),
        source: "IEEE 802.3, table 92-4 (the standard itself was not read)",
        ..PLAIN
    },
    Entry {
        name: "PRBS11.2",
        kind: Kind::Pattern,
        used: "training of lane 2 of 100GBASE-KR4 and CR4",
        printed: "1+x^4+x^6+x^8+x^11",
        characteristic: lags([4, 6, 8, 11]),
        source: "IEEE 802.3, table 92-4 (the standard itself was not read)",
        ..PLAIN
    },
    Entry {
        name: "PRBS11.3",
        kind: Kind::Pattern,
        used: "training of lane 3 of 100GBASE-KR4 and CR4",
        printed: "1+x^4+x^6+x^7+x^11",
        characteristic: lags([4, 6, 7, 11]),
        source: "IEEE 802.3, table 92-4 (the standard itself was not read)",
        ..PLAIN
    },
    Entry {
        name: "PRBS13",
        aliases: &["PRBS13Q-base", "PRBS13.0"],
        kind: Kind::Pattern,
        used: "Ethernet at 50 Gbit/s a lane (PRBS13Q is this, in Gray-coded pairs); training of lane 0 of PAM4 Ethernet",
        printed: "x^13+x^12+x^2+x+1",
        characteristic: lags([1, 2, 12, 13]),
        source: "IEEE 802.3, 120.5.11.2",
        ..PLAIN
    },
    Entry {
        name: "PRBS13.1",
        kind: Kind::Pattern,
        used: "training of lane 1 of PAM4 Ethernet",
        printed: "1+x^2+x^3+x^7+x^13",
        characteristic: lags([2, 3, 7, 13]),
        source: "IEEE 802.3, 94.3.10.8 and table 136-8 (the standard itself was not read)",
        ..PLAIN
    },
    Entry {
        name: "PRBS13.2",
        kind: Kind::Pattern,
        used: "training of lane 2 of PAM4 Ethernet",
        printed: "1+x^2+x^4+x^8+x^13",
        characteristic: lags([2, 4, 8, 13]),
        source: "IEEE 802.3, 94.3.10.8 and table 136-8 (the standard itself was not read)",
        ..PLAIN
    },
    Entry {
        name: "PRBS13.3",
        kind: Kind::Pattern,
        used: "training of lane 3 of PAM4 Ethernet",
        printed: "1+x^2+x^5+x^9+x^13",
        characteristic: lags([2, 5, 9, 13]),
        source: "IEEE 802.3, 94.3.10.8 and table 136-8 (the standard itself was not read)",
        ..PLAIN
    },
    Entry {
        name: "PRBS15",
        aliases: &["O.151-15"],
        kind: Kind::Pattern,
        used: "1.5 and 2 Mbit/s digital paths",
        printed: "x^15+x^14+1",
        characteristic: lags([14, 15]),
        inversion: Inversion::Inverted,
        source: "ITU-T O.150, O.151; Xilinx XAPP884",
        check: Check::Bits {
            text: "1000000000000011000000000000101000000000001111000000000010001000000000110011000000001010101000000011111111000000100000001000001100",
            backwards: false,
            source: "libosmocore, tests/prbs/prbs_test.ok",
        },
        ..PLAIN
    },
    Entry {
        name: "PRBS17",
        kind: Kind::Pattern,
        used: "FPGA test benches",
        printed: "x^17+x^14+1",
        characteristic: lags([14, 17]),
        source: "verilog-lfsr, table of rtl/lfsr.v",
        ..PLAIN
    },
    Entry {
        name: "PRBS20",
        aliases: &["O.153"],
        kind: Kind::Pattern,
        used: "data circuits to 72 kbit/s",
        printed: "x^20+x^3+1",
        characteristic: lags([3, 20]),
        source: "ITU-T O.150, O.153; Xilinx XAPP884",
        check: Check::Bits {
            text: "000000000000000000010010010010010010010110010110010110010111011110010111011110000",
            backwards: false,
            source: "OEIS A011733",
        },
        ..PLAIN
    },
    Entry {
        name: "QRSS",
        aliases: &["PRBS20-QRSS", "QRW"],
        kind: Kind::Pattern,
        used: "T1 lines; a 1 is forced before 14 zeros",
        printed: "x^20+x^17+1",
        characteristic: lags([17, 20]),
        zero_limit: 14,
        source: "ITU-T O.151; ATIS TR25",
        check: Check::Bits {
            text: "000000000000000000010010010010010010010110010110010110010111011110010111011110000",
            backwards: true,
            source: "OEIS A011733, read backwards",
        },
        ..PLAIN
    },
    Entry {
        name: "PRBS23",
        aliases: &["O.151-23"],
        kind: Kind::Pattern,
        used: "34 and 140 Mbit/s digital paths",
        printed: "x^23+x^18+1",
        characteristic: lags([18, 23]),
        inversion: Inversion::Inverted,
        source: "ITU-T O.150 5.6, O.151; Xilinx XAPP884 (Tektronix GB1400 manual: not inverted)",
        check: Check::Bits {
            text: "000000000000000000000010000100001000010000100101000010010100001001011000110101000",
            backwards: true,
            source: "OEIS A011736, read backwards",
        },
        ..PLAIN
    },
    Entry {
        name: "PRBS29",
        kind: Kind::Pattern,
        used: "high-rate digital paths",
        printed: "x^29+x^27+1",
        characteristic: lags([27, 29]),
        inversion: Inversion::Inverted,
        source: "ITU-T O.150; Xilinx XAPP884",
        check: Check::Bits {
            text: "000000000000000000000000000010101010101010101010101010101110111011101110111011101",
            backwards: true,
            source: "OEIS A011742, read backwards",
        },
        ..PLAIN
    },
    Entry {
        name: "PRBS31",
        aliases: &["O.150-31", "PRBS31Q-base"],
        kind: Kind::Pattern,
        used: "10 Gbit/s Ethernet and above",
        printed: "x^31+x^28+1",
        characteristic: lags([28, 31]),
        inversion: Inversion::Inverted,
        source: "ITU-T O.150; Xilinx XAPP884; IEEE 802.3",
        check: Check::Bits {
            text: "000000000000000000000000000000100100100100100100100100100100110100110100110100110",
            backwards: true,
            source: "OEIS A011744, read backwards",
        },
        ..PLAIN
    },
    Entry {
        name: "SONET",
        aliases: &["SDH", "SONET-scrambler"],
        kind: Kind::Additive,
        used: "SONET/SDH frames, Ethernet WAN PHY",
        printed: "1+x^6+x^7",
        characteristic: lags([6, 7]),
        seed: Some(0x7f),
        order: Some(BitOrder::Msb),
        source: "ITU-T G.707; IEEE 802.3 clause 50",
        ..PLAIN
    },
    Entry {
        name: "100BASE-TX",
        aliases: &["X3.263"],
        kind: Kind::Additive,
        used: "100 Mbit/s Ethernet over two pairs",
        printed: "x^11+x^9+1",
        characteristic: lags([9, 11]),
        source: "ANSI X3.263; Forty-Bot/ethernet rtl/scramble.v",
        ..PLAIN
    },
    Entry {
        name: "1000BASE-T-master",
        aliases: &["100BASE-T1-master"],
        kind: Kind::Additive,
        used: "Gigabit Ethernet over four pairs, automotive Ethernet",
        printed: "x^33+x^13+1",
        characteristic: lags([13, 33]),
        source: "IEEE 802.3 40.3.1.3; ngscopeclient decoder",
        ..PLAIN
    },
    Entry {
        name: "1000BASE-T-slave",
        aliases: &["100BASE-T1-slave"],
        kind: Kind::Additive,
        used: "Gigabit Ethernet over four pairs, automotive Ethernet",
        printed: "x^33+x^20+1",
        characteristic: lags([20, 33]),
        source: "IEEE 802.3 40.3.1.3; ngscopeclient decoder",
        ..PLAIN
    },
    Entry {
        name: "PCIe-Gen1",
        aliases: &["PCIe-Gen2", "USB3", "DisplayPort"],
        kind: Kind::Additive,
        used: "PCI Express at 2.5 and 5 GT/s, USB 3 Gen 1, DisplayPort",
        printed: "x^16+x^5+x^4+x^3+1",
        characteristic: lags([11, 12, 13, 16]),
        form: Form::Galois,
        shift: Shift::Left,
        seed: Some(0xffff),
        order: Some(BitOrder::Lsb),
        source: "PCI Express base specification; hamsternz/FPGA_DisplayPort",
        check: Check::Bytes {
            seed: 0xffff,
            bytes: &[0xFF, 0x17, 0xC0, 0x14, 0xB2, 0xE7, 0x02, 0x82, 0x72, 0x6E, 0x28, 0xA6, 0xBE, 0x6D, 0xBF, 0x8D],
            order: BitOrder::Lsb,
            source: "hamsternz/FPGA_DisplayPort src/scrambler.vhd; chipsalliance/chisel issue 2483",
        },
        ..PLAIN
    },
    Entry {
        name: "PCIe-Gen3",
        aliases: &["PCIe-Gen4", "PCIe-Gen5", "128b130b", "UCIe"],
        kind: Kind::Additive,
        used: "PCI Express from 8 GT/s, UCIe",
        printed: "x^23+x^21+x^16+x^8+x^5+x^2+1",
        characteristic: lags([2, 7, 15, 18, 21, 23]),
        form: Form::Galois,
        shift: Shift::Left,
        order: Some(BitOrder::Lsb),
        source: "Intel Stratix V handbook; verilog-lfsr; seeds of lanes 0 to 7, then again: 1DBFBC, 0607BB, 1EC760, 18C0DB, 010F12, 19CFC9, 0277CE, 1BB807 (mgtm98/pcie5_phy; UCIe: uciedigital UcieLFSR.scala)",
        ..PLAIN
    },
    Entry {
        name: "SATA",
        kind: Kind::Additive,
        used: "Serial ATA",
        printed: "x^16+x^15+x^13+x^4+1",
        characteristic: lags([1, 3, 12, 16]),
        form: Form::Galois,
        shift: Shift::Left,
        seed: Some(0xffff),
        order: Some(BitOrder::Lsb),
        source: "Serial ATA specification; litesata",
        check: Check::Bytes {
            seed: 0xffff,
            bytes: &[0x8D, 0x76, 0xD2, 0xC2, 0x68, 0xB3, 0x26, 0x1F, 0x6C, 0x43, 0x08, 0xA5],
            order: BitOrder::Lsb,
            source: "litesata test/model/scrambler.c: dwords C2D2768D 1F26B368 A508436C",
        },
        ..PLAIN
    },
    Entry {
        name: "802.11",
        aliases: &["wifi", "IEEE-802.11"],
        kind: Kind::Additive,
        used: "wireless LAN, OFDM data scrambler",
        printed: "x^7+x^4+1",
        characteristic: lags([4, 7]),
        shift: Shift::Left,
        tap: Tap::Entering,
        seed: Some(0x7f),
        source: "IEEE 802.11 17.3.5.5",
        check: Check::Bytes {
            seed: 0x7f,
            bytes: &[0x0E, 0xF2, 0xC9, 0x02, 0x26, 0x2E, 0xB6, 0x0C, 0xD4, 0xE7, 0xB4, 0x2A, 0xFA, 0x51, 0xB8],
            order: BitOrder::Msb,
            source: "IEEE 802.11 17.3.5.5 as quoted in liquid-dsp and others",
        },
        ..PLAIN
    },
    Entry {
        name: "BLE-whitening",
        aliases: &["BLE", "Bluetooth"],
        kind: Kind::Additive,
        used: "Bluetooth; bit 6 of the contents is 1, the others are the channel",
        printed: "x^7+x^4+1",
        characteristic: lags([3, 7]),
        form: Form::Galois,
        order: Some(BitOrder::Lsb),
        source: "Bluetooth Core Vol 6 B 3.2",
        check: Check::Bytes {
            seed: 0x42,
            bytes: &[
                0xd2, 0x57, 0xa1, 0x3d, 0xa7, 0x66, 0xb0, 0x75, 0x31, 0x11, 0x48, 0x96, 0x77, 0xf8, 0xe3, 0x46, 0xe9,
                0xab, 0xd0, 0x9e,
            ],
            order: BitOrder::Lsb,
            source: "table of kgat96/ubermini firmware/v2pro3_ble/ble.c, channel 2",
        },
        ..PLAIN
    },
    Entry {
        name: "PN9",
        aliases: &["PN9-whitening", "CC1101", "IBM-whitening"],
        kind: Kind::Additive,
        used: "TI CC11xx, Silicon Labs Si446x radios",
        printed: "x^9+x^5+1",
        characteristic: lags([4, 9]),
        seed: Some(0x1ff),
        order: Some(BitOrder::Lsb),
        source: "TI design note on whitening",
        check: Check::Bytes {
            seed: 0x1ff,
            bytes: &[0xFF, 0xE1, 0x1D, 0x9A, 0xED, 0x85, 0x33, 0x24],
            order: BitOrder::Lsb,
            source: "TI application note as quoted on StackOverflow 67319054; gr-satellites",
        },
        ..PLAIN
    },
    Entry {
        name: "CCSDS-TM",
        aliases: &["CCSDS", "CCSDS-randomizer"],
        kind: Kind::Additive,
        used: "telemetry of spacecraft",
        printed: "h(x)=x^8+x^7+x^5+x^3+1",
        characteristic: lags([1, 3, 5, 8]),
        seed: Some(0xff),
        order: Some(BitOrder::Msb),
        source: "CCSDS 131.0-B",
        check: Check::Bytes {
            seed: 0xff,
            bytes: &[0xFF, 0x48, 0x0E, 0xC0, 0x9A],
            order: BitOrder::Msb,
            source: "CCSDS 130.1-G-1 p. 8-2",
        },
        ..PLAIN
    },
    Entry {
        name: "CCSDS-TC",
        aliases: &["CCSDS-BTG"],
        kind: Kind::Additive,
        used: "telecommands to spacecraft",
        printed: "h(x)=x^8+x^6+x^4+x^3+x^2+x+1",
        characteristic: lags([2, 4, 5, 6, 7, 8]),
        seed: Some(0xff),
        order: Some(BitOrder::Msb),
        source: "CCSDS 201.0-B-3 p. 3-3",
        check: Check::Bytes {
            seed: 0xff,
            bytes: &[0xFF, 0x39, 0x9E, 0x5A, 0x68],
            order: BitOrder::Msb,
            source: "CCSDS 201.0-B-3 p. 3-3",
        },
        ..PLAIN
    },
    Entry {
        name: "DVB",
        aliases: &["DVB-S", "DVB-T", "DVB-S2"],
        kind: Kind::Additive,
        used: "energy dispersal of DVB",
        printed: "1+x^14+x^15",
        characteristic: lags([14, 15]),
        tap: Tap::Entering,
        seed: Some(0x4a80),
        order: Some(BitOrder::Msb),
        source: "EN 300 421; Comtech SDM-9000 manual A-19",
        check: Check::Bytes {
            seed: 0x4a80,
            bytes: &[
                0x03, 0xF6, 0x08, 0x34, 0x30, 0xB8, 0xA3, 0x93, 0xC9, 0x68, 0xB7, 0x73, 0xB3, 0x29, 0xAA, 0xF5, 0xFE,
                0x3C, 0x04, 0x88,
            ],
            order: BitOrder::Msb,
            source: "test vectors of several public DVB decoders",
        },
        ..PLAIN
    },
    Entry {
        name: "DVB-T-pilot",
        kind: Kind::Additive,
        used: "pilots of DVB-T",
        printed: "x^11+x^2+1",
        characteristic: lags([9, 11]),
        seed: Some(0x7ff),
        source: "EN 300 744; GNU Radio dvbt_reference_signals_impl.cc",
        ..PLAIN
    },
    Entry {
        name: "TETRA",
        aliases: &["TETRA-BSCH"],
        kind: Kind::Additive,
        used: "TETRA: the seed is BSCH's; elsewhere MCC << 22 | MNC << 8 | colour code << 2 | 3",
        printed: "1+x+x^2+x^4+x^5+x^7+x^8+x^10+x^11+x^12+x^16+x^22+x^23+x^26+x^32",
        characteristic: lags([1, 2, 4, 5, 7, 8, 10, 11, 12, 16, 22, 23, 26, 32]),
        tap: Tap::Entering,
        seed: Some(3),
        source: "EN 300 392-2, 8.2.5; osmo-tetra lower_mac/tetra_scramb.c",
        ..PLAIN
    },
    Entry {
        name: "P25-PN44",
        aliases: &["P25-Phase-2"],
        kind: Kind::Additive,
        used: "P25 phase 2, from WACN << 24 | system << 12 | colour code (0: all ones)",
        printed: "1+x^10+x^24+x^29+x^35+x^40+x^44",
        characteristic: lags([10, 24, 29, 35, 40, 44]),
        shift: Shift::Left,
        source: "TIA-102.BBAC-1, 7.2.5; op25 lfsr.py",
        ..PLAIN
    },
    Entry {
        name: "NXDN",
        kind: Kind::Additive,
        used: "NXDN radio, a bit for each symbol: its sign",
        printed: "x^9+x^4+1",
        characteristic: lags([5, 9]),
        seed: Some(0xe4),
        source: "NXDN technical specification, as op25 has it",
        check: Check::Bytes {
            seed: 0xe4,
            bytes: &[
                0x27, 0x2A, 0xC3, 0x7A, 0x6E, 0x45, 0x0A, 0xD3, 0xF6, 0x49, 0x6F, 0xC9, 0xA9, 0x98, 0x0C, 0x65, 0x1A,
                0x5F, 0xD1, 0x63, 0xAC, 0xB3,
            ],
            order: BitOrder::Msb,
            source: "op25 nxdn.cc, table of the symbols that are inverted, 176 of 182 as bits",
        },
        ..PLAIN
    },
    Entry {
        name: "64b66b",
        aliases: &["10GBASE-R", "Interlaken"],
        kind: Kind::Multiplicative,
        used: "10 Gbit/s Ethernet and above, Interlaken",
        printed: "1+x^39+x^58",
        characteristic: lags([39, 58]),
        source: "IEEE 802.3 49.2.6; verilog-lfsr",
        ..PLAIN
    },
    Entry {
        name: "JESD204",
        aliases: &["JESD204B"],
        kind: Kind::Multiplicative,
        used: "data converters",
        printed: "1+x^14+x^15",
        characteristic: lags([14, 15]),
        source: "JESD204B; slaclab code",
        ..PLAIN
    },
    Entry {
        name: "G3RUH",
        aliases: &["FSK9600"],
        kind: Kind::Multiplicative,
        used: "amateur packet radio at 9600 baud",
        printed: "1+x^12+x^17",
        characteristic: lags([12, 17]),
        source: "gr-satellites descrambler",
        ..PLAIN
    },
    Entry {
        name: "IRIG-106",
        aliases: &["RNRZ-L"],
        kind: Kind::Multiplicative,
        used: "randomised NRZ-L of telemetry",
        printed: "x^15+x^14+1",
        characteristic: lags([14, 15]),
        source: "IRIG Standard 106, randomised NRZ-L",
        ..PLAIN
    },
    Entry {
        name: "SMPTE-259M",
        aliases: &["SDI", "SMPTE-292M"],
        kind: Kind::Multiplicative,
        used: "serial digital video; NRZI follows",
        printed: "x^9+x^4+1",
        characteristic: lags([5, 9]),
        source: "SMPTE 259M; SMPTE RP 198 (check field)",
        ..PLAIN
    },
    Entry {
        name: "V.34-call",
        aliases: &["V.32-call", "V.29"],
        kind: Kind::Multiplicative,
        used: "modems of ITU-T V.32 and V.34, the calling one",
        printed: "1+x^-18+x^-23",
        characteristic: lags([18, 23]),
        source: "ITU-T V.32, V.34",
        ..PLAIN
    },
    Entry {
        name: "V.34-answer",
        aliases: &["V.32-answer"],
        kind: Kind::Multiplicative,
        used: "modems of ITU-T V.32 and V.34, the answering one",
        printed: "1+x^-5+x^-23",
        characteristic: lags([5, 23]),
        source: "ITU-T V.32, V.34",
        ..PLAIN
    },
    Entry {
        name: "GPS-G1",
        kind: Kind::Code,
        used: "GPS C/A code, first register",
        printed: "1+x^3+x^10",
        characteristic: lags([3, 10]),
        seed: Some(0x3ff),
        source: "IS-GPS-200",
        ..PLAIN
    },
    Entry {
        name: "GPS-G2",
        kind: Kind::Code,
        used: "GPS C/A code, second register",
        printed: "1+x^2+x^3+x^6+x^8+x^9+x^10",
        characteristic: lags([2, 3, 6, 8, 9, 10]),
        seed: Some(0x3ff),
        source: "IS-GPS-200",
        ..PLAIN
    },
    Entry {
        name: "GPS-L5-XA",
        kind: Kind::Code,
        used: "GPS L5 codes, first register; set again after 8,190 chips",
        printed: "1+x^9+x^10+x^12+x^13",
        characteristic: lags([9, 10, 12, 13]),
        seed: Some(0x1fff),
        source: "IS-GPS-705; cu-sense-lab/GNSSTools.jl",
        ..PLAIN
    },
    Entry {
        name: "GPS-L5-XB",
        kind: Kind::Code,
        used: "GPS L5 codes, second register, from the satellite's contents",
        printed: "1+x+x^3+x^4+x^6+x^7+x^8+x^12+x^13",
        characteristic: lags([1, 3, 4, 6, 7, 8, 12, 13]),
        source: "IS-GPS-705; cu-sense-lab/GNSSTools.jl",
        ..PLAIN
    },
    Entry {
        name: "LTE-x1",
        aliases: &["NR-x1"],
        kind: Kind::Code,
        used: "Gold sequences of LTE and 5G NR, first register; they begin at step 1600",
        printed: "x1(n+31) = x1(n+3) + x1(n)",
        characteristic: lags([28, 31]),
        seed: Some(1),
        source: "3GPP TS 36.211 7.2, TS 38.211 5.2.1",
        ..PLAIN
    },
    Entry {
        name: "LTE-x2",
        aliases: &["NR-x2"],
        kind: Kind::Code,
        used: "Gold sequences of LTE and 5G NR, second register, from c_init; they begin at step 1600",
        printed: "x2(n+31) = x2(n+3) + x2(n+2) + x2(n+1) + x2(n)",
        characteristic: lags([28, 29, 30, 31]),
        source: "3GPP TS 36.211 7.2, TS 38.211 5.2.1",
        ..PLAIN
    },
    Entry {
        name: "STM32-DAC",
        aliases: &["STM32-noise"],
        kind: Kind::Chip,
        used: "noise of the STM32 digital-to-analogue converters",
        printed: "x^12+x^6+x^4+x+1",
        characteristic: lags([6, 8, 11, 12]),
        seed: Some(0xaaa),
        source: "ST RM0364, RM0440, RM0456",
        check: Check::States(&[0xaaa, 0xd55, 0xeaa, 0xf55], "ST RM0456 fig. 312 and 313"),
        ..PLAIN
    },
    Entry {
        name: "NES-long",
        aliases: &["NES"],
        kind: Kind::Chip,
        used: "noise channel of the NES, mode 0",
        printed: "feedback bit 0 + bit 1",
        characteristic: lags([14, 15]),
        seed: Some(0x1),
        source: "nesdev.org, APU Noise",
        check: Check::Cycles(&[(1, 1), (32767, 1)], "nesdev.org, APU Noise"),
        ..PLAIN
    },
    Entry {
        name: "NES-short",
        kind: Kind::Chip,
        used: "noise channel of the NES, mode 1 (reducible)",
        printed: "feedback bit 0 + bit 6",
        characteristic: lags([9, 15]),
        seed: Some(0x1),
        source: "nesdev.org, APU Noise",
        check: Check::Cycles(&[(1, 1), (31, 1), (93, 352)], "nesdev.org, APU Noise: 93 or 31 steps"),
        ..PLAIN
    },
    Entry {
        name: "GameBoy-long",
        aliases: &["GameBoy"],
        kind: Kind::Chip,
        used: "noise channel of the Game Boy, 15 bits",
        printed: "feedback bit 0 XNOR bit 1",
        characteristic: lags([14, 15]),
        xnor: true,
        seed: Some(0x0),
        source: "gbdev/pandocs, Audio details",
        ..PLAIN
    },
    Entry {
        name: "GameBoy-short",
        kind: Kind::Chip,
        used: "noise channel of the Game Boy, 7 bits",
        printed: "feedback bit 0 XNOR bit 1",
        characteristic: lags([6, 7]),
        xnor: true,
        seed: Some(0x0),
        source: "gbdev/pandocs, Audio details",
        ..PLAIN
    },
    Entry {
        name: "Wikipedia-16",
        kind: Kind::Chip,
        used: "the example of many texts and programs",
        printed: "x^16+x^14+x^13+x^11+1",
        characteristic: lags([11, 13, 14, 16]),
        form: Form::Galois,
        seed: Some(0xace1),
        source: "Wikipedia, Linear-feedback shift register; crypto.SE 29066",
        ..PLAIN
    },
    Entry {
        name: "CRC-32",
        aliases: &["CRC-32/ISO-HDLC", "zlib"],
        kind: Kind::Crc,
        used: "Ethernet, zip, PNG",
        printed: "0x04C11DB7",
        characteristic: lags([6, 9, 10, 16, 20, 21, 22, 24, 25, 27, 28, 30, 31, 32]),
        form: Form::Galois,
        order: Some(BitOrder::Lsb),
        source: "crc-catalog ed4ad631",
        check: Check::Crc(Crc { reflected: true, init: 0xffffffff, xor_out: 0xffffffff, check: 0xcbf43926 }),
        ..PLAIN
    },
    Entry {
        name: "CRC-32/MPEG-2",
        aliases: &["STM32-CRC"],
        kind: Kind::Crc,
        used: "MPEG-2; the STM32 CRC unit as it comes",
        printed: "0x04C11DB7",
        characteristic: lags([6, 9, 10, 16, 20, 21, 22, 24, 25, 27, 28, 30, 31, 32]),
        form: Form::Galois,
        order: Some(BitOrder::Msb),
        source: "crc-catalog ed4ad631",
        check: Check::Crc(Crc { reflected: false, init: 0xffffffff, xor_out: 0x0, check: 0x376e6e7 }),
        ..PLAIN
    },
    Entry {
        name: "CRC-32C",
        aliases: &["CRC-32/ISCSI", "Castagnoli"],
        kind: Kind::Crc,
        used: "iSCSI, SCTP, ext4",
        printed: "0x1EDC6F41",
        characteristic: lags([4, 5, 6, 7, 9, 10, 12, 13, 14, 18, 19, 21, 22, 23, 24, 26, 32]),
        form: Form::Galois,
        order: Some(BitOrder::Lsb),
        source: "crc-catalog ed4ad631",
        check: Check::Crc(Crc { reflected: true, init: 0xffffffff, xor_out: 0xffffffff, check: 0xe3069283 }),
        ..PLAIN
    },
    Entry {
        name: "CRC-16/XMODEM",
        aliases: &["CCITT"],
        kind: Kind::Crc,
        used: "XMODEM",
        printed: "0x1021",
        characteristic: lags([4, 11, 16]),
        form: Form::Galois,
        order: Some(BitOrder::Msb),
        source: "crc-catalog ed4ad631",
        check: Check::Crc(Crc { reflected: false, init: 0x0, xor_out: 0x0, check: 0x31c3 }),
        ..PLAIN
    },
    Entry {
        name: "CRC-16/ARC",
        aliases: &["CRC-16/IBM"],
        kind: Kind::Crc,
        used: "ARC, many field buses",
        printed: "0x8005",
        characteristic: lags([1, 14, 16]),
        form: Form::Galois,
        order: Some(BitOrder::Lsb),
        source: "crc-catalog ed4ad631",
        check: Check::Crc(Crc { reflected: true, init: 0x0, xor_out: 0x0, check: 0xbb3d }),
        ..PLAIN
    },
    Entry {
        name: "CRC-8/SMBUS",
        aliases: &["CRC-8"],
        kind: Kind::Crc,
        used: "SMBus",
        printed: "0x07",
        characteristic: lags([6, 7, 8]),
        form: Form::Galois,
        order: Some(BitOrder::Msb),
        source: "crc-catalog ed4ad631",
        check: Check::Crc(Crc { reflected: false, init: 0x0, xor_out: 0x0, check: 0xf4 }),
        ..PLAIN
    },
    Entry {
        name: "CRC-24/BLE",
        kind: Kind::Crc,
        used: "Bluetooth Low Energy",
        printed: "0x00065B",
        characteristic: lags([14, 15, 18, 20, 21, 23, 24]),
        form: Form::Galois,
        order: Some(BitOrder::Lsb),
        source: "crc-catalog ed4ad631",
        check: Check::Crc(Crc { reflected: true, init: 0x555555, xor_out: 0x0, check: 0xc25a56 }),
        ..PLAIN
    },
];
