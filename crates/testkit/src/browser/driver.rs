//! Chromium's driver, in a process group of its own.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// The driver, and the port that it listens on.
pub fn start() -> (Child, u16) {
    let mut driver = Command::new("chromedriver")
        .args(["--port=0", "--log-level=SEVERE"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("chromedriver starts: on Debian, apt-get install chromium chromium-driver");
    let out = BufReader::new(driver.stdout.take().expect("its words can be read"));
    let port = out.lines().map_while(Result::ok).find_map(|line| {
        let rest = line.split("successfully on port ").nth(1)?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    let Some(port) = port else {
        let _ = driver.kill();
        let _ = driver.wait();
        panic!("chromedriver did not say where it listens");
    };
    (driver, port)
}

/// Ends the driver and everything it started.
pub fn kill(driver: &mut Child) {
    let group = format!("-{}", driver.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = driver.wait();
}
