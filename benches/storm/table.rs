//! One plain table a run.

use crate::rig::meter::Times;

/// Lines of what was measured, beside what it should be.
#[derive(Default)]
pub struct Table(Vec<[String; 3]>);

impl Table {
    /// A line without a target.
    pub fn line(&mut self, what: &str, measured: impl ToString) {
        self.0.push([what.to_owned(), measured.to_string(), String::new()]);
    }

    /// A line with one: a multiple of what it is measured against, or a bound.
    pub fn against(&mut self, what: &str, measured: impl ToString, target: impl ToString) {
        self.0.push([what.to_owned(), measured.to_string(), target.to_string()]);
    }

    /// The places in a row of times.
    pub fn times(&mut self, what: &str, times: &Times) {
        let [half, most, nearly_all, all] = [0.5, 0.9, 0.99, 1.0].map(|share| times.ms(share));
        self.line(what, format!("{half:.1} / {most:.1} / {nearly_all:.1} / {all:.1} ms ({})", times.count()));
    }

    /// Prints it under a title.
    pub fn print(&self, title: &str) {
        let width = self.0.iter().map(|[what, ..]| what.chars().count()).max().unwrap_or(0);
        let wide = self.0.iter().map(|[_, measured, _]| measured.chars().count()).max().unwrap_or(0);
        println!("\n{title}");
        for [what, measured, target] in &self.0 {
            let line = format!("  {what:width$}  {measured:wide$}  {target}");
            println!("{}", line.trim_end());
        }
    }
}

/// Bytes as people read them.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
