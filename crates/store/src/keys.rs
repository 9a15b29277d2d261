//! Keys that are kept outside the database, so that whoever can write to the
//! database cannot do as if they were the program.
//!
//! A key is 32 bytes. A *ring* has one that counts now, the first, and any
//! number of older ones, with which nothing new is made: what was made with
//! them can still be checked (and, where something is encrypted, read). A key
//! goes by the first bytes of a hash of it, so nobody has to name it.
//!
//! Nothing is done with a key itself. For each purpose another is made from it
//! ([`Key::derive`]), so that what one purpose gives away helps with no other.
//!
//! As text a ring is one key on each line, 64 letters and figures (hex); empty
//! lines and what follows a # do not count. It is read from a file that its
//! owner alone may read ([`Keys::from_file`]), from what a command prints
//! ([`Keys::from_command`], for a vault or an HSM), or from a text.

use hmac::{Hmac, Mac as _};
use phb_cipher::Secret;
use sha2::Sha256;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use zeroize::Zeroizing;

/// How many bytes the id of a key has.
const ID: usize = 4;
/// How many bytes a MAC has, with the id of its key before it.
const MAC: usize = ID + 32;

/// What a key goes by: the first bytes of a hash of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; ID]);

impl KeyId {
    pub(crate) fn bytes(&self) -> &[u8; ID] {
        &self.0
    }

    /// The id that stands before something, and what comes after it.
    pub(crate) fn before(bytes: &[u8]) -> Option<(Self, &[u8])> {
        bytes.split_first_chunk::<ID>().map(|(id, rest)| (Self(*id), rest))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// One key. It is wiped from memory when it is dropped, and shows only its id.
pub struct Key {
    id: KeyId,
    secret: Secret,
    /// Ready to make MACs.
    macs: Hmac<Sha256>,
    /// What wraps the keys of streams ([`crate::data_keys`]).
    wraps: Secret,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({})", self.id)
    }
}

impl Key {
    fn new(secret: Zeroizing<[u8; 32]>) -> Self {
        let secret = Secret::new(secret);
        let id = *secret.derive("the id of this key").bytes();
        let macs = secret.derive("rows, heads and seals").macs();
        let wraps = secret.derive("wrap the keys of streams");
        Self { id: KeyId([id[0], id[1], id[2], id[3]]), secret, macs, wraps }
    }

    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn wraps(&self) -> &Secret {
        &self.wraps
    }

    /// The key for one purpose, which is named in words that no other has.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.secret.derive(purpose).bytes())
    }
}

/// Why a text is no ring of keys. It never says what stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotKeys(String);

impl fmt::Display for NotKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotKeys {}

/// A ring of keys; clones share it. None at all is a ring too.
#[derive(Clone, Debug, Default)]
pub struct Keys(Arc<Vec<Key>>);

/// What a MAC says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Whoever wrote it had a key of ours. Where there is no ring: nobody
    /// claims to have had one.
    Ours,
    /// It is missing, or fits something else.
    Forged,
    /// It was made with a key that is not here.
    NoKey(KeyId),
}

impl Keys {
    /// Reads a ring. Errors say on which line, and never what stands there.
    pub fn parse(text: &str) -> Result<Self, NotKeys> {
        let mut keys: Vec<Key> = vec![];
        for (no, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let mut secret = Zeroizing::new([0; 32]);
            hex::decode_to_slice(line, secret.as_mut()).map_err(|_| {
                NotKeys(format!("line {no} is no key: a key is 64 letters and figures (0 to 9, a to f)"))
            })?;
            let key = Key::new(secret);
            if keys.iter().any(|other| other.id == key.id) {
                return Err(NotKeys(format!("line {no} has a key that stands above already")));
            }
            keys.push(key);
        }
        if keys.is_empty() {
            return Err(NotKeys("there is no key in it".to_owned()));
        }
        Ok(Self(Arc::new(keys)))
    }

