//! Lanes made from words of core's streams, put together by their definition, and looked at.

use std::io::Write;

use lfsr_core::{
    catalogue,
    check::LockState,
    random::SplitMix64,
    stream::{Style, Words},
};

use super::*;
use crate::bits::capture::{CaptureOptions, Format};

/// So many bits of a sequence of the catalogue, from `from` on.
fn sequence(name: &str, from: usize, count: usize) -> Vec<bool> {
    let entry = catalogue::find(name).unwrap();
    let mut words = Words::new(&entry.register(), entry.start(), Style::PLAIN);
    let words: Vec<u64> = (0..(from + count).div_ceil(64)).map(|_| words.next_word()).collect();
    (from..from + count).map(|t| (words[t / 64] >> (t % 64) & 1 == 1) != entry.is_inverted()).collect()
}

/// The lanes in one stream, so many bits of each at a time.
fn shared(lanes: &[Vec<bool>], group: usize) -> Vec<bool> {
    let turns = lanes.iter().map(Vec::len).min().unwrap() / group;
    (0..turns).flat_map(|turn| lanes.iter().flat_map(move |lane| lane[turn * group..][..group].to_vec())).collect()
}

/// A file of bits in that order.
fn file(bits: &[bool], is_msb: bool) -> tempfile::NamedTempFile {
    let suffix = if is_msb { ".msb" } else { ".lsb" };
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
    let byte = |bits: &[bool]| {
        bits.iter().enumerate().fold(0u8, |byte, (i, bit)| byte | u8::from(*bit) << if is_msb { 7 - i } else { i })
    };
    let bytes: Vec<u8> = bits.chunks(8).map(byte).collect();
    file.write_all(&bytes).unwrap();
    file
}

fn expected(name: &str) -> Expected {
    let entry = catalogue::find(name).unwrap();
    let (register, zero_limit) = (entry.register(), entry.zero_limit);
    Expected { name: name.into(), register, entry: Some(entry), zero_limit }
}

fn tested(files: &[tempfile::NamedTempFile], sharing: Sharing, expected: Option<&Expected>) -> LanesTest {
    let open = |file: &tempfile::NamedTempFile| {
        let file = file.path().to_str().unwrap().to_owned();
        // Of eight lanes each bit of a byte is one: which is first cannot be seen.
        let name = if file.ends_with(".msb") { "raw-msb" } else { "raw-lsb" };
        let format =
            if sharing.lanes.is_some_and(|lanes| lanes.is_multiple_of(8)) { Format::by_name(name) } else { None };
        Capture::open(&CaptureOptions { file, format, ..CaptureOptions::default() }).unwrap()
    };
    let captures = files.iter().map(open).collect();
    let begun = LanesTest::begin(captures, sharing, expected, &Thresholds::default(), &|| false).unwrap();
    let Begun::Running(mut test) = begun else { panic!("{begun:?}") };
    while test.next(Duration::from_secs(60)).unwrap() != Next::End {}
    test.finish();
    test
}

const AUTO: Sharing = Sharing { lanes: None, group: 1, is_pam4: false };

