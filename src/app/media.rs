//! Photos and voice: known by the messenger's reference at once, their bytes kept later by content.
//!
//! The original stays as it came; what is shown to others has lost its EXIF (place, time, device).

use super::{App, Error, Result};
use crate::{dialogue::ChannelKind, domain::MediaId, store::Media};
use bytes::Bytes;
use img_parts::{DynImage, ImageEXIF, ImageICC};
use object_store::{
    ObjectStore, PutPayload,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    path::Path,
    prefix::PrefixStore,
};
use sha2::{Digest, Sha256};
use std::{ffi::OsString, sync::Arc};

pub use crate::store::Kept;

/// Where bytes lie, and how many a file may have.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The largest file taken, in bytes.
    pub max_bytes: u64,
}

impl Blobs {
    /// A folder (`file:///srv/photos`) or an S3-compatible store (`s3://bucket/prefix`, its keys in the
    /// usual `AWS_*` environment).
    ///
    /// # Errors
    /// [`Error::BadInput`] when the address is none of these or the folder cannot be made.
    pub fn open(url: &str, max_bytes: u64) -> Result<Self> {
        let readable =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self::open_with(url, max_bytes, std::env::vars_os().filter_map(readable))
    }

    /// [`Blobs::open`] with an environment of the caller's.
    ///
    /// # Errors
    /// As there.
    pub fn open_with(
        url: &str,
        max_bytes: u64,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self> {
        let bad = |error: String| Error::BadInput(format!("blobs.url {url}: {error}"));
        let store: Arc<dyn ObjectStore> = if let Some(folder) = url.strip_prefix("file://") {
            std::fs::create_dir_all(folder).map_err(|error| bad(error.to_string()))?;
            let local = object_store::local::LocalFileSystem::new_with_prefix(folder);
            Arc::new(local.map_err(|error| bad(error.to_string()))?)
        } else if let Some(address) = url.strip_prefix("s3://") {
            let (bucket, prefix) = address.split_once('/').unwrap_or((address, ""));
            let s3 = s3(bucket, environment).map_err(|error| bad(error.to_string()))?;
            Arc::new(PrefixStore::new(s3, prefix.trim_matches('/')))
        } else {
            return Err(bad("must begin with file:// or s3://".into()));
        };
        Ok(Self { store, max_bytes })
    }

    /// Keeps a file: the original and what is shown, each under the digest of its bytes.
    ///
    /// # Errors
    /// [`Error::BadInput`] for what is no photo or sound by its content, or is too large.
    pub async fn keep(&self, bytes: Bytes) -> Result<Kept> {
        if bytes.len() as u64 > self.max_bytes {
            return Err(Error::BadInput(format!("the file is larger than {} bytes", self.max_bytes)));
        }
        let mime = recognise(&bytes)?;
        let shown = strip(&bytes, mime)?;
        let size = bytes.len() as u64;
        let original = self.put("original", bytes).await?;
        let shown = self.put("shown", shown).await?;
        Ok(Kept { original, shown, mime: mime.to_owned(), size })
    }

    /// The bytes under a key.
    ///
    /// # Errors
    /// [`Error::Internal`] when the blob store does not give them.
    pub async fn get(&self, key: &str) -> Result<Bytes> {
        let found = self.store.get(&Path::from(key)).await.map_err(internal)?;
        found.bytes().await.map_err(internal)
    }

    async fn put(&self, folder: &str, bytes: Bytes) -> Result<String> {
        let digest = hex::encode(Sha256::digest(&bytes));
        let key = format!("{folder}/{}/{digest}", &digest[..2]);
        self.store.put(&Path::from(key.as_str()), PutPayload::from(bytes)).await.map_err(internal)?;
        Ok(key)
    }
}

impl App {
    /// What others may see of a photo, where its bytes are kept already.
    pub async fn shown_bytes(&self, media: &Media) -> Option<(Bytes, String)> {
        let key = media.shown_key.as_deref()?;
        let bytes = self.options().blobs.as_ref()?.get(key).await.ok()?;
        Some((bytes, media.mime.clone().unwrap_or_default()))
    }

    /// Keeps bytes that came with a request (built-in chat, pages), not by a messenger's reference.
    ///
    /// # Errors
    /// [`Error::BadInput`] for what is no photo or sound.
    pub async fn keep_upload(&self, bytes: Bytes) -> Result<Kept> {
        let blobs = self.options().blobs.as_ref();
        blobs.ok_or_else(|| Error::BadInput("no files are taken here".into()))?.keep(bytes).await
    }

