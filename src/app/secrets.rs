//! Telephone numbers at rest: ChaCha20-Poly1305 under the key of the settings, a fresh nonce each time.
//!
//! The person's code is bound in, so that a number copied to another person's row does not open.

use crate::settings::{Secret, Security};
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit,
    aead::{Aead, Payload},
};
use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

/// Opens and closes what is encrypted at rest.
#[derive(Clone)]
pub struct Vault {
    cipher: ChaCha20Poly1305,
}

/// Bytes of a nonce.
const NONCE: usize = 12;

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
            return Self::with_key(&security.key);
        }
        let file = &security.key_file;
        let wrong =
            |error: std::io::Error| Error::Key(format!("security.key_file {}: {error}", file.display()));
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if is_new && error.kind() == std::io::ErrorKind::NotFound => make_key(file)?,
            Err(error) => return Err(wrong(error)),
        };
        Self::with_key(&Secret::new(text.trim()))
    }

    fn with_key(key: &Secret) -> Result<Self> {
        let wrong = || Error::Key("security.key must be 64 hexadecimal digits".into());
        let mut bytes = [0u8; 32];
        hex::decode_to_slice(key.reveal(), &mut bytes).map_err(|_| wrong())?;
        let cipher = ChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| wrong())?;
        Ok(Self { cipher })
    }

    /// Closes a number of `owner`: nonce and cipher text.
    ///
    /// # Errors
    /// [`Error::Failed`] when the machine gives no randomness.
    pub fn close(&self, owner: &str, number: &str) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: number.as_bytes(), aad: owner.as_bytes() };
        let closed = self.cipher.encrypt(&nonce.into(), payload).map_err(|_| Error::Failed)?;
        Ok([nonce.as_slice(), &closed].concat())
    }

    /// Opens what [`Vault::close`] closed for the same owner.
    ///
    /// # Errors
    /// [`Error::Shut`] when the key or the owner is another, or the bytes were changed.
    pub fn reveal(&self, owner: &str, closed: &[u8]) -> Result<String> {
        let (nonce, body) = closed.split_first_chunk::<NONCE>().ok_or(Error::Shut)?;
        let payload = Payload { msg: body, aad: owner.as_bytes() };
        let opened = self.cipher.decrypt(&(*nonce).into(), payload).map_err(|_| Error::Shut)?;
        String::from_utf8(opened).map_err(|_| Error::Shut)
    }
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

    #[test]
    fn a_number_opens_for_its_owner_and_key_only() {
        let vault = Vault::with_key(&Secret::new("07".repeat(32))).unwrap();
        let closed = vault.close("W0001", "13800001234").unwrap();
        assert!(!closed.windows(11).any(|window| window == b"13800001234"));
        assert_ne!(closed, vault.close("W0001", "13800001234").unwrap(), "a fresh nonce each time");
        assert_eq!(vault.reveal("W0001", &closed).unwrap(), "13800001234");
        assert!(vault.reveal("W0002", &closed).is_err());
        let other = Vault::with_key(&Secret::new("08".repeat(32))).unwrap();
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
