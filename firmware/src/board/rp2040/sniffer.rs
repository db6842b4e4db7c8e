//! [`Sniffer`]: the CRC unit beside the DMA controller, fed words of zeros.

use core::sync::atomic::AtomicU32;

use lfsr_firmware::source::Stepped;
use rp2040_hal::{
    dma::{CH0, Channel},
    pac::{self, DMA},
};

/// Section 2.5.5.2: CRC-32 of IEEE 802.3, without x^32.
pub(super) const POLYNOMIAL: u32 = 0x04C1_1DB7;

/// Looks at a transfer of one word before the controller counts as broken.
const PATIENCE: u32 = 1000;

/// What is copied, and where to.
static ZEROS: AtomicU32 = AtomicU32::new(0);
static SINK: AtomicU32 = AtomicU32::new(0);

/// Channel 0 and the sniffer, which the driver knows nothing of.
pub(super) struct Sniffer {
    _channel: Channel<CH0>,
}

impl Sniffer {
    pub(super) fn new(channel: Channel<CH0>) -> Self {
        let mut sniffer = Self { _channel: channel };
        let dma = Self::registers();
        // The result as it is in the register: neither reversed nor inverted.
        // SAFETY (of the register written as bits): it is the number of a channel.
        dma.sniff_ctrl().write(|w| unsafe { w.en().set_bit().dmach().bits(0).calc().crc32() });
        sniffer.restart();
        sniffer
    }

    /// Back to all ones.
    pub(super) fn restart(&mut self) {
        // SAFETY: any value is a state of the register.
        Self::registers().sniff_data().write(|w| unsafe { w.bits(u32::MAX) });
    }

    fn registers() -> &'static pac::dma::RegisterBlock {
        // SAFETY: a `Sniffer` owns channel 0, and is alone with the sniffer.
        unsafe { &*DMA::ptr() }
    }
}

impl Stepped for Sniffer {
    fn step(&mut self) -> Option<u32> {
        let dma = Self::registers();
        let channel = dma.ch(0);
        // SAFETY: the addresses are those of words in RAM that live for ever and that nobody else reads or writes, and the count is
        // one word.
        unsafe {
            channel.ch_read_addr().write(|w| w.bits(ZEROS.as_ptr() as u32));
            channel.ch_write_addr().write(|w| w.bits(SINK.as_ptr() as u32));
            channel.ch_trans_count().write(|w| w.bits(1));
        }
        channel
            .ch_ctrl_trig()
            .write(|w| w.en().set_bit().data_size().size_word().treq_sel().permanent().sniff_en().set_bit());
        (0..PATIENCE).find(|_| !channel.ch_ctrl_trig().read().busy().bit())?;
        Some(dma.sniff_data().read().bits())
    }
}
