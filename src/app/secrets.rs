//! Telephone numbers at rest: ChaCha20-Poly1305 under a key of the settings, a fresh nonce each time.
//!
//! The person's code is bound in, so that a number copied to another person's row does not open. The key's
//! own number stands before each, so that keys can be changed: new numbers are closed under the present key,
//! old ones open under the one that closed them until `whistle numbers renew` has been through.

use crate::settings::{Secret, Security};
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use std::{fmt, fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

/// Opens and closes what is encrypted at rest.
#[derive(Clone)]
pub struct Vault {
    /// The present one first.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: [u8; ID],
    cipher: ChaCha20Poly1305,
}

/// Bytes of a nonce.
const NONCE: usize = 12;
/// Bytes of a key's number.
const ID: usize = 4;
/// Before what is closed: nonce and cipher text follow the key's number. Older ones begin with the nonce.
const FORM: u8 = 1;

/// Why a number could not be closed or opened. It never holds the number or the key.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key, or its file, is not what it should be; the text says what.
    #[error("{0}")]
    Key(String),
    /// The key or the owner is another, or the text was changed.
    #[error(
        "加密的号码用此密钥打不开 an encrypted number does not open with this key; see security.key and \
         security.key_file"
    )]
    Shut,
    /// The machine gives no randomness, or the cipher failed.
    #[error("a number could not be encrypted")]
    Failed,
}

type Result<T> = std::result::Result<T, Error>;

impl Vault {
    /// The vault of the settings: their key, or the key file. While nothing is encrypted yet
    /// (`is_new`), a missing file is made.
    ///
    /// # Errors
    /// [`Error::Key`] when the key or its file is not 64 hexadecimal digits, or cannot be read or made.
    pub fn open(security: &Security, is_new: bool) -> Result<Self> {
        if !security.key.is_empty() {
            return Self::with_keys(&security.key, &security.old_keys);
        }
        let file = &security.key_file;
        let wrong =
            |error: std::io::Error| Error::Key(format!("security.key_file {}: {error}", file.display()));
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if is_new && error.kind() == std::io::ErrorKind::NotFound => make_key(file)?,
            Err(error) => return Err(wrong(error)),
        };
        Self::with_keys(&Secret::new(text.trim()), &security.old_keys)
    }

    /// The vault of the settings where there is a key already; none where there is no key file yet.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn kept(security: &Security) -> Result<Option<Self>> {
        let none_yet = security.key.is_empty() && !security.key_file.exists();
        (!none_yet).then(|| Self::open(security, false)).transpose()
    }

    fn with_keys(key: &Secret, old: &[Secret]) -> Result<Self> {
        let present = Key::read(key, "security.key")?;
        let old = old.iter().map(|key| Key::read(key, "security.old_keys"));
        Ok(Self { keys: std::iter::once(Ok(present)).chain(old).collect::<Result<_>>()? })
    }

    /// Closes a number of `owner`: the form, the key's number, nonce and cipher text.
    ///
    /// # Errors
    /// [`Error::Failed`] when the machine gives no randomness.
    pub fn close(&self, owner: &str, number: &str) -> Result<Vec<u8>> {
        let key = self.keys.first().ok_or(Error::Failed)?;
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: number.as_bytes(), aad: owner.as_bytes() };
        let closed = key.cipher.encrypt(&nonce.into(), payload).map_err(|_| Error::Failed)?;
        Ok([&[FORM], key.id.as_slice(), &nonce, &closed].concat())
    }

    /// Opens what [`Vault::close`] closed for the same owner, under this key or an older one.
    ///
    /// # Errors
    /// [`Error::Shut`] when the key or the owner is another, or the bytes were changed.
    pub fn reveal(&self, owner: &str, closed: &[u8]) -> Result<String> {
        let named = named(closed).and_then(|(id, rest)| {
            let key = self.keys.iter().find(|key| key.id == id)?;
            key.open(owner, rest)
        });
        // What was closed before keys had numbers does not say by which.
        let opened = named.or_else(|| self.keys.iter().find_map(|key| key.open(owner, closed)));
        String::from_utf8(opened.ok_or(Error::Shut)?).map_err(|_| Error::Shut)
    }

    /// The same number closed under the present key; none where it is that already.
    ///
    /// # Errors
    /// As [`Vault::reveal`] and [`Vault::close`].
    pub fn renew(&self, owner: &str, closed: &[u8]) -> Result<Option<Vec<u8>>> {
        let number = self.reveal(owner, closed)?;
        let present = self.keys.first().ok_or(Error::Failed)?;
        if named(closed).is_some_and(|(id, _)| id == present.id) {
            return Ok(None);
        }
        self.close(owner, &number).map(Some)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(***)")
    }
}

