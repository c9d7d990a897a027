//! A bar for work that takes longer than a breath. It is drawn on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over so many steps.
pub fn bar(steps: u64) -> ProgressBar {
    let bar = ProgressBar::new(steps);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}
