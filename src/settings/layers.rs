//! Layers of settings: the built-in file, a file, the environment, flags; each over the one before.
//!
//! The built-in file is also the list of known keys and of their types.

use super::Settings;
use std::fmt;
use toml::{Table, Value};

/// `config/default.toml`, as it was when the program was built.
pub const DEFAULT: &str = include_str!("../../config/default.toml");

/// Before a key in the environment.
const PREFIX: &str = "WHISTLE__";

/// What is wrong with the settings, each with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub Vec<String>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for Wrong {}

/// Settings on their way: layers are put on, then they are read.
#[derive(Clone, Debug)]
pub struct Layers {
    table: Table,
    wrong: Vec<String>,
}

impl Layers {
    /// The built-in file.
    ///
    /// # Errors
    /// Never for the built-in file, which a test reads.
    pub fn new() -> Result<Self, Wrong> {
        let table = DEFAULT.parse().map_err(|error| Wrong(vec![format!("config/default.toml: {error}")]))?;
        Ok(Self { table, wrong: Vec::new() })
    }

    /// Puts a file on; `name` is how a person knows it.
    pub fn file(&mut self, name: &str, text: &str) {
        match text.parse::<Table>() {
            Ok(table) => self.merge(name, table),
            // The rest of the message shows the line itself, which may hold a secret.
            Err(error) => self.wrong.push(format!("{name}{}: {}", line_of(text, &error), error.message())),
        }
    }

    /// Puts the environment's `WHISTLE__SECTION__KEY` on; other variables are not ours.
    pub fn environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        let mut ours: Vec<_> = variables.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
        ours.sort();
        for (name, text) in ours {
            match name[PREFIX.len()..].to_lowercase().split_once("__") {
                Some((section, key)) => self.put(&name, section, key, &text),
                None => self.unknown(&name, &name[PREFIX.len()..].to_lowercase()),
            }
        }
    }

    /// Puts one key on, as a flag does: `set("http.bind", "127.0.0.1:0")`.
    pub fn set(&mut self, key: &str, text: &str) {
        let (section, rest) = key.split_once('.').unwrap_or((key, ""));
        self.put(key, section, rest, text);
    }

    /// The settings, checked.
    ///
    /// # Errors
    /// Everything that is wrong in any layer, each with its key.
    pub fn settings(self) -> Result<Settings, Wrong> {
        if !self.wrong.is_empty() {
            return Err(Wrong(self.wrong));
        }
        let settings: Settings = self
            .table
            .try_into()
            .map_err(|error: toml::de::Error| Wrong(vec![error.to_string().trim().replace('\n', " ")]))?;
        let misfits = settings.misfits();
        if misfits.is_empty() { Ok(settings) } else { Err(Wrong(misfits)) }
    }

    fn merge(&mut self, name: &str, table: Table) {
        for (section, inner) in table {
            let Value::Table(inner) = inner else {
                self.unknown(name, &section);
                continue;
            };
            for (key, value) in inner {
                match self.slot(&section, &key) {
                    None => self.unknown(name, &format!("{section}.{key}")),
                    Some(slot) => match fit(slot, value) {
                        Ok(value) => *slot = value,
                        Err(kind) => self.wrong.push(format!("{name}: {section}.{key} must be {kind}")),
                    },
                }
            }
        }
    }

    fn put(&mut self, name: &str, section: &str, key: &str, text: &str) {
        match self.slot(section, key) {
            None => self.unknown(name, &format!("{section}.{key}")),
            Some(slot) => {
                if let Some(value) = read(slot, text) {
                    *slot = value;
                } else {
                    let kind = kind(slot);
                    self.wrong.push(format!("{name}: {section}.{key} must be {kind}"));
                }
            }
        }
    }

    fn slot(&mut self, section: &str, key: &str) -> Option<&mut Value> {
        self.table.get_mut(section)?.as_table_mut()?.get_mut(key)
    }

    fn unknown(&mut self, name: &str, key: &str) {
        let environment = name.starts_with(PREFIX);
        let nearest = self.nearest(key).map(|known| {
            if environment { format!("{PREFIX}{}", known.to_uppercase().replace('.', "__")) } else { known }
        });
        let hint = nearest.map_or_else(String::new, |known| format!("; did you mean {known}?"));
        let place = if environment { name.to_owned() } else { format!("{name}: {key}") };
        self.wrong.push(format!("{place} is no setting{hint}"));
    }

    /// The known key that looks most like this one.
    fn nearest(&self, key: &str) -> Option<String> {
        let known = self.table.iter().flat_map(|(section, inner)| {
            let keys = inner.as_table().into_iter().flat_map(Table::keys);
            keys.map(move |key| format!("{section}.{key}"))
        });
        known.map(|known| (strsim::damerau_levenshtein(&known, key), known)).min().map(|(_, known)| known)
    }
}

/// A file's value where its type is the default's; an integer will do for a number.
fn fit(default: &Value, value: Value) -> Result<Value, &'static str> {
    match (default, &value) {
        (Value::Float(_), Value::Integer(whole)) => Ok(Value::Float(*whole as f64)),
        (default, value) if default.same_type(value) => Ok(value.clone()),
        _ => Err(kind(default)),
    }
}

/// A text of the environment or of a flag as a value of the default's type.
fn read(default: &Value, text: &str) -> Option<Value> {
    Some(match default {
        Value::Integer(_) => Value::Integer(text.trim().replace('_', "").parse().ok()?),
        Value::Float(_) => Value::Float(text.trim().parse().ok()?),
        Value::Boolean(_) => Value::Boolean(text.trim().to_lowercase().parse().ok()?),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        _ => Value::String(text.to_owned()),
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list of texts",
        _ => "a text in quotes",
    }
}

fn line_of(text: &str, error: &toml::de::Error) -> String {
    let line = |start: usize| text[..start.min(text.len())].matches('\n').count() + 1;
    error.span().map_or_else(String::new, |span| format!(" line {}", line(span.start)))
}
