//! Chromium's driver, in a process group of its own.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// How often a driver is started before a test gives up. It takes a free port of
/// one family of addresses and then wants the same port of the other: where
/// something else has that one, it ends, and the next takes another port.
const TRIES: usize = 10;

/// The driver, and the port that it listens on.
pub fn start() -> (Child, u16) {
    let mut said = String::new();
    for _ in 0..TRIES {
        match start_once() {
            Ok(driver) => return driver,
            Err(words) => said = words,
        }
    }
    panic!("chromedriver did not say where it listens, {TRIES} times. Its last words: {said}");
}

/// A driver with its port; otherwise what it said before it ended.
fn start_once() -> Result<(Child, u16), String> {
    let mut driver = Command::new("chromedriver")
        .args(["--port=0", "--log-level=SEVERE"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("chromedriver starts: on Debian, apt-get install chromium chromium-driver");
    let out = BufReader::new(driver.stdout.take().expect("its words can be read"));
    let mut said = Vec::new();
    for line in out.lines().map_while(Result::ok) {
        if let Some(port) = port_in(&line) {
            return Ok((driver, port));
        }
        said.push(line);
    }
    kill(&mut driver);
    Err(said.join(" / "))
}

fn port_in(line: &str) -> Option<u16> {
    let rest = line.split("successfully on port ").nth(1)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Ends the driver and everything it started.
pub fn kill(driver: &mut Child) {
    let group = format!("-{}", driver.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = driver.wait();
}
