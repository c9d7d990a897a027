//! The way in: a map file becomes an edition, or a list of what is wrong with it.

use super::collection::Collection;
use super::edition::Edition;
use super::finding::Finding;
use super::progress::Progress;
use super::{check, read};
use std::fmt;

/// How a map is checked.
#[derive(Clone, Copy)]
pub struct Inspection<'a> {
    /// The edition that it follows: a map that lies off it by a datum's bend is refused.
    pub previous: Option<&'a Edition>,
    /// The bend is meant (the previous edition was the wrong one): it is told, and loaded.
    pub accept_shift: bool,
    /// Told how far the check has come.
    pub watch: &'a dyn Fn(Progress),
}

impl Default for Inspection<'_> {
    fn default() -> Self {
        Self { previous: None, accept_shift: false, watch: &|_| {} }
    }
}

impl fmt::Debug for Inspection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accept_shift, .. } = self;
        f.debug_struct("Inspection").field("accept_shift", accept_shift).finish_non_exhaustive()
    }
}

impl Edition {
    /// Reads and checks a GeoJSON feature collection (properties `code`, `name`, `level`, `parent`;
    /// foreign member `datum`) by itself.
    ///
    /// `Ok` carries the warnings. `Err` carries everything found, errors among it: such a map must not
    /// be loaded.
    pub fn from_geojson(text: &str) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        Self::inspect(text, &Inspection::default())
    }

    /// The same beside the edition that it follows, before a watcher.
    ///
    /// # Errors
    /// As [`Self::from_geojson`].
    pub fn inspect(text: &str, inspection: &Inspection) -> Result<(Self, Vec<Finding>), Vec<Finding>> {
        let reading = match Collection::open(text) {
            Ok(collection) => read::read(&collection, inspection.watch),
            Err(finding) => read::Reading::failed(finding),
        };
        let (drafts, findings, overlaps) = check::check(reading, inspection);
        if check::has_error(&findings) {
            return Err(findings);
        }
        Ok((Self::build(drafts).with_overlaps(overlaps), findings))
    }
}
