//! Logs and panics on silicon. Logs leave by RTT, through the debugger. A panic is logged, and the device starts anew, which the host
//! is told.

#[cfg(feature = "defmt")]
use defmt_rtt as _;

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    #[cfg(feature = "defmt")]
    match info.location() {
        Some(place) => defmt::error!("panic at {=str}:{=u32}", place.file(), place.line()),
        None => defmt::error!("panic"),
    }
    let _ = info;
    cortex_m::peripheral::SCB::sys_reset()
}
