// What is connected to the pins: each kind of wire carries the bits of a generator to a source of the board.
//
// A wire that has a clock of its own says how long after the last event its next one is due, and `turn`s then. Others are driven by the chip.

import { Generator } from './generator.mjs';

/** Nanoseconds. */
const SECOND = 1e9;

/** Wires by name; each takes the chip and its settings. */
const KINDS = { pio: clocked, uart1: serial, spi0: shifted, driven: driven };

/** The wires that the settings ask for: a name of a source, and a generator's. */
export function connect(chip, settings) {
  return Object.entries(settings).map(([name, wanted]) => {
    if (!KINDS[name]) throw new Error(`no wire called ${name}; there are ${Object.keys(KINDS).join(', ')}`);
    return KINDS[name](chip, wanted, new Generator(wanted));
  });
}

/** A generator with a clock of its own: data on GP10, which change when the clock on GP11 falls. */
function clocked(chip, { hertz = 1e6 }, generator) {
  const half = SECOND / hertz / 2;
  let high = false;
  return {
    name: 'pio',
    due: half,
    generator,
    turn() {
      high = !high;
      chip.gpio[11].setInputValue(high);
      // After the edge: the emulator looks at each change by itself.
      if (!high) chip.gpio[10].setInputValue(generator.bit() === 1);
      this.due += half;
    },
  };
}

/** Bytes of ten bits each at the second UART, which a receiver of another rate would not read. */
function serial(chip, { baud = 115200 }, generator) {
  return {
    name: 'uart1',
    due: (10 * SECOND) / baud,
    generator,
    turn() {
      const uart = chip.uart[1];
      const isRight = Math.abs(uart.baudRate - baud) / baud < 0.02 && uart.wordLength === 8;
      const byte = generator.byte();
      if (uart.rxFIFO.full) uart.overrun = true;
      else uart.feedByte(isRight ? byte : 0xff);
      this.due += (10 * SECOND) / baud;
    },
  };
}

/** A register on MISO that the chip clocks: most significant bit first. */
function shifted(chip, _, generator) {
  const spi = chip.spi[0];
  const wire = {
    name: 'spi0',
    due: Infinity,
    generator,
    turn() {
      let byte = 0;
      for (let i = 0; i < 8; i++) byte = (byte << 1) | generator.bit();
      this.due = Infinity;
      spi.completeTransmit(byte);
    },
  };
  spi.onTransmit = () => {
    if (spi.spiMode !== 0 || spi.dataBits !== 8) throw new Error('SPI0 is not in mode 0 with 8 bits');
    wire.due = chip.clock.nanos + (8 * SECOND) / spi.clockFrequency;
  };
  return wire;
}

/** A generator that the chip clocks by GP14: it steps at the rising edge, its bit is on GP15. */
function driven(chip, _, generator) {
  const show = () => chip.gpio[15].setInputValue(generator.bit() === 1);
  show();
  const HIGH = 1;
  chip.gpio[14].addListener((now, before) => {
    if (now === HIGH && before !== HIGH) show();
  });
  return { name: 'driven', due: Infinity, generator, turn() {} };
}
