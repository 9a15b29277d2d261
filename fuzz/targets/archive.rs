//! An archive of everything that is held, from anywhere.
#![no_main]

use formats::everything::archive;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(unpacked) = archive::unpack(bytes) {
        unpacked.data().ok();
        for name in unpacked.files() {
            assert!(unpacked.get(name).is_some(), "{name} is named and is not there");
        }
    }
});
