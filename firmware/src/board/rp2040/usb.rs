//! The link over the board's own USB socket: a serial port (class CDC-ACM), and nothing to wire. Section 4.1 of the RP2040 data sheet.

use core::cell::{Cell, RefCell};

use critical_section::{CriticalSection, Mutex};
use rp2040_hal::{
    clocks::UsbClock,
    pac::{self, interrupt},
    usb::UsbBus,
};
use usb_device::{
    bus::UsbBusAllocator,
    device::{StringDescriptors, UsbDevice, UsbDeviceBuilder, UsbDeviceState, UsbVidPid},
};
use usbd_serial::{SerialPort, USB_CLASS_CDC};

use crate::board::received::{COMMANDS, Queue};

/// The numbers that V-USB's authors share for serial ports; the names below tell this one apart, as they ask for.
const NUMBERS: UsbVidPid = UsbVidPid(0x16c0, 0x27dd);

/// Tries to hand over a packet before the host counts as gone: a tenth of a second and more.
const PATIENCE: u32 = 200_000;

/// The controller and the port on it.
struct Port {
    /// Where a host's bytes go: among those of the other way of the link.
    target: &'static Queue<COMMANDS>,
    device: UsbDevice<'static, UsbBus>,
    serial: SerialPort<'static, UsbBus>,
}

static PORT: Mutex<RefCell<Option<Port>>> = Mutex::new(RefCell::new(None));

/// Whether the last bytes of a host came this way, so that answers go the same.
static SPOKE: Mutex<Cell<bool>> = Mutex::new(Cell::new(false));

/// What the chip gives to it.
pub(super) struct Parts {
    pub(super) registers: pac::USBCTRL_REGS,
    pub(super) memory: pac::USBCTRL_DPRAM,
    pub(super) clock: UsbClock,
}

/// Begins; what a host says goes to `target`. Call it once, and let the interrupt come then.
pub(super) fn begin(parts: Parts, resets: &mut pac::RESETS, target: &'static Queue<COMMANDS>) {
    // Made a reference by the macro, once.
    let bus = cortex_m::singleton!(: UsbBusAllocator<UsbBus> =
        UsbBusAllocator::new(UsbBus::new(parts.registers, parts.memory, parts.clock, true, resets)));
    let Some(bus) = bus else { return };
    let serial = SerialPort::new(bus);
    let names = StringDescriptors::default().manufacturer("lfsrkit").product("lfsrkit rp2040").serial_number("0");
    let builder = UsbDeviceBuilder::new(bus, NUMBERS).device_class(USB_CLASS_CDC).max_packet_size_0(64);
    let device = match builder.and_then(|builder| builder.strings(&[names])) {
        Ok(builder) => builder.build(),
        Err(_) => return,
    };
    critical_section::with(|cs| PORT.borrow_ref_mut(cs).replace(Port { target, device, serial }));
}

/// Whether answers go this way.
pub(super) fn is_in_use() -> bool {
    critical_section::with(|cs| SPOKE.borrow(cs).get())
}

/// The other way was spoken on.
pub(super) fn leave(cs: CriticalSection<'_>) {
    SPOKE.borrow(cs).set(false);
}

/// Sends the first bytes of `buffer`, at least one, and returns how many. A host that takes nothing for long has gone, and the bytes with it.
pub(super) fn send(buffer: &[u8]) -> usize {
    for _ in 0..PATIENCE {
        let sent = critical_section::with(|cs| {
            let mut port = PORT.borrow_ref_mut(cs);
            let port = port.as_mut()?;
            let count = port.serial.write(buffer).ok();
            // What waits in the driver leaves at once.
            let _ = port.serial.flush();
            count.filter(|count| *count > 0)
        });
        if let Some(count) = sent {
            return count;
        }
    }
    buffer.len()
}

#[interrupt]
fn USBCTRL_IRQ() {
    critical_section::with(|cs| {
        let mut port = PORT.borrow_ref_mut(cs);
        let Some(Port { target, device, serial }) = port.as_mut() else { return };
        if !device.poll(&mut [serial]) || device.state() != UsbDeviceState::Configured {
            return;
        }
        let mut bytes = [0; 64];
        while let Ok(count) = serial.read(&mut bytes)
            && count > 0
        {
            SPOKE.borrow(cs).set(true);
            bytes.iter().take(count).for_each(|byte| target.push(cs, *byte));
        }
        // An answer may wait for the room that a packet has left.
        let _ = serial.flush();
    });
}
