//! Writing answers on a device: the same as postcard does, in a third of the code and without a panic in it.

use super::{
    Counters, Fault, Info, MessageRef, Names, ReplyRef, SOURCES,
    codec::{Payload, Stuffed},
    shorten,
};

impl Payload for MessageRef<'_> {
    fn write(&self, out: &mut Stuffed<'_>) {
        match self {
            Self::Command => out.byte(0),
            Self::Reply(answer) => {
                out.byte(1);
                write(answer, out);
            }
        }
    }
}

/// The number of the reply, which is its place in [`Reply`](super::Reply), and its fields in the order of their declarations.
fn write(answer: &ReplyRef<'_>, out: &mut Stuffed<'_>) {
    match answer {
        ReplyRef::Info(found) => {
            out.byte(0);
            info(found, out);
        }
        ReplyRef::Records(records) => {
            out.byte(1);
            out.number(records.len() as u64);
            for record in *records {
                [record.start, record.end, record.steps].iter().for_each(|number| out.number(*number));
            }
        }
        ReplyRef::Done(totals) => {
            out.byte(2);
            [totals.records, totals.steps].iter().for_each(|number| out.number(*number));
        }
        ReplyRef::Error(found) => {
            out.byte(3);
            fault(*found, out);
        }
        ReplyRef::Started(found) => {
            out.byte(4);
            info(found, out);
        }
        ReplyRef::Sources(Names(names)) => {
            out.byte(5);
            out.byte(names.len().min(SOURCES) as u8);
            names.iter().take(SOURCES).for_each(|name| text(shorten(name), out));
        }
        ReplyRef::Counters(found) => {
            out.byte(6);
            counters(found, out);
        }
        ReplyRef::Bits(bytes) => {
            out.byte(7);
            out.number(bytes.len() as u64);
            bytes.iter().for_each(|byte| out.byte(*byte));
        }
        ReplyRef::SelfTest(failed) => {
            out.byte(8);
            out.number((*failed).into());
        }
    }
}

fn info(info: &Info, out: &mut Stuffed<'_>) {
    info.firmware.iter().for_each(|part| out.byte(*part));
    text(&info.board, out);
    [info.max_degree, info.static_ram, info.bad_frames].iter().for_each(|number| out.number((*number).into()));
}

fn text(text: &str, out: &mut Stuffed<'_>) {
    out.number(text.len() as u64);
    text.bytes().for_each(|byte| out.byte(byte));
}

fn fault(fault: Fault, out: &mut Stuffed<'_>) {
    out.byte(match fault {
        Fault::Garbled => 0,
        Fault::Version(_) => 1,
        Fault::Unknown => 2,
        Fault::BadSection => 3,
        Fault::BadUnit => 4,
        Fault::Unsupported => 5,
        Fault::BadSource => 6,
        Fault::NoSession => 7,
    });
    if let Fault::Version(version) = fault {
        out.byte(version);
    }
}

fn counters(counters: &Counters, out: &mut Stuffed<'_>) {
    out.number(counters.session.into());
    let numbers = [
        &counters.bits,
        &counters.compared,
        &counters.errors,
        &counters.skipped,
        &counters.locks,
        &counters.losses,
        &counters.slips,
        &counters.inserted,
        &counters.deleted,
        &counters.flips,
        &counters.stuck_low,
        &counters.stuck_high,
        &counters.bursts,
    ];
    numbers.iter().for_each(|number| out.number(**number));
    [counters.inverted, counters.is_locked].iter().for_each(|flag| out.byte((*flag).into()));
}
