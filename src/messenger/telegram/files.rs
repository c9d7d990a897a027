//! Files in: getFile, then the bytes, counted while they come.

use super::{CallError, Telegram};
use crate::messenger::FetchError;
use bytes::Bytes;
use reqwest::StatusCode;
use serde::Deserialize;
use teloxide::payloads::GetFile;

/// teloxide's `File` has no room for a missing path or a size above 4 GB.
#[derive(Deserialize)]
struct Place {
    file_path: Option<String>,
    file_size: Option<u64>,
}

impl Telegram {
    pub(super) async fn download(&self, file_id: &str, most: u64) -> Result<Bytes, FetchError> {
        let answer = self.client.call(&GetFile::new(file_id.to_owned().into())).await;
        let place: Place =
            answer.and_then(|answer| answer.read()).map_err(|error| fetch_error(&error, most))?;
        if place.file_size.is_some_and(|size| size > most) {
            return Err(FetchError::TooLarge { most });
        }
        let path = place.file_path.ok_or(FetchError::Gone)?;
        self.bytes(&path, most).await
    }

    async fn bytes(&self, path: &str, most: u64) -> Result<Bytes, FetchError> {
        let response = self.client.get_file(path).await;
        let mut response = response.map_err(|error| FetchError::Unreached(error.to_string()))?;
        match response.status() {
            StatusCode::NOT_FOUND | StatusCode::GONE => return Err(FetchError::Gone),
            status if !status.is_success() => {
                return Err(FetchError::Unreached(format!("the file: {status}")));
            }
            _ => {}
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(error))? {
            if (bytes.len() + chunk.len()) as u64 > most {
                return Err(FetchError::TooLarge { most });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }

    fn broken(&self, error: reqwest::Error) -> FetchError {
        FetchError::Failed(self.client.failed(error).to_string())
    }
}

fn fetch_error(error: &CallError, most: u64) -> FetchError {
    let words = error.to_string();
    let CallError::Refused { code: 400, .. } = error else { return FetchError::Unreached(words) };
    if words.contains("file is too big") {
        return FetchError::TooLarge { most };
    }
    if words.contains("temporarily unavailable") {
        return FetchError::Failed(words);
    }
    FetchError::Gone
}
