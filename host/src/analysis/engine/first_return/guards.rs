//! Each guard of the proof is given a wrong record, and must refuse it. The list is in `host/guide/proof.md`.

use lfsr_core::notation::parse;

use super::*;
use crate::{
    analysis::{
        checkpoint::Done,
        engine::found::finish,
        plan::{Options, Plan, Workers},
    },
    sched::Pool,
};

const ZEROS: u32 = 8;

/// x^15+x^9+1 has cycles of 31 and of 93 states, of which some miss the section of 8 zeros.
fn plan(text: &str) -> Plan {
    let options = Options {
        kernel: Some(Kernel::Word(ZEROS)),
        workers: Workers::Exactly(1),
        leaders: true,
        ..Options::default()
    };
    Plan::new(&parse(text).unwrap(), &options).unwrap()
}

fn refused<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}

/// The kernel, of which one record is changed.
fn with_wrong_record(wrong: impl Fn(Record) -> Record) -> Option<u64> {
    let plan = plan("x^15+x^14+1");
    let control = Arc::new(Control::default());
    let run = Run::new(&plan, Pool::global(), &control);
    let sequence = plan.sequence.unwrap();
    let mut arcs = Arcs::new(&run, &sequence).unwrap();
    arcs.pending = Done::new().arc_starts().missing(0..plan.work.total);
    let leap = Leap::new(&sequence);
    let kernel = WordArcs::new(&leap, ZEROS);
    let flow = arcs.each(0..plan.work.total, |start| {
        let record = kernel.arc(start, &mut ())?;
        Some(if start == 77 { wrong(record) } else { record })
    });
    assert_eq!(flow.is_break(), arcs.refuted().is_some());
    arcs.refuted()
}

#[test]
fn arcs_are_checked_by_jumping() {
    assert_eq!(with_wrong_record(|record| record), None);
    assert_eq!(with_wrong_record(|record| Record { end: record.end ^ 1, ..record }), Some(77), "a flipped end");
    assert_eq!(with_wrong_record(|record| Record { steps: record.steps + 1, ..record }), Some(77), "one step more");
    assert_eq!(with_wrong_record(|record| Record { steps: record.steps - 1, ..record }), Some(77), "one step less");
    // The check cannot see a whole turn more: the count of the states does, below.
    assert_eq!(with_wrong_record(|record| Record { steps: record.steps + 0x7fff, ..record }), None);
}

#[test]
fn a_start_is_taken_once() {
    assert_eq!(
        with_wrong_record(|record| WordArcs::new(&Leap::new(&plan("x^15+x^14+1").register), ZEROS)
            .arc(76, &mut ())
            .unwrap_or(record)),
        Some(77)
    );
}

/// The arcs of a whole run, changed before they are joined.
fn joined(text: &str, change: impl Fn(&mut Vec<[u64; 2]>)) -> Result<crate::analysis::CycleMap, Error> {
    let plan = plan(text);
    let control = Arc::new(Control::default());
    let run = Run::new(&plan, Pool::global(), &control);
    let sequence = plan.sequence.unwrap();
    let (arcs, stats) = run_arcs(&run, &sequence, 0..plan.work.total)?;
    let mut records = arcs.table.filled().remove(0).records;
    change(&mut records);
    let changed = Arcs::new(&run, &sequence)?;
    for (start, [end, steps]) in (0..).zip(records) {
        changed.table.store(Record { start, end, steps });
    }
    let mut found = join(&run, &changed, stats)?;
    let missing = plan.register.cyclic_state_count().saturating_sub(found.states());
    if missing > 0 {
        let residue = residual(&run, &changed, missing)?;
        found.add_all(&residue.census);
    }
    finish(&run, found)
}

#[test]
fn arcs_must_be_a_permutation_and_count_every_state_once() {
    for text in ["x^15+x^14+1", "x^15+x^9+1"] {
        assert!(joined(text, |_| ()).unwrap().is_complete(), "{text}");
        let swapped = |records: &mut Vec<[u64; 2]>| records[9] = records[10];
        assert!(refused(joined(text, swapped)).contains("two arcs end at"), "{text}");
        let outside = |records: &mut Vec<[u64; 2]>| records[9][0] |= 1 << 12;
        assert!(refused(joined(text, outside)).contains("outside the section"), "{text}");
        let missing = |records: &mut Vec<[u64; 2]>| records[9][1] = 0;
        assert!(refused(joined(text, missing)).contains("no arc starts at"), "{text}");
        let a_turn_more = |records: &mut Vec<[u64; 2]>| records[9][1] += 0x7fff;
        assert!(refused(joined(text, a_turn_more)).contains("cyclic states found"), "{text}");
        let shorter = |records: &mut Vec<[u64; 2]>| records[9][1] -= 1;
        assert!(refused(joined(text, shorter)).contains("cyclic states found"), "{text}");
    }
}

/// What is found beside the section counts only if it is all that is missing: hints that are few are followed by a search of every state.
#[test]
fn hints_are_no_proof() {
    // The hints name 868 states of 27,652.
    let plan = plan("x^15+x^9+1");
    let control = Arc::new(Control::default());
    let run = Run::new(&plan, Pool::global(), &control);
    let (arcs, _) = run_arcs(&run, &plan.sequence.unwrap(), 0..plan.work.total).unwrap();
    let hinted = residue::in_likely_places(&run, &arcs.leap).unwrap().all_of(27_652, &arcs.ladder).unwrap();
    assert!(hinted.is_none());
    assert_eq!(residual(&run, &arcs, 27_652).unwrap().states(), 27_652);
    assert_eq!(run.map().unwrap().census.into_iter().collect::<Vec<_>>(), [(1, 1), (31, 1), (93, 352)]);
}

#[test]
fn a_cycle_left_out_or_counted_twice_is_noticed() {
    let plan = plan("x^15+x^9+1");
    let control = Arc::new(Control::default());
    let run = Run::new(&plan, Pool::global(), &control);
    let found = |of_31, of_93| {
        let mut found = Found::default();
        found.add(1, 1);
        found.add(31, of_31);
        found.add(93, of_93);
        found
    };
    assert!(finish(&run, found(1, 352)).unwrap().is_complete());
    for (of_31, of_93) in [(1, 351), (0, 352), (1, 353), (2, 352)] {
        assert!(refused(finish(&run, found(of_31, of_93))).contains("of 32768 cyclic states found"));
        let mut stopped = found(of_31, of_93);
        stopped.stats.stopped = true;
        let map = finish(&run, stopped).unwrap();
        assert!(map.partial && !map.is_complete() && map.proof.is_empty(), "a partial run claims nothing");
    }
}

#[test]
fn arcs_of_a_checkpoint_are_checked() {
    let plan = plan("x^15+x^14+1");
    let control = Arc::new(Control::default());
    let run = Run::new(&plan, Pool::global(), &control);
    let (arcs, _) = run_arcs(&run, &plan.sequence.unwrap(), 0..plan.work.total).unwrap();
    let again = |change: fn(&mut [u64; 2])| {
        let mut kept = arcs.table.filled();
        change(&mut kept[0].records[5]);
        run.after(&Done { arcs: kept, ..Done::new() }).map()
    };
    assert!(again(|_| ()).unwrap().is_complete());
    for wrong in [|record: &mut [u64; 2]| record[0] ^= 2, |record: &mut [u64; 2]| record[1] += 1] {
        assert!(refused(again(wrong)).contains("the arc from 0x5 in the checkpoint is wrong"));
    }
}
