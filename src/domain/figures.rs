//! The figures' definitions (§6). Median and 90th percentile, never a mean alone.
