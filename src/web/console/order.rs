//! What a posted form orders: its command, with what the database and the blob store have to say to it.

use super::{
    super::{Problem, Site, posted::Posted, session::Seat},
    read,
    words::Words,
};
use crate::{
    app::Error,
    domain::{Case, CaseNumber, Command, MediaId},
};

/// The version that a form was filled in for.
pub(super) fn seen(posted: &Posted) -> Result<u32, Problem> {
    let missing = || {
        Problem::both(
            "表单不完整，请返回重试。",
            "The form lacks the version that was seen: go back and try again.",
        )
    };
    posted.get("seen").parse().map_err(|_| missing())
}

/// The command of a form; inside, what is wrong with it in the reader's language.
pub(super) async fn command(
    site: &Site,
    seat: &Seat,
    case: &Case,
    name: &str,
    posted: &Posted,
    words: &Words<'_>,
) -> Result<Result<Command, String>, Problem> {
    let mut command = match read::command(name, posted, words, &site.app.city(), site.app.now()) {
        Ok(command) => command,
        Err(failure) => return Ok(Err(failure)),
    };
    match &mut command {
        Command::Merge { into, .. } if *into == case.id => {
            let failure = words.word(
                "这就是本案，不能并入自己。",
                "This is the same case: it cannot be merged into itself.",
            );
            return Ok(Err(failure.to_owned()));
        }
        Command::Merge { into, .. }
            if site.app.desk_case(&seat.desk, CaseNumber::of(*into)).await.is_err() =>
        {
            let failure = words
                .word("没有这个案件，或者不归您管。", "There is no such case, or it is not yours to see.");
            return Ok(Err(failure.to_owned()));
        }
        // A form that is stale already keeps no bytes.
        Command::Settle { photos, .. } if seen(posted)? == case.version => {
            match keep_photos(site, posted).await {
                Ok(kept) => *photos = kept,
                Err(Error::BadInput(_)) => {
                    let failure = words.word(
                    "选的文件里有的不是照片，或者太大。请选 JPEG、PNG 或 WebP 照片。",
                    "A file that was chosen is no photo, or too large. Please choose JPEG, PNG or WebP photos.",
                );
                    return Ok(Err(with_photos(failure, posted, words)));
                }
                Err(error) => return Err(error.into()),
            }
        }
        _ => {}
    }
    Ok(Ok(command))
}

async fn keep_photos(site: &Site, posted: &Posted) -> Result<Vec<MediaId>, Error> {
    let mut photos = Vec::new();
    for bytes in &posted.photos {
        photos.push(site.app.keep_photo(bytes.clone()).await?);
    }
    Ok(photos)
}

/// A page cannot put chosen photos back: it says so.
pub(super) fn with_photos(failure: &str, posted: &Posted, words: &Words<'_>) -> String {
    if posted.photos.is_empty() {
        return failure.to_owned();
    }
    format!("{failure} {}", words.word("照片请重新选择。", "Please choose the photos again."))
}
