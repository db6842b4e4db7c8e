//! Sources over models of drivers.

extern crate std;

use std::{vec, vec::Vec};

use embedded_hal_mock::eh1::{
    delay::NoopDelay,
    digital::{Mock as Pin, State, Transaction},
    spi::{Mock as Bus, Transaction as Transfer},
};

use super::*;

/// 0xA5, bit 0 first.
const BITS: [bool; 8] = [true, false, true, false, false, true, false, true];

#[test]
fn spi_reads_what_comes() {
    let mut bus = Bus::new(&[Transfer::<u8>::read_vec(vec![0x12, 0x34, 0x56])]);
    let mut buffer = [0; 3];
    assert_eq!(Spi(bus.clone()).read(&mut buffer), 3);
    assert_eq!(buffer, [0x12, 0x34, 0x56]);
    bus.done();
}

#[test]
fn a_driven_generator_steps_once_a_bit_and_is_read_before() {
    for (edge, before, after) in [(Edge::Rising, State::Low, State::High), (Edge::Falling, State::High, State::Low)] {
        let clock: Vec<_> = (0..8).flat_map(|_| [Transaction::set(before), Transaction::set(after)]).collect();
        let data: Vec<_> = BITS.map(|bit| Transaction::get(if bit { State::High } else { State::Low })).into();
        let (mut clock, mut data) = (Pin::new(&clock), Pin::new(&data));
        let mut buffer = [0];
        let mut source = Driven::new(data.clone(), clock.clone(), NoopDelay::new(), 500, edge);
        assert_eq!(source.read(&mut buffer), 1);
        assert_eq!(buffer, [0xA5]);
        clock.done();
        data.done();
    }
}

#[test]
fn a_watched_generator_is_read_at_its_edges() {
    for (edge, idle, active) in [(Edge::Rising, State::Low, State::High), (Edge::Falling, State::High, State::Low)] {
        // A clock with levels of different length, and a pause in the middle of the byte.
        let mut levels = vec![active];
        for i in 0..8 {
            levels.extend([idle; 3]);
            levels.extend(vec![active; if i < 7 { 1 + i % 2 } else { 1 }]);
            if i == 3 {
                levels.extend([active; 20]);
            }
        }
        let clock: Vec<_> = levels.into_iter().map(Transaction::get).collect();
        let data: Vec<_> = BITS.map(|bit| Transaction::get(if bit { State::High } else { State::Low })).into();
        let (mut clock, mut data) = (Pin::new(&clock), Pin::new(&data));
        let mut source = Watched::new(data.clone(), clock.clone(), edge, 10);
        let mut buffer = [0];
        assert_eq!(source.read(&mut buffer), 0, "silent in the middle of the byte");
        while source.read(&mut buffer) == 0 {}
        assert_eq!(buffer, [0xA5], "{edge:?}");
        data.done();
        clock.done();
    }
}

#[test]
fn a_failing_pin_gives_no_half_byte() {
    use embedded_hal_mock::eh1::MockError;
    let error = MockError::Io(std::io::ErrorKind::NotConnected);
    let mut clock =
        Pin::new(&[Transaction::set(State::Low), Transaction::set(State::High), Transaction::set(State::Low)]);
    let mut data = Pin::new(&[Transaction::get(State::High), Transaction::get(State::High).with_error(error)]);
    let mut source = Driven::new(data.clone(), clock.clone(), NoopDelay::new(), 1, Edge::Rising);
    assert_eq!(source.read(&mut [0; 4]), 0);
    clock.done();
    data.done();
}

/// Bytes that are there, then nothing, then more.
struct Bursts(Vec<Vec<u8>>);

impl embedded_io::ErrorType for Bursts {
    type Error = core::convert::Infallible;
}

impl ReadReady for Bursts {
    fn read_ready(&mut self) -> Result<bool, Self::Error> {
        let ready = self.0.first().is_some_and(|burst| !burst.is_empty());
        if !ready && !self.0.is_empty() {
            self.0.remove(0);
        }
        Ok(ready)
    }
}

impl Read for Bursts {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        let burst = &mut self.0[0];
        let count = buffer.len().min(burst.len());
        burst.drain(..count).zip(buffer).for_each(|(byte, slot)| *slot = byte);
        Ok(count)
    }
}

#[test]
fn a_uart_is_never_waited_for() {
    let mut source = Serial(Bursts(vec![vec![1, 2, 3], vec![4]]));
    let mut buffer = [0; 2];
    let counts: Vec<usize> = (0..6).map(|_| source.read(&mut buffer)).collect();
    assert_eq!(counts, [2, 1, 0, 1, 0, 0]);
}
