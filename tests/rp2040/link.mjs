// The two ways on which a host speaks to the board: each takes the host's bytes when it is `due`, and gives the board's to `send`.

import { createRequire } from 'node:module';
import { join } from 'node:path';

const { USBCDC } = createRequire(join(process.env.LFSR_RP2040JS, 'package.json'))('rp2040js');

/** The first UART: a byte at a time, at the rate that it is set to. */
export function uartLink(chip, send) {
  const uart = chip.uart[0];
  uart.onByte = send;
  return {
    due: 0,
    take(bytes) {
      if (uart.rxFIFO.full) return;
      uart.feedByte(bytes.shift());
      this.due = chip.clock.nanos + 1e10 / uart.baudRate;
    },
  };
}

/** The USB socket, with the emulator's own host for serial ports. It answers at once where there is nothing to say; here the board waits for bytes. */
export function usbLink(chip, send) {
  const usb = chip.usbCtrl;
  const host = new USBCDC(usb);
  host.onSerialData = (bytes) => bytes.forEach(send);
  // What fits into a buffer that the board has made ready, by endpoint; it does so before the host knows which one it will use.
  const room = new Map();
  usb.onEndpointRead = (endpoint, size) => {
    if (endpoint > 0) room.set(endpoint, size);
  };
  return {
    due: 0,
    take(bytes) {
      const size = room.get(host.outEndpoint);
      if (!host.initialized || !size) return;
      const packet = Uint8Array.from(bytes.splice(0, size));
      room.delete(host.outEndpoint);
      usb.endpointReadDone(host.outEndpoint, packet);
    },
  };
}
