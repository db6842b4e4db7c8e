//! Engines against each other, and against themselves after a stop.

use std::{path::Path, sync::Arc};

use lfsr_core::{
    register::{Form, Register},
    vector::Backend,
};
use lfsr_host::{
    analysis::{
        CycleMap, Engine, Kernel, Options, Plan, Run, Workers,
        checkpoint::{Checkpoint, Head, Keeper, Shard},
        enumerate,
    },
    sched::{Control, Pool, Schedule},
};

use super::Numbers;

/// The largest register: the walk takes milliseconds then.
const MOST_DEGREE: u64 = 14;

fn register(numbers: &mut Numbers<'_>) -> Option<Register> {
    let degree = 1 + numbers.below(MOST_DEGREE);
    let c = 1 << degree | u128::from(numbers.below(1 << degree));
    let flags = numbers.byte();
    let form = if flags & 1 == 0 { Form::Fibonacci } else { Form::Galois };
    Some(Register::from_characteristic(c).ok()?.with_form(form).with_xnor(flags & 2 == 2))
}

fn options(numbers: &mut Numbers<'_>, register: &Register) -> Options {
    let zeros = numbers.below(u64::from(register.degree()) + 1) as u32;
    let kernel = [None, Some(Kernel::Word(zeros)), Some(Kernel::Block(zeros)), Some(Kernel::Leader)];
    let backends: Vec<_> = Backend::available().collect();
    Options {
        kernel: kernel[usize::from(numbers.byte() % 4)],
        schedule: Some(Schedule::ALL[usize::from(numbers.byte()) % Schedule::ALL.len()]),
        workers: Workers::Exactly(1 + usize::from(numbers.byte() % 3)),
        backend: backends[usize::from(numbers.byte()) % backends.len()],
        ..Options::default()
    }
}

fn walked(register: &Register, leaders: bool) -> CycleMap {
    let options = Options { engine: Engine::Walk, leaders, ..Options::default() };
    enumerate(register, &options, Pool::global(), &Control::default().into()).expect("it fits")
}

/// Any register, kernel, schedule and backend: the same map as single steps give.
pub(super) fn two_engines(bytes: &[u8]) {
    let numbers = &mut Numbers(bytes);
    let Some(register) = register(numbers) else { return };
    let options = Options { leaders: numbers.byte() & 1 == 1, ..options(numbers, &register) };
    let expected = walked(&register, options.leaders);
    let found = enumerate(&register, &options, Pool::global(), &Control::default().into()).expect("a map");
    assert_eq!((&found.census, &found.leaders), (&expected.census, &expected.leaders), "{register:?} {options:?}");
}

/// Stopped after so many steps, again and again, and gone on with from what was kept: the same map as if it had run through.
pub(super) fn stopped_and_resumed(bytes: &[u8]) {
    let numbers = &mut Numbers(bytes);
    let Some(register) = register(numbers) else { return };
    let options = Options { kept: true, ..options(numbers, &register) };
    let plan = Plan::new(&register, &options).expect("it fits");
    if !matches!(plan.kernel, Kernel::Word(_) | Kernel::Block(_) | Kernel::Leader) {
        return;
    }
    let (section_bits, total) = (plan.kernel.section_bits(), plan.work.total);
    let head = Head { register, section_bits, total, shard: Shard::WHOLE, elapsed: Default::default() };
    let mut checkpoint = Checkpoint::new(head);
    let expected = walked(&register, false).census;
    for round in 0u32.. {
        // More and more steps: it ends.
        let steps = (1 + numbers.below(1 << 12)) << (round / 4).min(20);
        let control = Arc::new(Control::with_budget(steps));
        let done = checkpoint.done.clone();
        let plan = Plan::resume(&checkpoint.head, &options).expect("it fits");
        let keeper = Arc::new(Keeper::new(Path::new("nowhere"), checkpoint));
        let map = Run::new(&plan, Pool::global(), &control).after(&done).kept_by(&keeper).map().expect("a map");
        if !map.partial {
            assert_eq!(map.census, expected, "{register:?} {options:?} after {round} stops");
            return;
        }
        for (period, count) in &map.census {
            assert!(expected.get(period) >= Some(count), "{register:?} {options:?}: {count} cycles of {period}");
        }
        checkpoint = keeper.checkpoint();
    }
}
