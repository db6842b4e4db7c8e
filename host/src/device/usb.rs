//! What is at the other end of a USB serial port, by the numbers it reports; Linux only, elsewhere the port's name must do.

use std::{fs, path::Path};

/// Who made a device, and which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ids {
    vendor: u16,
    product: u16,
}

/// What is known: vendor, product (`None`: any), and what it is. Numbers of debuggers as in the udev rules of OpenOCD and probe-rs; those of
/// 2e8a as in Raspberry Pi's list of its products (usb-pid).
const KNOWN: [(u16, Option<u16>, &str); 13] = [
    (0x0483, Some(0x374b), "ST-Link/V2-1, as on Nucleo boards: firmware stm32f4"),
    (0x0483, Some(0x3752), "ST-Link/V2-1, as on Nucleo boards: firmware stm32f4"),
    (0x0483, Some(0x374e), "ST-Link/V3: firmware stm32f4"),
    (0x0483, Some(0x374f), "ST-Link/V3: firmware stm32f4"),
    (0x0483, Some(0x3753), "ST-Link/V3: firmware stm32f4"),
    (0x2e8a, Some(0x000c), "Raspberry Pi Debug Probe: firmware rp2040 behind it"),
    (0x2e8a, Some(0x0004), "Raspberry Pi Picoprobe: firmware rp2040 behind it"),
    (0x16c0, Some(0x27dd), "USB serial port by V-USB's shared numbers: firmware rp2040, or another maker's"),
    (0x1366, None, "SEGGER J-Link, as on Nordic's development kits: firmware nrf52840"),
    (0x0d28, Some(0x0204), "DAPLink debugger"),
    (0x0403, None, "FTDI adapter"),
    (0x10c4, Some(0xea60), "CP210x adapter"),
    (0x1a86, None, "CH340 adapter"),
];

/// The numbers of the device behind a port such as `/dev/ttyACM0`, from Linux' description of its devices at `sysfs`.
pub(super) fn ids(sysfs: &Path, port: &str) -> Option<Ids> {
    let name = Path::new(port).file_name()?;
    let interface = fs::canonicalize(sysfs.join("class/tty").join(name).join("device")).ok()?;
    // The numbers are the device's, which the interface is a part of.
    let device = interface.ancestors().find(|folder| folder.join("idVendor").is_file())?;
    let number = |file| u16::from_str_radix(fs::read_to_string(device.join(file)).ok()?.trim(), 16).ok();
    Some(Ids { vendor: number("idVendor")?, product: number("idProduct")? })
}

/// What that is, as far as it is known.
pub(super) fn name(ids: Ids) -> Option<&'static str> {
    let is = |product: Option<u16>| product.is_none_or(|product| product == ids.product);
    KNOWN.iter().find(|(vendor, product, _)| *vendor == ids.vendor && is(*product)).map(|(_, _, name)| *name)
}

/// Rules for Linux' udev: whoever sits at the machine may use the boards, debuggers and adapters that are known here, and no modem manager takes them for modems.
#[must_use]
pub fn udev_rules() -> String {
    let mut text = String::from(
        "# Boards with lfsrkit's firmware, their debuggers, and adapters: for whoever sits at the machine.\n\
         #   lfsr device setup --print | sudo tee /etc/udev/rules.d/70-lfsrkit.rules\n\
         #   sudo udevadm control --reload && sudo udevadm trigger\n",
    );
    for (vendor, product, what) in KNOWN {
        let product = product.map_or(String::new(), |product| format!(", ATTRS{{idProduct}}==\"{product:04x}\""));
        text.push_str(&format!("# {what}\n"));
        for subsystem in ["tty", "usb"] {
            text.push_str(&format!(
                "SUBSYSTEM==\"{subsystem}\", ATTRS{{idVendor}}==\"{vendor:04x}\"{product}, MODE=\"0660\", TAG+=\"uaccess\", ENV{{ID_MM_DEVICE_IGNORE}}=\"1\"\n"
            ));
        }
    }
    text
}

#[cfg(all(test, unix))]
mod tests {
    use std::{env, os::unix::fs::symlink, process};

    use super::*;

    /// As Linux has it: the port's entry points to an interface, the numbers are one folder above.
    #[test]
    fn the_numbers_are_found_from_the_port() {
        let sysfs = env::temp_dir().join(format!("lfsrkit-usb-{}", process::id()));
        let (device, tty) = (sysfs.join("devices/usb1/1-2"), sysfs.join("class/tty/ttyACM7"));
        fs::create_dir_all(device.join("1-2:1.2")).unwrap();
        fs::create_dir_all(&tty).unwrap();
        fs::write(device.join("idVendor"), "0483\n").unwrap();
        fs::write(device.join("idProduct"), "374b\n").unwrap();
        symlink(device.join("1-2:1.2"), tty.join("device")).unwrap();
        let found = ids(&sysfs, "/dev/ttyACM7");
        let other = ids(&sysfs, "/dev/ttyS0");
        fs::write(device.join("idProduct"), "what\n").unwrap();
        let garbled = ids(&sysfs, "/dev/ttyACM7");
        fs::remove_dir_all(&sysfs).unwrap();
        assert_eq!(found, Some(Ids { vendor: 0x0483, product: 0x374b }));
        assert!(name(found.unwrap()).is_some_and(|name| name.contains("stm32f4")));
        assert_eq!((other, garbled), (None, None));
    }

    #[test]
    fn a_vendor_alone_is_enough_where_it_makes_one_kind() {
        let named = |vendor, product| name(Ids { vendor, product });
        assert!(named(0x1366, 0x1051).is_some_and(|name| name.contains("nrf52840")));
        assert!(named(0x2e8a, 0x000c).is_some_and(|name| name.contains("rp2040")));
        // ST makes much else.
        assert_eq!(named(0x0483, 0x5740), None);
        assert_eq!(named(0x1234, 0x374b), None);
    }

    #[test]
    fn the_rules_are_for_all_that_is_known() {
        let rules = udev_rules();
        let lines: Vec<&str> = rules.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), 2 * KNOWN.len());
        for line in lines {
            // Matches with ==, then what is set with = or +=, and all in quotes.
            let parts: Vec<&str> = line.split(", ").collect();
            assert!(parts.iter().all(|part| part.ends_with('"') && part.matches('"').count() == 2), "{line}");
            let sets = parts.iter().position(|part| !part.contains("==")).unwrap();
            assert!(parts[sets..].iter().all(|part| !part.contains("==")), "{line}");
            assert!(parts.contains(&"TAG+=\"uaccess\""), "{line}");
        }
        assert!(rules.contains("ATTRS{idVendor}==\"16c0\", ATTRS{idProduct}==\"27dd\""));
    }
}
