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

/// A bar for work in stages, which says which one it is in.
pub fn stages() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {bar:30} {percent:>3} % {msg}") {
        bar.set_style(style);
    }
    bar
}
