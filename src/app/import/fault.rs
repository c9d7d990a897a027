//! What is wrong with a file: every bad row with its line and reason.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line of the file (the row of the sheet); none where the whole file is meant.
    pub line: Option<usize>,
    /// Chinese, then English.
    pub message: String,
    /// To be looked at; it alone keeps nothing from being loaded.
    pub warning: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "第 {line} 行 line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Everything that is wrong with a file, in the order of its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// A fault of the whole file.
    pub fn whole(message: impl Into<String>) -> Self {
        Self(vec![Fault { line: None, message: message.into(), warning: false }])
    }

    /// A fault of a line.
    pub fn add(&mut self, line: usize, message: impl Into<String>) {
        self.0.push(Fault { line: Some(line), message: message.into(), warning: false });
    }

    /// `2 处错误 faults`, and how much only warns.
    pub fn counted(&self) -> String {
        let warnings = self.0.iter().filter(|fault| fault.warning).count();
        let errors = self.0.len() - warnings;
        match warnings {
            0 => format!("{errors} 处错误 faults"),
            _ => format!("{errors} 处错误 faults, {warnings} 处提醒 warnings"),
        }
    }

    /// A fault that has no line.
    pub fn add_whole(&mut self, message: impl Into<String>) {
        self.0.push(Fault { line: None, message: message.into(), warning: false });
    }

    /// A value where it could be read, else its fault is kept.
    pub fn keep<T>(&mut self, line: usize, read: Result<T, String>) -> Option<T> {
        read.map_err(|message| self.add(line, message)).ok()
    }

    /// The value, when nothing was wrong.
    ///
    /// # Errors
    /// The faults, in line order.
    pub fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.0.is_empty() {
            return Ok(value);
        }
        self.0.sort_by_key(|fault| fault.line);
        Err(self)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
