//! Every step by its definition, in pieces of any length.

use std::io::Write;

use lfsr_core::random::SplitMix64;

use super::*;

fn bits_of(random: &mut SplitMix64, count: usize) -> Vec<bool> {
    (0..count).map(|_| random.next_word() & 1 == 1).collect()
}

fn packed(bits: &[bool]) -> Vec<u64> {
    bits.chunks(64).map(|chunk| chunk.iter().rev().fold(0, |word, bit| word << 1 | u64::from(*bit))).collect()
}

/// What comes out, the bits given in pieces of whole words.
fn converted(random: &mut SplitMix64, steps: &str, bits: &[bool]) -> Vec<Vec<bool>> {
    let mut chain = Chain::new(&parse(steps).unwrap(), &CaptureOptions::default()).unwrap();
    let mut left = bits;
    while !left.is_empty() {
        let now = (64 * (1 + random.next_word() % 5) as usize).min(left.len());
        chain.take(&packed(&left[..now]), now as u64).unwrap();
        left = &left[now..];
    }
    chain.finish().unwrap();
    let unpacked = |out: &mut Packer| {
        let (words, count) = out.finish();
        (0..count as usize).map(|t| words[t / 64] >> (t % 64) & 1 == 1).collect()
    };
    chain.outputs().iter_mut().map(unpacked).collect()
}

#[test]
fn steps_do_what_they_say() {
    let mut random = SplitMix64(1);
    let blocks = |bits: &[bool], width: usize, of: &dyn Fn(&[bool]) -> Vec<bool>| -> Vec<bool> {
        bits.chunks(width).flat_map(|block| if block.len() == width { of(block) } else { block.to_vec() }).collect()
    };
    for count in [0, 1, 2, 63, 64, 65, 200, 1000, 4096, 4099] {
        let bits = bits_of(&mut random, count);
        let mut one = |steps: &str| {
            let [only] = &converted(&mut random, steps, &bits)[..] else { panic!("{steps}") };
            only.clone()
        };
        assert_eq!(one("decimate:3,1"), bits.iter().skip(1).step_by(3).copied().collect::<Vec<_>>());
        assert_eq!(one("decimate:8"), bits.iter().step_by(8).copied().collect::<Vec<_>>());
        assert_eq!(one("invert"), bits.iter().map(|bit| !bit).collect::<Vec<_>>());
        let reversed = |block: &[bool]| block.iter().rev().copied().collect();
        assert_eq!(one("reverse:8"), blocks(&bits, 8, &reversed));
        assert_eq!(one("reverse:10"), blocks(&bits, 10, &reversed));
        assert_eq!(one("reverse:100"), blocks(&bits, 100, &reversed));
        let swapped = |block: &[bool]| block.chunks(8).rev().flatten().copied().collect();
        assert_eq!(one("swap:4"), blocks(&bits, 32, &swapped));
        let gray = |pair: &[bool]| vec![pair[0], pair[0] != pair[1]];
        assert_eq!(one("gray"), blocks(&bits, 2, &gray));
        assert_eq!(one("gray, gray"), bits);
        let mut level = false;
        let nrzi: Vec<bool> = bits
            .iter()
            .map(|bit| {
                level ^= bit;
                level
            })
            .collect();
        assert_eq!(one("nrzi"), nrzi);
        assert_eq!(one("nrzi, nrzi:bits"), bits);
        assert_eq!(one("invert , NRZI, nrzi:bits, invert"), bits);
        assert_eq!(one("slice:5..70"), bits.iter().take(70).skip(5).copied().collect::<Vec<_>>());
        assert_eq!(one("slice:64.."), bits.iter().skip(64).copied().collect::<Vec<_>>());
        let levels: Vec<bool> = bits
            .chunks_exact(2)
            .flat_map(|pair| [false, false, false, false, false, false, pair[0], pair[0] != pair[1]])
            .collect();
        assert_eq!(one("pam4"), levels);
        assert_eq!(one("pam4, pam4:bits"), bits[..count & !1]);
        let chained: Vec<bool> = bits.iter().map(|bit| !bit).step_by(2).skip(3).collect();
        assert_eq!(one("invert, decimate:2, slice:3.."), chained);
    }
}

#[test]
fn lanes_come_apart_and_together() {
    let mut random = SplitMix64(2);
    for (n, group) in [(2, 1), (3, 1), (4, 2), (3, 10), (2, 100)] {
        let bits = bits_of(&mut random, n * group * 50);
        let lanes = converted(&mut random, &format!("deinterleave:{n},{group}"), &bits);
        let lane = |k: usize| bits.iter().enumerate().filter(move |(t, _)| t / group % n == k).map(|(_, bit)| *bit);
        assert!(lanes.iter().enumerate().all(|(k, bits)| lane(k).eq(bits.iter().copied())), "{n} {group}");
        // Put together again from files, of which one is longer.
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<String> = (1..n)
            .map(|k| {
                let path = folder.path().join(format!("lane{k}.txt"));
                let text: String = lanes[k].iter().map(|bit| if *bit { '1' } else { '0' }).collect();
                let more = if k == 1 { "110" } else { "" };
                write!(std::fs::File::create(&path).unwrap(), "{text}{more}").unwrap();
                path.to_str().unwrap().to_owned()
            })
            .collect();
        let steps = format!("interleave:{group}:{}", files.join(", "));
        assert_eq!(converted(&mut random, &steps, &lanes[0]), core::slice::from_ref(&bits), "{n} {group}");
        // The shortest decides.
        let half = &lanes[0][..lanes[0].len() / 2];
        assert_eq!(converted(&mut random, &steps, half), [bits[..half.len() / group * group * n].to_vec()]);
    }
}

#[test]
fn steps_that_are_none_are_refused() {
    for (text, what) in [
        ("", "is no step; there are decimate"),
        ("rotate:3", "is no step"),
        ("decimate", "which bits?"),
        ("decimate:0", "no number from 1"),
        ("decimate:4,4", "no number from 0 to 3"),
        ("decimate:99999", "no number from 1"),
        ("deinterleave:2, invert", "the last step"),
        ("reverse:x", "no number"),
        ("reverse:65537", "no number from 1 to 65536"),
        ("swap:", "how many bytes"),
        ("invert:2", "nothing after a colon"),
        ("slice:7..7", "no bits"),
        ("slice:a..7", "no number"),
        ("slice:5", "A..B"),
        ("nrzi:bytes", "only `bits`"),
        ("interleave:a,,b", "without a name"),
        ("invert, 5", "\"5\" is no step"),
        ("decimate:4,1,1", "no number"),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.to_string().contains(what), "{text}: {error}");
    }
    assert!(Chain::new(&parse("interleave:no such file").unwrap(), &CaptureOptions::default()).is_err());
}