/// One stream dealt to lanes, which are swapped, skewed, inverted and hit by errors: all of it is said.
#[test]
fn lanes_of_one_stream() {
    let mut random = SplitMix64(1);
    for (round, (name, n)) in
        [("PRBS31", 4), ("PRBS23", 2), ("PRBS15", 3), ("PRBS31", 8), ("PRBS23", 5), ("PRBS31", 16)]
            .into_iter()
            .enumerate()
    {
        let each = 20_000;
        let stream = sequence(name, 0, n * (each + 100));
        let mut order: Vec<usize> = (0..n).collect();
        (1..n).for_each(|i| order.swap(i, (random.next_word() % (i as u64 + 1)) as usize));
        // Half of the lanes and one come in time, so that these are not late and the others early.
        let late: Vec<usize> = (0..n).map(|i| if i > n / 2 { (random.next_word() % 60) as usize } else { 0 }).collect();
        let inverted: Vec<bool> = (0..n).map(|_| random.next_word() & 1 == 1).collect();
        let errors: Vec<usize> = (0..n).map(|_| (random.next_word() % 9) as usize).collect();
        let lanes: Vec<Vec<bool>> = (0..n)
            .map(|i| {
                let mut lane: Vec<bool> =
                    (0..each).map(|t| stream[n * (t + 60 - late[i]) + order[i]] != inverted[i]).collect();
                (0..errors[i]).for_each(|k| lane[2000 + 1500 * k] ^= true);
                lane
            })
            .collect();
        let test = tested(
            &[file(&shared(&lanes, 1), round % 2 == 0)],
            Sharing { lanes: Some(n as u32), ..AUTO },
            Some(&expected(name)),
        );
        let places = test.places();
        for (i, lane) in test.lanes().iter().enumerate() {
            let case = format!("{name}, lane {i} of {n}: {order:?} {late:?} {places:?}");
            let report = lane.report();
            assert_eq!((report.compared, report.errors), (each as u64, errors[i] as u64), "{case}");
            assert_eq!(report.inverted != lane.is_sent_inverted().unwrap(), inverted[i], "{case}");
            // A capture may begin at any bit of a turn, so the place in the stream is known but for what all have in common.
            let in_stream = |order: i128, late: i128| order - n as i128 * late;
            let found = |i: usize| {
                let placed = places.lanes[i].expect(&case);
                in_stream(placed.carries.unwrap().into(), placed.skew)
            };
            let made = |i: usize| in_stream(order[i] as i128, late[i] as i128);
            assert_eq!(found(i) - found(0), made(i) - made(0), "{case}");
        }
        let skewed = |late: &dyn Fn(usize) -> bool| (0..n).filter(|i| late(*i)).count();
        assert!(skewed(&|i| places.lanes[i].unwrap().skew != 0) <= skewed(&|i| late[i] != 0), "{places:?} {late:?}");
    }
}

/// Swapped lanes, a late one, an early one: said as they are.
#[test]
fn what_people_wire_wrongly() {
    for (order, late) in [
        ([0, 1, 2, 3], [0, 0, 0, 0]),
        ([0, 2, 1, 3], [0, 0, 0, 0]),
        ([3, 2, 1, 0], [0, 0, 0, 0]),
        ([0, 1, 2, 3], [0, 12, 0, 0]),
        ([0, 1, 2, 3], [5, 0, 0, 0]),
        ([1, 0, 2, 3], [0, 0, 0, 37]),
    ] {
        let stream = sequence("PRBS31", 0, 4 * 5100);
        let lane = |i: usize| (0..5000).map(|t| stream[4 * (t + 60 - late[i]) + order[i]]).collect();
        let lanes: Vec<Vec<bool>> = (0..4).map(lane).collect();
        let test = tested(&[file(&shared(&lanes, 1), true)], Sharing { lanes: Some(4), ..AUTO }, None);
        let places = test.places();
        for i in 0..4 {
            let right = Placed { skew: late[i] as i128, carries: Some(order[i] as u32) };
            assert_eq!(places.lanes[i], Some(right), "{order:?} {late:?} {places:?}");
        }
        assert_eq!(places.swapped().len(), (0..4).filter(|i| order[*i] != *i).count());
    }
}

