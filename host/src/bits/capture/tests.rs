//! A file of each format, and hostile ones.

use std::{fs, io::Write};

use lfsr_core::{algebra::BigUint, random::SplitMix64};

use super::*;

fn options(file: &std::path::Path) -> CaptureOptions {
    CaptureOptions { file: file.to_str().unwrap().into(), ..CaptureOptions::default() }
}

/// The bits of a file of that name and content, as text.
fn read(name: &str, content: &[u8], change: impl Fn(&mut CaptureOptions)) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let mut options = options(&path);
    change(&mut options);
    let all = Capture::open(&options).and_then(|mut capture| Ok((capture.readings[0], capture.read_all(u64::MAX)?)));
    let (reading, (words, bits)) = all.map_err(|error| error.to_string())?;
    let words = reading.in_time(&words, bits);
    Ok((0..bits).map(|t| if words[(t / 64) as usize] >> (t % 64) & 1 == 1 { '1' } else { '0' }).collect())
}

#[test]
fn raw_bytes_and_text() {
    let none = |_: &mut CaptureOptions| {};
    assert_eq!(read("a.bin", &[0xfe, 0x04, 0x80], none).unwrap(), "111111100000010010000000");
    let lsb = |options: &mut CaptureOptions| options.format = Format::by_name("raw-lsb");
    assert_eq!(read("a.bin", &[0xfe, 0x04], lsb).unwrap(), "0111111100100000");
    assert_eq!(read("a.txt", b"0110 1\n# 1 no\n1,0_1\r\n", none).unwrap(), "01101101");
    assert_eq!(read("a.hex", b"0xfe 04\n0a", none).unwrap(), "111111100000010000001010");
    assert_eq!(read("a", b"FE00", none).unwrap(), "1111111000000000");
    let long = read("a.txt", &b"10".repeat(300_000), none).unwrap();
    assert!(long.len() == 600_000 && long.ends_with("1010"));
    let ascii = |options: &mut CaptureOptions| options.format = Format::by_name("ascii");
    let error = read("a", b"0110\n01x1", ascii).unwrap_err();
    assert!(error.contains("line 2, column 3") && error.contains("'x'"), "{error}");
    assert_eq!(read("a", b"", none).unwrap(), "");
}

#[test]
fn tables() {
    let table = b"time,clk,d\n0,0,1\n1,1,1\n2,0,1\n3,1,0\n4,0,0\n5,1,0\n6,0,1\n7,1,1\n";
    let with = |signal: &'static str, clock: Option<&'static str>| {
        read("a.csv", table, move |options| {
            (options.signal, options.clock) = (Some(signal.into()), clock.map(Into::into));
            options.format = Format::by_name("csv");
        })
    };
    assert_eq!(with("d", None).unwrap(), "11100011");
    assert_eq!(with("3", Some("clk")).unwrap(), "1101");
    assert_eq!(with("d", Some("clk:falling")).unwrap(), "100");
    assert!(with("q", None).unwrap_err().contains("no column \"q\"; there are time, clk, d"));
    assert_eq!(read("b.csv", b"1\n0\n0\n1\n", |_| {}).unwrap(), "1001");
    let error = read("b.csv", b"1,5\n", |options| options.signal = Some("2".into())).unwrap_err();
    assert!(error.contains("line 1, column 2: found \"5\""), "{error}");
    let saleae = b"Time [s],Channel 0\n0.000,1\n0.002,0\n0.003,1\n0.0061,0\n0.0100,0\n";
    assert_eq!(read("c.csv", saleae, |options| options.rate = Some(1000.0)).unwrap(), "1101110000");
    assert!(read("c.csv", saleae, |_| {}).unwrap_err().contains("rate"));
}

#[test]
fn dumps_of_simulators() {
    let dump = b"$timescale 1ns $end $scope module top $end $var wire 1 ! clk $end $var wire 1 \" q $end \
                 $var wire 8 # bus $end $upscope $end $enddefinitions $end\n\
                 #0 0! 1\" b101 #\n#5 1!\n#6 0\"\n#10 0!\n#15 1! 1\"\n#20 0!\n#25 1!\n#30 0!\n";
    let clocked = |options: &mut CaptureOptions| {
        (options.signal, options.clock) = (Some("top.q".into()), Some("clk".into()));
    };
    // What changes at the edge itself is not seen yet.
    assert_eq!(read("a.vcd", dump, clocked).unwrap(), "101");
    assert!(read("a.vcd", dump, |options| options.signal = Some("q".into())).unwrap_err().contains("clock"));
    let error = read("a.vcd", dump, |options| options.signal = Some("r".into())).unwrap_err();
    assert!(error.contains("no signal \"r\"") && error.contains("top.clk, top.q"), "{error}");
    assert!(read("a.vcd", b"$scope module", clocked).unwrap_err().contains("line"));
    let rate = |options: &mut CaptureOptions| (options.signal, options.rate) = (Some("q".into()), Some(1e9 / 3.0));
    assert_eq!(read("a.vcd", dump, rate).unwrap(), "1100011111");
}

