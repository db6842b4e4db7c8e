// The functions of the boot ROM that an image calls: RP2040 data sheet, section 2.8.3.
//
// The real boot ROM is not part of the emulator. This stands in for it: a table of functions as the data sheet lays it out, and each of
// them done here when the core comes to its address.

const NAMES = ['MC', 'C4', 'MS', 'S4', 'P3', 'R3', 'L3', 'T3'];

/** The address of the first function; the others follow, four bytes apart. */
const FIRST = 0x100;

/** Where the function that looks up others is. */
const LOOKUP = 0x80;

/** Where the table of functions is: a code of two letters and an address each, and a zero. */
const TABLE = 0x200;

const code = (name) => name.charCodeAt(0) | (name.charCodeAt(1) << 8);

/** Puts the table where images look for it. */
export function load(chip) {
  const rom = new DataView(chip.bootrom.buffer);
  // Section 2.8.3: addresses of the tables of functions and of data, and of the function that looks up, in 16 bits each.
  rom.setUint16(0x14, TABLE, true);
  rom.setUint16(0x16, TABLE, true);
  rom.setUint16(0x18, LOOKUP | 1, true);
  // The magic number and the version of the ROM.
  rom.setUint32(0x10, 0x02017_54d, true);
  NAMES.forEach((name, i) => {
    rom.setUint16(TABLE + 4 * i, code(name), true);
    rom.setUint16(TABLE + 4 * i + 2, (FIRST + 4 * i) | 1, true);
  });
}

/** Does the function that the core has come to, and returns from it. */
export function call(chip) {
  const { core } = chip;
  const [first, second, count] = core.registers;
  const at = core.PC & ~1;
  core.registers[0] = at === LOOKUP ? lookUp(chip, first, second) : run(chip, NAMES[(at - FIRST) / 4], first, second, count);
  core.PC = core.LR & ~1;
}

function lookUp(chip, table, wanted) {
  for (let entry = table; ; entry += 4) {
    const word = chip.readUint32(entry);
    if ((word & 0xffff) === 0 || (word & 0xffff) === wanted) return word >>> 16;
  }
}

function run(chip, name, first, second, count) {
  switch (name) {
    case 'MC':
    case 'C4':
      for (let i = 0; i < count; i++) chip.writeUint8(first + i, chip.readUint8(second + i));
      return first;
    case 'MS':
    case 'S4':
      for (let i = 0; i < count; i++) chip.writeUint8(first + i, second & 0xff);
      return first;
    case 'P3':
      return first.toString(2).replaceAll('0', '').length;
    case 'R3':
      return parseInt(first.toString(2).padStart(32, '0').split('').reverse().join(''), 2);
    case 'L3':
      return Math.clz32(first);
    case 'T3':
      return first === 0 ? 32 : 31 - Math.clz32(first & -first);
    default:
      throw new Error(`the image calls the boot ROM at ${(chip.core.PC >>> 0).toString(16)}, which this bench does not have`);
  }
}