/// Lanes with a sequence each, in one capture or in one for each; how many is found.
#[test]
fn lanes_of_their_own() {
    let at = [0, 37, 5000, 4963, 100];
    let lanes: Vec<Vec<bool>> = at.iter().map(|at| sequence("PRBS23", *at, 30_000)).collect();
    let expected = expected("PRBS23");
    for expected in [None, Some(&expected)] {
        for group in [1, 8, 10] {
            let sharing = Sharing { group, ..AUTO };
            let test = tested(&[file(&shared(&lanes, group as usize), true)], sharing, expected);
            assert_eq!(test.sharing().unwrap().lanes, Some(5), "{group}");
            check_skews(&test, &at);
        }
        let files: Vec<_> = lanes.iter().map(|lane| file(lane, false)).collect();
        let test = tested(&files, Sharing { lanes: Some(5), ..AUTO }, expected);
        assert!(test.sharing().is_none());
        check_skews(&test, &at);
    }
    // Lanes of one stream, a file each.
    let stream = sequence("PRBS31", 0, 60_000);
    let files: Vec<_> =
        [2, 0, 1].map(|k| file(&stream.iter().skip(k).step_by(3).copied().collect::<Vec<_>>(), true)).into();
    let prbs31 = super::tests::expected("PRBS31");
    let test = tested(&files, Sharing { lanes: Some(3), ..AUTO }, Some(&prbs31));
    let placed: Vec<_> = test.places().lanes.iter().map(|lane| lane.map(|lane| (lane.carries, lane.skew))).collect();
    assert_eq!(placed, [Some((Some(2), 0)), Some((Some(0), 0)), Some((Some(1), 0))]);
    // With XNOR gates the sequence is the complement.
    let xnor = Expected { register: prbs31.register.with_xnor(true), entry: None, ..prbs31 };
    let test = tested(&files, Sharing { lanes: Some(3), ..AUTO }, Some(&xnor));
    assert!(test.lanes().iter().all(|lane| lane.report().status() == LockState::Locked));
    // Two sequences: those of the other have no place beside the first.
    let mixed = [sequence("PRBS31", 0, 20_000), sequence("PRBS23", 0, 20_000), sequence("PRBS31", 9, 20_000)];
    let test = tested(&[file(&shared(&mixed, 1), true)], AUTO, None);
    let names: Vec<&str> = test.lanes().iter().map(|lane| lane.tested().name.as_str()).collect();
    assert_eq!(names, ["PRBS31", "PRBS23", "PRBS31"]);
    let skews: Vec<Option<i128>> = test.places().lanes.iter().map(|lane| lane.map(|placed| placed.skew)).collect();
    assert_eq!(skews, [Some(0), None, Some(-9)]);
}

/// Skews of a short period are skews, and lanes of its stream are lanes of a stream.
#[test]
fn a_short_period() {
    let stream = sequence("PRBS7", 0, 40_000);
    let prbs7 = expected("PRBS7");
    for late in 0..56 {
        let own = [stream[64..8064].to_vec(), stream[64 - late..8064 - late].to_vec()];
        let test = tested(&[file(&shared(&own, 1), true)], Sharing { lanes: Some(2), ..AUTO }, Some(&prbs7));
        assert_eq!(test.places().lanes[1], Some(Placed { skew: late as i128, carries: None }), "{late}");
    }
    // One bit late is swapped as well.
    for late in [0, 2, 3, 4, 5, 6] {
        let dealt = [0, 1].map(|k| (0..8000).map(|t| stream[2 * (t + 20 - k * late) + k]).collect::<Vec<_>>());
        let test = tested(&[file(&shared(&dealt, 1), true)], Sharing { lanes: Some(2), ..AUTO }, Some(&prbs7));
        assert_eq!(test.places().lanes[1], Some(Placed { skew: late as i128, carries: Some(1) }), "{late}");
    }
}

fn check_skews(test: &LanesTest, at: &[usize]) {
    for ((lane, placed), at) in test.lanes().iter().zip(&test.places().lanes).zip(at) {
        assert_eq!(lane.report().status(), LockState::Locked, "{:?}", lane.tested());
        assert_eq!(*placed, Some(Placed { skew: -(*at as i128), carries: None }));
    }
}

