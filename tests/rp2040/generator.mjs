// A generator: the sequence of a recurrence, bit by bit, with what is wrong with it.

/**
 * The bits of s(t) = s(t - lags[0]) ^ s(t - lags[1]) ^ ..., which begins with `seed`, its oldest bit first, or with a 1.
 *
 * Faults, all counted in bits from the first one sent: `wrong` positions to be sent inverted, `every` so many bits an inverted one,
 * `missing` and `doubled` positions to be left out or sent twice, `stuck` a position from which on zeros are sent, `inverted` all.
 */
export class Generator {
  constructor({ lags, seed = '1', wrong = [], every = 0, missing = [], doubled = [], stuck = Infinity, inverted = false }) {
    const degree = Math.max(...lags);
    this.lags = lags;
    this.history = Uint8Array.from(seed.padEnd(degree, '0'), Number);
    this.at = 0;
    this.sent = 0;
    this.again = null;
    this.inverted = inverted ? 1 : 0;
    this.faults = { wrong: new Set(wrong), every, missing: new Set(missing), doubled: new Set(doubled), stuck };
  }

  /** The next bit of the sequence. */
  step() {
    const { history, lags, at } = this;
    const degree = history.length;
    let bit = 0;
    for (const lag of lags) bit ^= history[(at - lag + degree) % degree];
    history[at] = bit;
    this.at = at + 1 === degree ? 0 : at + 1;
    return bit;
  }

  /** The next bit that is sent. */
  bit() {
    const { wrong, every, missing, doubled, stuck } = this.faults;
    let bit = this.again ?? this.step();
    this.again = null;
    const position = this.sent++;
    if (missing.has(position)) bit = this.step();
    if (doubled.has(position)) this.again = bit;
    if (position >= stuck) return 0;
    const isWrong = wrong.has(position) || (every > 0 && position % every === every - 1);
    return bit ^ this.inverted ^ (isWrong ? 1 : 0);
  }

  /** Eight bits, the first one lowest. */
  byte() {
    let byte = 0;
    for (let i = 0; i < 8; i++) byte |= this.bit() << i;
    return byte;
  }
}
