//! Known answers: does this board compute as it should?

use lfsr_core::{
    check::{LockState, Settings, SmallChecker},
    register::{Form, Register},
    step::Stepper,
};

use crate::kernel::Kernel;

// Each test has the stack to itself: none is inlined.

/// Bit i is 1 if test i of [`lfsr_core::link::SELF_TESTS`] failed.
#[inline(never)]
pub(super) fn run(kernel: &mut impl Kernel, spare: &mut SmallChecker) -> u32 {
    let results = [steps(), first_return(kernel), checker(spare, false), checker(spare, true)];
    results.iter().enumerate().fold(0, |failed, (i, passed)| failed | u32::from(*passed != Some(true)) << i)
}

/// The register of PRBS7 in both forms comes back after 127 steps, and not before.
#[inline(never)]
fn steps() -> Option<bool> {
    let prbs7 = Register::from_characteristic(0x83).ok()?;
    let period = |register: Register| {
        let mut state = register.step(1);
        let mut steps = 1u32;
        while state != 1 && steps < 1000 {
            state = register.step(state);
            steps += 1;
        }
        steps
    };
    Some(period(prbs7) == 127 && period(prbs7.with_form(Form::Galois)) == 127)
}

/// The arcs of PRBS9 between runs of four zeros sum to its period, and each is a state of the section.
#[inline(never)]
fn first_return(kernel: &mut impl Kernel) -> Option<bool> {
    let prbs9 = Register::from_characteristic(0x211).ok()?;
    kernel.prepare(&prbs9);
    let (mut state, mut steps, mut arcs) = (1, 0, 0u32);
    loop {
        let record = kernel.arc(4, state, &mut ())?;
        (state, steps, arcs) = (record.end, steps + record.steps, arcs + 1);
        if state == 1 || arcs > 31 {
            return Some(steps == 511 && arcs == 31);
        }
    }
}

/// PRBS15 from single steps: clean, or with one wrong bit and one inserted.
#[inline(never)]
fn checker(checker: &mut SmallChecker, damaged: bool) -> Option<bool> {
    let prbs15 = Register::from_characteristic(0x8003).ok()?;
    checker.restart(&prbs15, Settings::new(&prbs15)).then_some(())?;
    let stepper = Stepper::new(&prbs15);
    let mut state = 0x1234;
    let mut before = 0;
    for i in 0..200 {
        let mut word = 0;
        for bit in 0..64 {
            word |= (state & 1) << bit;
            state = stepper.step(state);
        }
        checker.push(&[match i {
            _ if !damaged => word,
            20 => word ^ 1 << 13,
            // From here on one bit late.
            100.. => word << 1 | before >> 63,
            _ => word,
        }]);
        before = word;
    }
    checker.finish();
    let report = checker.report();
    Some(if damaged {
        // The inserted bit may equal the one that was due: then it is the next difference that shows.
        report.errors == 1 && report.slips == 1 && report.inserted == 1 && report.losses == 0
    } else {
        report.status() == LockState::Locked && report.compared == 12_800
    })
}