/// Four lanes of PRBS13Q (IEEE Std 802.3, 120.5.11.2.1): Gray code over two periods; one with swapped bits, one inverted, one skewed by 37 symbols, all
/// with errors.
#[test]
fn levels_of_pam4() {
    let mut random = SplitMix64(3);
    let gray = |bits: &[bool], is_swapped: bool, is_inverted: bool| -> Vec<bool> {
        let level = |pair: &[bool]| [pair[0] != is_inverted, (pair[0] != pair[1]) != is_inverted];
        let turned = |[a, b]: [bool; 2]| if is_swapped { [b, a] } else { [a, b] };
        bits.chunks_exact(2).flat_map(|pair| turned(level(pair))).collect()
    };
    let bits = |at: usize| sequence("PRBS13", at, 60_000);
    let mut lanes = [
        gray(&bits(0), false, false),
        gray(&bits(0), true, false),
        gray(&bits(0), false, true),
        gray(&bits(74), false, false),
    ];
    let mut wrong = [0; 4];
    for (lane, wrong) in lanes.iter_mut().zip(&mut wrong) {
        for level in 0..30_000 {
            if random.next_word().is_multiple_of(10_000) {
                *wrong += 1;
                lane[2 * level + 1] ^= true;
            }
        }
    }
    let expected = expected("PRBS13");
    for expected in [None, Some(&expected)] {
        let sharing = Sharing { lanes: Some(4), group: 2, is_pam4: true };
        let test = tested(&[file(&shared(&lanes, 2), true)], sharing, expected);
        let names: Vec<String> = test.lanes().iter().map(|lane| lane.pairs().unwrap().to_string()).collect();
        assert_eq!(names, ["Gray", "Gray, bits of each level swapped", "Gray, levels inverted", "Gray"]);
        let skews: Vec<i128> = test.places().lanes.iter().map(|lane| lane.unwrap().skew).collect();
        assert_eq!(skews, [0, 0, 0, -74]);
        for (i, (lane, wrong)) in test.lanes().iter().zip(wrong).enumerate() {
            // The second bit of a swapped level is the higher one, which is two bits of the sequence.
            let errors = if i == 1 { 2 * wrong } else { wrong };
            assert_eq!(lane.report().errors, errors as u64, "lane {i}");
        }
    }
}

/// As many lanes as there may be: each has a few hundred bits of what is read at once.
#[test]
fn very_many_lanes() {
    let lanes: Vec<Vec<bool>> = (0..1024).map(|i| sequence("PRBS15", 3 * i, 1000)).collect();
    let sharing = Sharing { lanes: Some(1024), ..AUTO };
    let test = tested(&[file(&shared(&lanes, 1), true)], sharing, Some(&expected("PRBS15")));
    let places = test.places();
    for (i, (lane, placed)) in test.lanes().iter().zip(&places.lanes).enumerate() {
        assert_eq!((lane.report().status(), lane.report().compared), (LockState::Locked, 1000), "{i}");
        assert_eq!(*placed, Some(Placed { skew: -3 * i as i128, carries: None }));
    }
}

/// A lane of noise among good ones is said to have no lock, and spoils nothing.
#[test]
fn a_lane_that_is_no_sequence() {
    let mut random = SplitMix64(4);
    let noise: Vec<bool> = (0..20_000).map(|_| random.next_word() & 1 == 1).collect();
    let lanes = [sequence("PRBS15", 0, 20_000), noise, vec![true; 20_000], sequence("PRBS15", 7, 20_000)];
    let test = tested(&[file(&shared(&lanes, 1), true)], Sharing { lanes: Some(4), ..AUTO }, None);
    let states: Vec<LockState> = test.lanes().iter().map(|lane| lane.report().status()).collect();
    assert_eq!(states, [LockState::Locked, LockState::Searching, LockState::Searching, LockState::Locked]);
    let places = test.places();
    assert_eq!((places.lanes[1], places.lanes[3]), (None, Some(Placed { skew: -7, carries: None })));
}
