//! [`solve`]: y with y + sum of y shifted by the lags = z, within one word.
//!
//! With p(x) the sum of x^k over the lags below 64, y = z / (1 + p) modulo x^64, and over GF(2)
//!
//! ```text
//!   1 / (1 + p)  =  (1 + p) (1 + p)^2 (1 + p)^4 ... (1 + p)^32  modulo x^64,   since (1 + p)^64 = 1 + p(x^64) = 1
//!   (1 + p)^(2^j)  =  1 + sum of x^(2^j k)
//! ```
//!
//! A lag k takes part in a factor if 2^j k < 64: six shifts for lag 1, one for those of 32 and more.

/// The bits of y, each of which depends on those of z up to it only. The lags ascend; those of 64 and more are of no matter within a word.
#[inline(always)]
pub(super) fn solve(lags: &[u8], z: u64) -> u64 {
    let mut y = z;
    for j in 0..6 {
        let mut sum = y;
        let mut is_last = true;
        for &lag in lags {
            let shift = u32::from(lag) << j;
            if shift >= u64::BITS {
                break;
            }
            sum ^= y << shift;
            is_last = false;
        }
        if is_last {
            break;
        }
        y = sum;
    }
    y
}