impl Key {
    fn read(key: &Secret, setting: &str) -> Result<Self> {
        let wrong = || Error::Key(format!("{setting} must be 64 hexadecimal digits"));
        let mut bytes = [0u8; 32];
        hex::decode_to_slice(key.reveal(), &mut bytes).map_err(|_| wrong())?;
        let cipher = ChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| wrong())?;
        let digest = Sha256::new().chain_update(b"whistle key number").chain_update(bytes).finalize();
        let id = *digest.first_chunk().ok_or_else(wrong)?;
        Ok(Self { id, cipher })
    }

    fn open(&self, owner: &str, closed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = closed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: body, aad: owner.as_bytes() };
        self.cipher.decrypt(&(*nonce).into(), payload).ok()
    }
}

/// The number of the key, and what it closed; none for the older form.
fn named(closed: &[u8]) -> Option<([u8; ID], &[u8])> {
    let (id, rest) = closed.strip_prefix(&[FORM])?.split_first_chunk::<ID>()?;
    Some((*id, rest))
}

/// Makes the key file, readable by its owner only, and gives what stands in it.
fn make_key(file: &Path) -> Result<String> {
    let wrong = |error: std::io::Error| Error::Key(format!("security.key_file {}: {error}", file.display()));
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(wrong)?;
    }
    let key = hex::encode(random::<32>()?);
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Ok(mut opened) => {
            writeln!(opened, "{key}").map_err(wrong)?;
            opened.sync_all().map_err(wrong)?;
            tracing::info!(file = %file.display(), "made the key of encrypted numbers; keep a copy of it");
            Ok(key)
        }
        // Another process was faster: its key counts.
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::read_to_string(file).map_err(wrong)
        }
        Err(error) => Err(wrong(error)),
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    #[expect(clippy::disallowed_methods, reason = "keys and nonces are made here and must not be guessed")]
    getrandom::fill(&mut bytes).map_err(|_| Error::Failed)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn security(key: &str, file: &Path) -> Security {
        let mut security = crate::settings::Settings::built_in().unwrap().security;
        security.key = Secret::new(key);
        security.key_file = file.to_owned();
        security
    }

    fn vault(key: &str, old: &[&str]) -> Vault {
        let secret = |digits: &str| Secret::new(digits.repeat(32));
        let old: Vec<Secret> = old.iter().map(|digits| secret(digits)).collect();
        Vault::with_keys(&secret(key), &old).unwrap()
    }

    #[test]
    fn a_key_is_changed_without_losing_a_number() {
        let (old, new) = (vault("07", &[]), vault("08", &["07"]));
        let closed = old.close("W0001", "13800001234").unwrap();
        assert!(matches!(vault("08", &[]).reveal("W0001", &closed), Err(Error::Shut)), "its key is needed");
        assert_eq!(new.reveal("W0001", &closed).unwrap(), "13800001234");
        let renewed = new.renew("W0001", &closed).unwrap().expect("it was closed by the old key");
        assert_eq!(vault("08", &[]).reveal("W0001", &renewed).unwrap(), "13800001234");
        assert_eq!(new.renew("W0001", &renewed).unwrap(), None, "once is enough");
        assert!(old.reveal("W0001", &renewed).is_err());
    }

    #[test]
    fn a_number_of_before_keys_had_numbers_opens_and_is_renewed() {
        let vault = vault("07", &[]);
        let nonce = [9; NONCE];
        let payload = Payload { msg: b"13800001234", aad: b"W0001" };
        let closed = vault.keys[0].cipher.encrypt(&nonce.into(), payload).unwrap();
        let closed = [nonce.as_slice(), &closed].concat();
        assert_eq!(vault.reveal("W0001", &closed).unwrap(), "13800001234");
        let renewed = vault.renew("W0001", &closed).unwrap().expect("the form is another now");
        assert_eq!(vault.reveal("W0001", &renewed).unwrap(), "13800001234");
        assert_eq!(format!("{vault:?}"), "Vault(***)");
    }

    #[test]
    fn a_number_opens_for_its_owner_and_key_only() {
        let (vault, other) = (vault("07", &[]), vault("08", &[]));
        let closed = vault.close("W0001", "13800001234").unwrap();
        assert!(!closed.windows(11).any(|window| window == b"13800001234"));
        assert_ne!(closed, vault.close("W0001", "13800001234").unwrap(), "a fresh nonce each time");
        assert_eq!(vault.reveal("W0001", &closed).unwrap(), "13800001234");
        assert!(vault.reveal("W0002", &closed).is_err());
        assert!(other.reveal("W0001", &closed).is_err());
        assert!(vault.reveal("W0001", &[0]).is_err());
    }

    #[test]
    fn the_key_file_is_made_once_and_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/whistle.key");
        assert!(matches!(Vault::open(&security("", &file), false), Err(Error::Key(_))), "numbers have a key");
        assert!(!file.exists());
        let closed = Vault::open(&security("", &file), true).unwrap().close("W0001", "1").unwrap();
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(Vault::open(&security("", &file), false).unwrap().reveal("W0001", &closed).unwrap(), "1");
        std::fs::write(&file, "not a key").unwrap();
        assert!(matches!(Vault::open(&security("", &file), true), Err(Error::Key(_))));
    }
}