    /// Reads the ring in a file, which nobody but its owner may read.
    pub fn from_file(path: &Path) -> Result<Self, NotKeys> {
        let cannot = |why: String| NotKeys(format!("the key file {}: {why}", path.display()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(path).map_err(|why| cannot(why.to_string()))?.permissions().mode();
            if mode & 0o077 != 0 {
                return Err(cannot("others may read it: chmod 600".to_owned()));
            }
        }
        let text =
            std::fs::read_to_string(path).map(Zeroizing::new).map_err(|why| cannot(why.to_string()))?;
        Self::parse(&text).map_err(|why| cannot(why.0))
    }

    /// Reads the ring that a command of the shell prints.
    pub fn from_command(command: &str) -> Result<Self, NotKeys> {
        let cannot = |why: String| NotKeys(format!("the key command: {why}"));
        let output = Command::new("sh").args(["-c", command]).stderr(std::process::Stdio::inherit()).output();
        let output = output.map_err(|why| cannot(why.to_string()))?;
        let printed = Zeroizing::new(output.stdout);
        if !output.status.success() {
            return Err(cannot(output.status.to_string()));
        }
        let text = std::str::from_utf8(&printed).map_err(|_| cannot("it prints no text".to_owned()))?;
        Self::parse(text).map_err(|why| cannot(why.0))
    }

    /// The key that counts now; none where there is no ring.
    #[must_use]
    pub fn current(&self) -> Option<&Key> {
        self.0.first()
    }

    /// The key of an id, whether it counts now or not.
    #[must_use]
    pub fn get(&self, id: KeyId) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The MAC of something by the key that counts now.
    pub(crate) fn mac(&self, of: &[u8]) -> Option<Vec<u8>> {
        let key = self.current()?;
        let mut mac = key.macs.clone();
        mac.update(of);
        Some([key.id.0.as_slice(), mac.finalize().into_bytes().as_slice()].concat())
    }

    /// What a MAC that stands beside something says of it.
    pub(crate) fn check(&self, of: &[u8], mac: Option<&[u8]>) -> Verdict {
        let Some(mac) = mac else {
            return if self.is_empty() { Verdict::Ours } else { Verdict::Forged };
        };
        let Some(id) = id_in(mac) else { return Verdict::Forged };
        let Some(key) = self.get(id) else { return Verdict::NoKey(id) };
        let mut expected = key.macs.clone();
        expected.update(of);
        if expected.verify_slice(&mac[ID..]).is_ok() { Verdict::Ours } else { Verdict::Forged }
    }

    /// Signs a line of a file of ours that lies outside of every database; nothing
    /// where there is no key. `purpose` is in words that no other file has.
    #[must_use]
    pub fn sign_line(&self, purpose: &str, line: &str) -> Option<String> {
        self.mac(format!("line\n{purpose}\n{line}").as_bytes()).map(hex::encode)
    }

    /// Whether a line was signed so, by any key of the ring.
    #[must_use]
    pub fn signed_line(&self, purpose: &str, line: &str, mac: &str) -> bool {
        let mac = hex::decode(mac).ok();
        mac.is_some_and(|mac| {
            self.check(format!("line\n{purpose}\n{line}").as_bytes(), Some(&mac)) == Verdict::Ours
        })
    }

    /// Whether a MAC was made with the key that counts now.
    pub(crate) fn is_current(&self, mac: &[u8]) -> bool {
        id_in(mac).is_some_and(|id| self.current().is_some_and(|key| key.id == id))
    }
}

/// The id of the key that a MAC was made with.
pub(crate) fn id_in(mac: &[u8]) -> Option<KeyId> {
    let id = mac.first_chunk::<ID>().filter(|_| mac.len() == MAC)?;
    Some(KeyId(*id))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "1111111111111111111111111111111111111111111111111111111111111111";
    const TWO: &str = "2222222222222222222222222222222222222222222222222222222222222222";

    #[test]
    fn the_first_key_makes_and_all_check() {
        let old = Keys::parse(ONE).expect("a key");
        let new = Keys::parse(&format!("# since March\n{TWO}\n\n{ONE} # until March\n")).expect("keys");
        let (made, remade) = (old.mac(b"row").expect("a MAC"), new.mac(b"row").expect("a MAC"));
        assert_eq!(made.len(), MAC);
        assert_ne!(made, remade);
        assert_eq!(new.check(b"row", Some(&made)), Verdict::Ours);
        assert_eq!(new.check(b"row", Some(&remade)), Verdict::Ours);
        assert!(new.is_current(&remade) && !new.is_current(&made));
        let id = new.current().expect("a key").id();
        assert_eq!(old.check(b"row", Some(&remade)), Verdict::NoKey(id));
        assert_eq!(old.check(b"other", Some(&made)), Verdict::Forged);
        assert_eq!(old.check(b"row", Some(&made[..35])), Verdict::Forged);
        assert_eq!(old.check(b"row", None), Verdict::Forged);
        assert_eq!(Keys::default().check(b"row", None), Verdict::Ours);
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let keys = Keys::parse(ONE).expect("a key");
        let key = keys.current().expect("a key");
        assert_ne!(key.derive("one"), key.derive("another"));
        assert_eq!(key.derive("one"), key.derive("one"));
        assert_eq!(format!("{keys:?}"), format!("Keys([Key({})])", key.id()), "no key is ever shown");
    }

    #[test]
    fn what_is_no_ring_is_refused_without_being_shown() {
        for (text, says) in [
            ("", "no key"),
            ("# nothing", "no key"),
            ("secret", "line 1"),
            (&format!("{ONE}\n{}", &TWO[..62]), "line 2"),
            (&format!("{ONE}\n{ONE}"), "line 2"),
        ] {
            let why = Keys::parse(text).expect_err(text).to_string();
            assert!(why.contains(says) && !why.contains("secret") && !why.contains("2222"), "{why}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        assert!(Keys::from_file(&path).is_err(), "it is not there");
        std::fs::write(&path, ONE).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("set");
        assert!(Keys::from_file(&path).expect_err("others may read it").to_string().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("set");
        assert!(Keys::from_file(&path).is_ok());
        assert!(Keys::from_command(&format!("cat {}", path.display())).is_ok());
        assert!(Keys::from_command("exit 3").is_err());
    }
}