/// PRBS7 from all ones, four lines of a bus at a time.
const NIBBLES: [u8; 6] = [0b1111, 0b1110, 0b0000, 0b0100, 0b0001, 0b1000];

#[test]
fn buses_of_dumps() {
    let mut dump =
        b"$timescale 1ns $end $var wire 1 c clk $end $var wire 4 b l [3:0] $end $enddefinitions $end\n".to_vec();
    for (i, nibble) in NIBBLES.iter().enumerate() {
        // Simulators leave out leading zeros.
        writeln!(dump, "#{} b{nibble:b} b 0c\n#{} 1c", 10 * i, 10 * i + 5).unwrap();
    }
    let taken = |signal: &'static str| {
        read("a.vcd", &dump, move |options| (options.signal, options.clock) = (Some(signal.into()), Some("clk".into())))
    };
    let highest_first: String = NIBBLES.iter().map(|nibble| format!("{nibble:04b}")).collect();
    let lowest_first: String =
        highest_first.as_bytes().chunks(4).flat_map(|b| b.iter().rev()).map(|&b| char::from(b)).collect();
    assert_eq!(taken("l").unwrap(), highest_first);
    assert_eq!(taken("l[3:0]").unwrap(), highest_first);
    assert_eq!(taken("l [0:3]").unwrap(), lowest_first);
    assert_eq!(taken("l[0]").unwrap(), "100010");
    let error = taken("l[4]").unwrap_err();
    assert!(error.contains("no signal \"l[4]\"; there are clk, l[3:0]"), "{error}");
    let error = read("a.vcd", &dump, |options| options.clock = Some("l".into())).unwrap_err();
    assert!(error.contains("the clock has 4 lines"), "{error}");
    let error =
        read("a.vcd", &dump, |options| (options.signal, options.rate) = (Some("l".into()), Some(1e6))).unwrap_err();
    assert!(error.contains("change together"), "{error}");
    let mut capture = Capture::from_reader(
        Box::new(io::Cursor::new(dump)),
        &CaptureOptions {
            file: "a.vcd".into(),
            signal: Some("l".into()),
            clock: Some("clk".into()),
            ..CaptureOptions::default()
        },
    );
    let readings = &capture.as_mut().unwrap().readings;
    assert_eq!(readings.iter().map(ToString::to_string).collect::<Vec<_>>(), ["MSB first", "LSB first"]);
}

#[test]
fn buses_of_tables() {
    let ila = b"Sample in Buffer,Sample in Window,TRIGGER,u_ila/data[7:0],valid\nRadix - UNSIGNED,UNSIGNED,UNSIGNED,HEX,HEX\n\
                0,0,1,fe,1\n1,1,0,04,1\n2,2,0,18,0\n";
    let data = |signal: &'static str| read("a.csv", ila, move |options| options.signal = Some(signal.into()));
    assert_eq!(data("data").unwrap(), "111111100000010000011000");
    assert_eq!(data("data[0:7]").unwrap(), "011111110010000000011000");
    assert_eq!(data("valid").unwrap(), "110");
    let hex = b"n,q\n0,fe\n1,04\n";
    let error = read("a.csv", hex, |options| options.signal = Some("q".into())).unwrap_err();
    assert!(error.contains("line 2, column 2: found \"fe\" where 0 or 1"), "{error}");
    assert_eq!(read("a.csv", hex, |options| options.signal = Some("q[7:0]".into())).unwrap(), "1111111000000100");
    let error = read("a.csv", b"q[7:0]\nfe\n1ff\n", |_| {}).unwrap_err();
    assert!(error.contains("line 3, column 1: found \"1ff\" where a hexadecimal number of the bus"), "{error}");
}

