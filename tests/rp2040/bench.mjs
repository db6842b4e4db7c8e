// A Pico on the bench: its image, unmodified, in the emulator rp2040js, with generators at its pins and its link on a TCP port.
//
//   node bench.mjs IMAGE.uf2 '{"pio": {"lags": [28, 31], "hertz": 10e6}}' [uart|usb]
//
// The first line written is the port. The bench ends when its standard input does, with one line of JSON: emulated seconds since the host began, bits sent by each generator.
// The folder with the emulator is named by LFSR_RP2040JS.
//
// The emulator's core, UART, SPI, GPIO, DMA and PIO are by other people. What it lacks is added here: it runs the PIO whenever JavaScript has time, while
// here each of its cycles is one of the core; it has no boot ROM (rom.mjs) and lacks some registers (lacking.mjs).

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';

import * as lacking from './lacking.mjs';
import { uartLink, usbLink } from './link.mjs';
import * as rom from './rom.mjs';
import { connect } from './wires.mjs';

const { RP2040, ConsoleLogger, LogLevel } = createRequire(join(process.env.LFSR_RP2040JS, 'package.json'))('rp2040js');

const CYCLE = 1e9 / 125e6;
const FLASH = 0x10000000;

/** What a state machine waits for, as the emulator numbers it. */
const WAITS_FOR_PIN = 1;

/** Nanoseconds: the host may say something at any time. */
const LONGEST_SKIP = 2000;

/** Instructions between two looks at the sockets. */
const PIECE = 20000;

const [image, settings, way = 'uart'] = process.argv.slice(2);
const chip = new RP2040();
chip.logger = new ConsoleLogger(LogLevel.Error, true);
rom.load(chip);
lacking.add(chip);
loadUf2(readFileSync(image));
const clock = chip.clock;
const programs = chip.pio;
programs.forEach((pio) => (pio.run = () => {}));
const wires = connect(chip, JSON.parse(settings ?? '{}'));

// As after the first part of the real ROM: at the second stage of the boot loader.
chip.core.PC = FLASH;
chip.core.SP = 0x20042000;
// The second stage ends by going on with the image's vectors; so it runs as well.
chip.core.LR = 0;

const received = [];

/** Generators with a clock of their own begin when the host speaks. */
let begun = null;
let socket = null;
const server = createServer((connection) => {
  socket?.destroy();
  socket = connection;
  socket.setNoDelay(true);
  socket.on('data', (bytes) => {
    if (begun === null) {
      begun = clock.nanos;
      wires.forEach((wire) => (wire.due += begun));
    }
    received.push(...bytes);
  });
  socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
const sending = [];
const link = way === 'usb' ? usbLink(chip, (byte) => sending.push(byte)) : uartLink(chip, (byte) => sending.push(byte));

let ended = false;
process.stdin.on('end', () => (ended = true)).resume();

run();

function run() {
  try {
    for (let i = 0; i < PIECE; i++) advance();
  } catch (error) {
    console.error(`rp2040 bench: ${error.message}`);
    process.exit(1);
  }
  if (sending.length > 0 && socket) socket.write(Uint8Array.from(sending.splice(0)));
  if (!ended) return setImmediate(run);
  const sent = Object.fromEntries(wires.map((wire) => [wire.name, wire.generator.sent]));
  console.log(JSON.stringify({ seconds: (clock.nanos - begun) / 1e9, sent }));
  process.exit(0);
}

/** One instruction of the core, or a sleep until something happens; everything else goes on meanwhile. */
function advance() {
  const { core } = chip;
  let cycles = 1;
  if (core.waiting) {
    // An interrupt that is held back wakes the core as well (ARMv6-M, WFI).
    if (core.pendingInterrupts & core.enabledInterrupts) core.waiting = false;
    else if (programs.every((pio) => pio.stopped || pio.machines.every(rests))) skip();
  } else if (core.PC < 0x4000) {
    rom.call(chip);
    cycles = 30;
  } else {
    cycles = core.executeInstruction();
  }
  for (let i = 0; i < cycles; i++) tick();
}

/** Whether a state machine does nothing until a pin changes. */
function rests(machine) {
  return !machine.enabled || (machine.waiting && machine.waitType === WAITS_FOR_PIN);
}

/** To the cycle before the next thing that happens, while core and PIO do nothing. */
function skip() {
  const next = Math.min(
    clock.nanos + LONGEST_SKIP,
    ...wires.map((wire) => (begun === null ? Infinity : wire.due)),
    clock.nextAlarm?.nanos ?? Infinity,
    received.length > 0 ? link.due : Infinity,
  );
  const cycles = Math.floor((next - clock.nanos) / CYCLE) - 1;
  if (cycles > 0) clock.tick(cycles * CYCLE);
}

/** One cycle of the chip's clock. */
function tick() {
  clock.tick(CYCLE);
  for (const wire of begun === null ? [] : wires) {
    while (wire.due <= clock.nanos) wire.turn();
  }
  for (const pio of programs) {
    if (pio.stopped) continue;
    for (const machine of pio.machines) {
      if (machine.enabled) machine.step();
    }
  }
  if (received.length > 0 && clock.nanos >= link.due) link.take(received);
}

/** Blocks of 512 bytes with 256 of the flash each: the format's own description, "UF2". */
function loadUf2(file) {
  for (let at = 0; at < file.length; at += 512) {
    if (file.readUInt32LE(at) !== 0x0a324655) throw new Error(`${image} is not a UF2 file`);
    const [address, count] = [file.readUInt32LE(at + 12), file.readUInt32LE(at + 16)];
    chip.flash.set(file.subarray(at + 32, at + 32 + count), address - FLASH);
  }
}
