// What the emulator rp2040js 1.4 lacks of the chip's registers and an image needs, by the RP2040 data sheet.

// Section 4.2.8: the data register; UARTRSR, errors of what was received last (bit 3 is an overrun, writing clears it); flags: sending, FIFO full and empty.
const UARTDR = 0x0;
const UARTRSR = 0x4;
const OVERRUN = 1 << 3;
const UARTFR = 0x18;
const [BUSY, TXFF, TXFE] = [1 << 3, 1 << 5, 1 << 7];
const FIFO = 32;

// Section 3.7, SHIFTCTRL of a state machine, from its first register on: the bits that join its FIFOs, which empties both.
const SHIFTCTRL = 0xd0 - 0xc8;
const JOIN = 0b11 << 30;

// Section 3.5.7: an instruction that the core forces on a state machine takes the place of one that waits, whether the machine is enabled or not.
const INSTR = 0xd8 - 0xc8;

// Section 2.5.7, the controller: channels being aborted, which it does at once; the sniffer.
const CHAN_ABORT = 0x444;
const SNIFF_CTRL = 0x434;
const SNIFF_DATA = 0x438;
const SNIFF_EN = 1 << 23;

/** Adds it to the chip. */
export function add(chip) {
  chip.uart.forEach((uart) => {
    receiveStatus(uart);
    sendingTakesTime(uart, chip.clock);
  });
  abort(chip.dma);
  chip.pio.forEach((pio) => pio.machines.forEach(joining));
  chip.pio.forEach((pio) => pio.machines.forEach(forcing));
  sniffer(chip);
}

function receiveStatus(uart) {
  const [read, write] = [uart.readUint32.bind(uart), uart.writeUint32.bind(uart)];
  uart.overrun = false;
  uart.readUint32 = (offset) => (offset === UARTRSR ? (uart.overrun ? OVERRUN : 0) : read(offset));
  uart.writeUint32 = (offset, value) => {
    if (offset === UARTRSR) uart.overrun = false;
    else write(offset, value);
  };
}

/** Bytes leave at the rate that is set, ten bits each, and the FIFO may be full. */
function sendingTakesTime(uart, clock) {
  const [read, write] = [uart.readUint32.bind(uart), uart.writeUint32.bind(uart)];
  let free = 0;
  const left = () => Math.ceil((free - clock.nanos) / (1e10 / uart.baudRate));
  uart.readUint32 = (offset) => {
    if (offset !== UARTFR) return read(offset);
    const waiting = left();
    const others = read(offset) & ~TXFE;
    return others | (waiting > FIFO ? TXFF : 0) | (waiting > 0 ? BUSY : 0) | (waiting > 1 ? 0 : TXFE);
  };
  uart.writeUint32 = (offset, value) => {
    if (offset === UARTDR) free = Math.max(free, clock.nanos) + 1e10 / uart.baudRate;
    write(offset, value);
  };
}

function joining(machine) {
  const write = machine.writeUint32.bind(machine);
  machine.writeUint32 = (offset, value) => {
    const isChanged = offset === SHIFTCTRL && (machine.shiftCtrl ^ value) & JOIN;
    write(offset, value);
    if (!isChanged) return;
    machine.rxFIFO.reset();
    machine.txFIFO.reset();
    machine.updateDMARx();
    machine.updateDMATx();
    machine.pio.rxStall &= ~(1 << machine.index);
  };
}

/** Without it a pin that changes would take a machine from where it was sent to the instruction after it. */
function forcing(machine) {
  const write = machine.writeUint32.bind(machine);
  machine.writeUint32 = (offset, value) => {
    if (offset === INSTR) machine.waiting = false;
    write(offset, value);
  };
}

function abort(dma) {
  const read = dma.readUint32.bind(dma);
  dma.readUint32 = (offset) => (offset === CHAN_ABORT ? 0 : read(offset));
}

/** CRC-32 of what a channel copies, most significant bit first, without reversal or inversion: all that the image uses (section 2.5.5.2). */
function sniffer(chip) {
  const { dma } = chip;
  const [read, write] = [dma.readUint32.bind(dma), dma.writeUint32.bind(dma)];
  let [control, data] = [0, 0];
  dma.readUint32 = (offset) => (offset === SNIFF_DATA ? data : offset === SNIFF_CTRL ? control : read(offset));
  dma.writeUint32 = (offset, value) => {
    if (offset === SNIFF_DATA) data = value >>> 0;
    else if (offset === SNIFF_CTRL) control = value >>> 0;
    else write(offset, value);
  };
  dma.channels.forEach((channel, number) => {
    const copy = channel.transfer;
    channel.transferAlarm.callback = () => {
      const isSniffed = control & 1 && ((control >> 1) & 0xf) === number && channel.ctrl & SNIFF_EN;
      const word = isSniffed ? chip.readUint32(channel.readAddr) : 0;
      copy();
      if (!isSniffed) return;
      if ((control >> 5) & 0x7f || channel.dataSize !== 4) throw new Error('the sniffer is used in a way that this bench does not know');
      for (let i = 31; i >= 0; i--) {
        const leaving = (data >>> 31) ^ ((word >>> i) & 1);
        data = ((data << 1) ^ (leaving ? 0x04c11db7 : 0)) >>> 0;
      }
    };
  });
}