/// As wide as buses of transceivers and memories are, the same words in a dump and in tables of each radix.
#[test]
fn wide_buses() {
    let mut random = SplitMix64(1024);
    for width in [129, 256, 320, 512, 1023, 1024] {
        let words: Vec<String> =
            (0..5).map(|_| (0..width).map(|_| if random.next_word() & 1 == 1 { '1' } else { '0' }).collect()).collect();
        let expected = words.concat();
        let mut dump = format!(
            "$timescale 1 ns $end\n$var wire 1 c clk $end\n$var wire {width} b data [{}:0] $end\n$enddefinitions $end\n",
            width - 1
        );
        for (i, word) in words.iter().enumerate() {
            // Zeros at the left may be left out.
            let short = word.trim_start_matches('0');
            dump += &format!("#{}\n0c\nb{} b\n#{}\n1c\n", 10 * i, if i == 1 { short } else { word }, 10 * i + 5);
        }
        let of_dump = read("a.vcd", dump.as_bytes(), |options| {
            (options.signal, options.clock) = (Some("data".into()), Some("clk".into()));
        });
        assert_eq!(of_dump.unwrap(), expected, "{width} lines of a dump");
        for (radix, name) in [(2, "BINARY"), (10, "UNSIGNED"), (16, "HEX")] {
            let mut table = format!("n,data[{}:0]\nRadix - UNSIGNED,{name}\n", width - 1);
            for word in &words {
                let value = BigUint::parse_bytes(word.as_bytes(), 2).unwrap();
                table += &format!("0,{}\n", value.to_str_radix(radix));
            }
            assert_eq!(
                read("a.csv", table.as_bytes(), |options| options.signal = Some("data".into())).unwrap(),
                expected
            );
        }
    }
    let error = read("a.csv", b"n,q[1024:0]\n0,1\n", |options| options.signal = Some("q".into())).unwrap_err();
    assert!(error.contains("column \"q\" has more than the 1024 lines"), "{error}");
    assert!(read("a.csv", b"q[1024:0]\n1\n", |_| {}).unwrap_err().contains("no column of at most 1024 lines"));
}

#[test]
fn tables_with_times() {
    // Even steps are samples, uneven ones transitions, whoever wrote them.
    let even = b"time,q\n0.0,1\n0.1,1\n0.2,0\n0.3,1\n0.4,0\n";
    assert_eq!(read("a.csv", even, |_| {}).unwrap(), "11010");
    let uneven = b"time,q\n0,1\n0.002,0\n0.003,1\n0.0061,0\n0.0100,0\n";
    assert!(read("a.csv", uneven, |_| {}).unwrap_err().contains("rows are transitions"));
    assert_eq!(read("a.csv", uneven, |options| options.rate = Some(1000.0)).unwrap(), "1101110000");
}

#[test]
fn sigrok_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sr");
    let mut archive = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    let plain = zip::write::SimpleFileOptions::default();
    let mut add = |name: &str, content: &[u8]| {
        archive.start_file(name, plain).unwrap();
        archive.write_all(content).unwrap();
    };
    add("version", b"2");
    add("metadata", b"[global]\n[device 1]\ncapturefile=logic-1\ntotal probes=2\nsamplerate=1 MHz\nprobe1=CLK\nprobe2=DATA\nunitsize=1\n");
    add("logic-1-1", &[0b10, 0b11, 0b10, 0b01, 0b00]);
    add("logic-1-2", &[0b11, 0b10]);
    archive.finish().unwrap();
    let mut options = options(&path);
    options.signal = Some("data".into());
    let bits = |options: &CaptureOptions| {
        let mut capture = Capture::open(options).unwrap();
        let (words, bits) = capture.read_all(u64::MAX).unwrap();
        let words = capture.readings[0].in_time(&words, bits);
        (0..bits).map(|t| words[0] >> t & 1).collect::<Vec<_>>()
    };
    assert_eq!(bits(&options), [1, 1, 1, 0, 0, 1, 1]);
    options.clock = Some("CLK".into());
    assert_eq!(bits(&options), [1, 1, 0]);
    options.clock = None;
    options.rate = Some(1e6);
    assert_eq!(bits(&options), [1, 1, 1, 0, 0, 1, 1]);
    options.rate = Some(2e6);
    assert!(Capture::open(&options).unwrap_err().to_string().contains("more than the 1000000 samples"));
    options.rate = None;
    options.signal = Some("D7".into());
    assert!(Capture::open(&options).unwrap_err().to_string().contains("there are CLK, DATA"));
    fs::write(&path, b"PK\x03\x04 broken").unwrap();
    assert!(Capture::open(&options).unwrap_err().to_string().contains("no sigrok session"));
}

#[test]
fn hostile_files_need_bounded_memory() {
    let long = vec![b'1'; 3 << 20];
    for (format, part) in [("csv", "longer than"), ("vcd", ""), ("saleae", "longer than")] {
        let error = read("a", &long, |options| {
            (options.format, options.rate) = (Format::by_name(format), (format == "saleae").then_some(1.0));
        });
        assert!(error.as_ref().is_err_and(|error| error.contains(part)), "{format:?}");
    }
    let garbage: Vec<u8> = (0..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    for format in ["csv", "vcd", "sr", "saleae", "ascii", "hex"] {
        let error = read("a", &garbage, |options| (options.format, options.rate) = (Format::by_name(format), None))
            .unwrap_err();
        assert!(!error.contains('\n'), "{format:?}: {error}");
    }
    // A rate that makes 10^13 bits of one stretch.
    let slow = b"Time,d\n0,1\n10000,0\n";
    let error = read("a.csv", slow, |options| options.rate = Some(1e9)).unwrap_err();
    assert!(error.contains("rate"), "{error}");
}
