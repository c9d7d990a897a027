//! How far a check has come: told to whoever watches, so that a person need not wonder.

/// What a check is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Features become areas.
    Reading,
    /// Neighbours are made to share their edges.
    Mending,
    /// Boundaries that cross are looked for.
    Crossings,
    /// What two areas share is measured.
    Overlaps,
    /// Ground that nobody owns is looked for.
    Gaps,
    /// Children are laid over their parents.
    Coverage,
}

impl Stage {
    /// For people, Chinese first.
    pub fn as_words(self) -> &'static str {
        match self {
            Self::Reading => "读取 reading",
            Self::Mending => "接边 joining edges",
            Self::Crossings => "查自交 crossings",
            Self::Overlaps => "量重叠 overlaps",
            Self::Gaps => "查空隙 gaps",
            Self::Coverage => "对照上级 parents",
        }
    }
}

/// A stage, what is done of it, and how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Things done.
    pub done: usize,
    /// Things to do.
    pub of: usize,
}

/// Who is told.
pub(super) type Watch<'a> = &'a dyn Fn(Progress);

/// Things between two words to the watcher.
const STRIDE: usize = 512;

/// Counts the things of a stage as they are taken.
pub(super) fn counted<'a, T>(
    items: impl ExactSizeIterator<Item = T> + 'a,
    stage: Stage,
    watch: Watch<'a>,
) -> impl Iterator<Item = T> + 'a {
    let of = items.len();
    watch(Progress { stage, done: 0, of });
    items.enumerate().map(move |(at, item)| {
        if (at + 1) % STRIDE == 0 || at + 1 == of {
            watch(Progress { stage, done: at + 1, of });
        }
        item
    })
}
