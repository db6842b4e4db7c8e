//! [`Device`]: the emulated board with the link in hand, its buttons and its log. Every wait ends, and so does the emulator.

mod generator;
mod log;
mod monitor;
mod wire;

use core::time::Duration;
use std::{
    env,
    path::PathBuf,
    thread::{self, JoinHandle},
};

use embedded_io_adapters::std::FromStd;
use lfsr_core::link::Client;
use lfsr_crosscheck::skip::skipped;
use lfsr_host::device::{Emulated, Feed};

pub(crate) use generator::generator;
pub(crate) use monitor::{Monitor, accept, chardev};
pub(crate) use wire::{Damage, Noise, Wire};

/// An emulated device with the link in hand.
pub(crate) struct Device {
    pub(crate) client: Client<FromStd<Wire>, FromStd<Wire>>,
    pub(crate) monitor: Monitor,
    emulated: Option<Emulated>,
    log: Option<JoinHandle<Vec<String>>>,
    greeted: u32,
}

/// How a device is set up.
#[derive(Default)]
pub(crate) struct Setup {
    /// Another image than that of `LFSR_FIRMWARE_IMAGE`.
    pub(crate) image: Option<PathBuf>,
    /// Of the link, both directions, and the seed of its randomness.
    pub(crate) damage: Option<(Damage, u64)>,
    /// What comes in on UART1.
    pub(crate) feed: Option<Feed>,
    /// More for QEMU.
    pub(crate) arguments: Vec<String>,
}

impl Device {
    /// The image in an emulator, or `None` if there is no image.
    pub(crate) fn start(name: &'static str) -> Option<Self> {
        Self::with(name, Setup::default())
    }

    pub(crate) fn with(name: &'static str, setup: Setup) -> Option<Self> {
        let image = setup.image.or_else(|| image(name, "LFSR_FIRMWARE_IMAGE"))?;
        // What is lost on a bad line is missed soon.
        let silence = Duration::from_millis(if setup.damage.is_some() { 400 } else { 20_000 });
        let (monitor, mut arguments) = Monitor::listen();
        arguments.extend(setup.arguments);
        let mut emulated = Emulated::start_with(&image, silence, setup.feed, &arguments).expect("the emulator starts");
        let table = std::fs::read(&image).expect("the image is readable");
        let output = emulated.log.take().expect("asked for");
        let log = thread::spawn(move || log::decode(name, output, &table));
        let reader = emulated.port.try_clone().expect("a second handle");
        let writer = emulated.port.try_clone().expect("a third handle");
        let (attempts, seed) = setup.damage.map_or((5, 0), |(_, seed)| (50, seed));
        let damage = setup.damage.map(|(damage, _)| damage);
        let reader = Wire::new(reader, damage, 2 * seed + 1);
        let writer = Wire::new(writer, damage, 2 * seed + 2);
        let client = Client::new(FromStd::new(reader), FromStd::new(writer), attempts);
        let monitor = monitor.accept();
        let mut device = Self { client, monitor, emulated: Some(emulated), log: Some(log), greeted: 0 };
        device.client.info().expect("the device answers");
        device.greeted = if damage.is_some() { 1 } else { device.client.retries() };
        Some(device)
    }

    /// How often the client had to ask until the device was up: its greeting after the reset is one reason to.
    pub(crate) fn greeted(&self) -> u32 {
        self.greeted
    }

    /// Ends the emulator and returns what the device has logged.
    pub(crate) fn stop(mut self) -> Vec<String> {
        drop(self.emulated.take());
        self.log.take().expect("taken once").join().expect("the log is decoded")
    }
}

/// The image that a variable names, or a loud remark.
pub(crate) fn image(name: &str, variable: &str) -> Option<PathBuf> {
    let image = env::var_os(variable);
    if image.is_none() {
        skipped(name, &format!("no {variable} (cargo xtask test sets it)"));
    }
    image.map(PathBuf::from)
}