    /// Keeps a photo that came with a form. The same bytes again are the same photo.
    ///
    /// # Errors
    /// [`Error::BadInput`] for what is no photo.
    pub async fn keep_photo(&self, bytes: Bytes) -> Result<MediaId> {
        let kept = self.keep_upload(bytes).await?;
        if !kept.mime.starts_with("image/") {
            return Err(Error::BadInput("this is no photo".into()));
        }
        let tx = self.store().begin().await?;
        let photo = tx.add_kept_media(ChannelKind::Web, "photo", &kept.original, &kept, self.now()).await?;
        tx.commit().await?;
        Ok(photo)
    }

    /// A photo or voice note by its id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn media(&self, id: MediaId) -> Result<Media> {
        self.store().media(id).await?.ok_or(Error::NotFound("file"))
    }
}

/// The client of a bucket, with what the `AWS_*` variables say of keys, region and address.
fn s3(
    bucket: &str,
    environment: impl Iterator<Item = (String, String)>,
) -> object_store::Result<object_store::aws::AmazonS3> {
    let known = environment.filter(|(name, _)| name.starts_with("AWS_")).filter_map(|(name, value)| {
        Some((name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>().ok()?, value))
    });
    let builder = known.fold(AmazonS3Builder::new(), |builder, (key, value)| builder.with_config(key, value));
    builder.with_bucket_name(bucket).build()
}

/// The type by content: what people's phones make, and nothing that a browser would run.
fn recognise(bytes: &[u8]) -> Result<&'static str> {
    let mime = infer::get(bytes).map(|kind| kind.mime_type()).unwrap_or_default();
    let known = [
        ("image/jpeg", "image/jpeg"),
        ("image/png", "image/png"),
        ("image/webp", "image/webp"),
        ("audio/ogg", "audio/ogg"),
        ("audio/mpeg", "audio/mpeg"),
        ("audio/m4a", "audio/mp4"),
        ("audio/x-m4a", "audio/mp4"),
        ("video/mp4", "audio/mp4"),
        ("video/webm", "audio/webm"),
        ("audio/x-wav", "audio/wav"),
    ];
    let found = known.into_iter().find(|(kind, _)| *kind == mime).map(|(_, kind)| kind);
    found.ok_or_else(|| Error::BadInput("this is neither a photo nor a voice note".into()))
}

/// A photo without EXIF; the colour profile goes too, sound stays as it is.
fn strip(bytes: &Bytes, mime: &str) -> Result<Bytes> {
    if !mime.starts_with("image/") {
        return Ok(bytes.clone());
    }
    let broken = || Error::BadInput("the photo cannot be read".into());
    let mut image = DynImage::from_bytes(bytes.clone()).map_err(|_| broken())?.ok_or_else(broken)?;
    image.set_exif(None);
    image.set_icc_profile(None);
    if let DynImage::Jpeg(jpeg) = &mut image {
        // XMP, IPTC and makers' notes lie in the other application segments and comments.
        jpeg.segments_mut().retain(|segment| !matches!(segment.marker(), 0xE1..=0xED | 0xEF | 0xFE));
    }
    if let DynImage::Png(png) = &mut image {
        png.chunks_mut()
            .retain(|chunk| !matches!(&chunk.kind(), b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" | b"eXIf"));
    }
    Ok(image.encoder().bytes())
}

fn internal(error: object_store::Error) -> Error {
    Error::Internal(format!("blob store: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG of no size with an EXIF segment that holds a place.
    fn jpeg_with_place() -> Bytes {
        let mut bytes = vec![0xFF, 0xD8];
        let exif = b"Exif\0\0MM\0*GPS 36.38951 120.44730";
        bytes.extend([0xFF, 0xE1]);
        bytes.extend(((exif.len() + 2) as u16).to_be_bytes());
        bytes.extend(exif);
        bytes.extend([0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0xD9]);
        Bytes::from(bytes)
    }

    fn has(bytes: &[u8], words: &[u8]) -> bool {
        bytes.windows(words.len()).any(|window| window == words)
    }

    #[tokio::test]
    async fn what_is_shown_has_lost_its_place_and_the_original_has_not() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&format!("file://{}", folder.path().display()), 1_000).unwrap();
        let kept = blobs.keep(jpeg_with_place()).await.unwrap();
        assert!(has(&blobs.get(&kept.original).await.unwrap(), b"GPS 36.38951"));
        assert!(!has(&blobs.get(&kept.shown).await.unwrap(), b"GPS 36.38951"));
        assert_eq!(kept.mime, "image/jpeg");
        let again = blobs.keep(jpeg_with_place()).await.unwrap();
        assert_eq!(again.original, kept.original, "the same bytes lie in one place");
    }

    #[tokio::test]
    async fn a_page_called_a_photo_and_a_giant_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&format!("file://{}", folder.path().display()), 100).unwrap();
        for bytes in [Bytes::from_static(b"<html><script>"), Bytes::from(vec![0xFF; 101])] {
            assert!(matches!(blobs.keep(bytes).await, Err(Error::BadInput(_))));
        }
    }
}
