//! Checkpoints whose checksum is right, whatever is in them.

use lfsr_core::register::Register;
use lfsr_host::{
    analysis::{
        Answer, Options, Plan, Run,
        checkpoint::{Checkpoint, Merging},
    },
    sched::{Control, Pool},
};

/// Registers up to this degree are gone on with.
const MOST_DEGREE: u32 = 16;

/// It is refused, or gone on with to an error or to the right map.
pub(super) fn checkpoint(bytes: &[u8]) {
    let checksum = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI).checksum(bytes);
    let sealed = [bytes, &checksum.to_le_bytes()].concat();
    let Ok(read) = Checkpoint::from_reader(&sealed[..]) else { return };
    let mut merging = Merging::new();
    let merged = merging.add("fuzz", read.clone()).and_then(|()| merging.finish());
    let register: Register = read.head.register;
    if register.degree() > MOST_DEGREE {
        return;
    }
    let control = Control::default().into();
    for checkpoint in [Some(read), merged.ok()].into_iter().flatten() {
        let options = Options { max_memory: 1 << 24, ..Options::default() };
        let Ok(plan) = Plan::resume(&checkpoint.head, &options) else { continue };
        let Ok(map) = Run::new(&plan, Pool::global(), &control).after(&checkpoint.done).map() else { continue };
        let answer = Answer::of_map(map, true, &control).expect("nobody interrupts it");
        assert_eq!(answer.differences, [""; 0], "{register:?}");
    }
}
