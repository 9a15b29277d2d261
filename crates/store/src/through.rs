//! A command through which a backup passes on its way into its file, and out of it
//! again: a tool of the operator's that encrypts it (`age`, `gpg`, one that asks a key
//! store), so that the file can be opened without this program.

use crate::StoreError;
use crate::error::io as failed_io;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Such a command, if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Through(Option<String>);

impl Through {
    /// A command for `sh`: it reads from its standard input and writes to its standard
    /// output.
    #[must_use]
    pub fn command(command: &str) -> Self {
        Self(Some(command.to_owned()))
    }

    pub(crate) fn write_to(&self, file: File) -> Result<Out, StoreError> {
        let Some(command) = &self.0 else { return Ok(Out::File(BufWriter::new(file))) };
        let output = file.try_clone().map_err(failed_io)?;
        let mut child = spawn(command, Stdio::piped(), output.into())?;
        let input = child.stdin.take().map(BufWriter::new);
        Ok(Out::Command { child, input, file })
    }

    pub(crate) fn read_from(&self, file: File) -> Result<In, StoreError> {
        let Some(command) = &self.0 else { return Ok(In::File(BufReader::new(file))) };
        let mut child = spawn(command, file.into(), Stdio::piped())?;
        match child.stdout.take() {
            Some(output) => Ok(In::Command { child, output: BufReader::new(output) }),
            None => Err(failed()),
        }
    }
}

fn spawn(command: &str, input: Stdio, output: Stdio) -> Result<Child, StoreError> {
    let child = Command::new("sh").args(["-c", command]).stdin(input).stdout(output).spawn();
    child.map_err(|why| StoreError::Io { what: format!("the command {command} cannot be started: {why}") })
}

fn failed() -> StoreError {
    let what = "the command that the backup passes through did not end well; what it said stands above";
    StoreError::Io { what: what.to_owned() }
}

/// Where a backup is written to.
pub(crate) enum Out {
    File(BufWriter<File>),
    Command { child: Child, input: Option<BufWriter<ChildStdin>>, file: File },
}

impl Out {
    /// Writes what is left, waits for the command, and sees the file onto the disk.
    pub fn finish(self) -> Result<(), StoreError> {
        let file = match self {
            Self::File(file) => file.into_inner().map_err(|why| failed_io(why.into_error()))?,
            Self::Command { mut child, input, file } => {
                // Once it is closed, the command knows that this was all.
                let written = input.map_or(Ok(()), |mut input| input.flush());
                let status = child.wait().map_err(failed_io)?;
                if !status.success() {
                    return Err(failed());
                }
                written.map_err(failed_io)?;
                file
            }
        };
        file.sync_all().map_err(failed_io)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Command { input: Some(input), .. } => input.write(bytes),
            Self::Command { input: None, .. } => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::File(file) => file.flush(),
            Self::Command { input: Some(input), .. } => input.flush(),
            Self::Command { input: None, .. } => Ok(()),
        }
    }
}

/// Where a backup is read from.
pub(crate) enum In {
    File(BufReader<File>),
    Command { child: Child, output: BufReader<ChildStdout> },
}

impl In {
    /// After its end: whether nothing came after it and the command ended well.
    pub fn finish(mut self) -> Result<bool, StoreError> {
        let is_end = self.fill_buf().is_ok_and(<[u8]>::is_empty);
        if let Self::Command { mut child, output } = self {
            drop(output);
            let status = child.wait().map_err(failed_io)?;
            if is_end && !status.success() {
                return Err(failed());
            }
        }
        Ok(is_end)
    }
}

impl Read for In {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(bytes),
            Self::Command { output, .. } => output.read(bytes),
        }
    }
}

impl BufRead for In {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Self::File(file) => file.fill_buf(),
            Self::Command { output, .. } => output.fill_buf(),
        }
    }

    fn consume(&mut self, bytes: usize) {
        match self {
            Self::File(file) => file.consume(bytes),
            Self::Command { output, .. } => output.consume(bytes),
        }
    }
}
