//! A form of a case page as data: one template draws them all.

use super::super::posted::Posted;

/// One command as a form.
pub(super) struct Form {
    /// The command's word, and the last part of the address that it posts to.
    pub command: &'static str,
    pub title: &'static str,
    /// What it leads to, where that is not plain from the title.
    pub hint: String,
    pub fields: Vec<Field>,
    /// It was sent and refused: it stands open with what was typed.
    pub failure: Option<String>,
}

impl Form {
    pub fn new(command: &'static str, title: &'static str) -> Self {
        Self { command, title, hint: String::new(), fields: Vec::new(), failure: None }
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(Field { id: format!("{}-{}", self.command, field.name), ..field });
        self
    }

    pub fn is_open(&self) -> bool {
        self.failure.is_some()
    }

    /// It sends files along.
    pub fn is_upload(&self) -> bool {
        self.fields.iter().any(|field| field.input == "photos")
    }

    /// Puts back what was typed. Chosen photos cannot be put back by a page.
    pub fn keep(&mut self, posted: &Posted) {
        for field in &mut self.fields {
            if let Some(value) = posted.fields.get(field.name) {
                field.value.clone_from(value);
            }
            if field.input == "point" {
                posted.get("lat").clone_into(&mut field.lat);
                posted.get("lon").clone_into(&mut field.lon);
            }
        }
    }
}

/// Something to fill in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Field {
    pub name: &'static str,
    pub id: String,
    pub label: String,
    /// `line`, `words`, `moment`, `choice`, `photos` or `point`.
    pub input: &'static str,
    pub value: String,
    pub required: bool,
    pub groups: Vec<Group>,
    /// A point as given.
    pub lat: String,
    /// The same.
    pub lon: String,
    /// Where the map of a point begins: latitude and longitude.
    pub centre: (String, String),
}

/// Choices under a heading; an empty heading is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub label: String,
    pub choices: Vec<Choice>,
}

/// One thing to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

impl Group {
    pub fn new(label: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self { label: label.into(), choices }
    }
}

impl Field {
    fn of(input: &'static str, name: &'static str, label: impl Into<String>) -> Self {
        Self { name, input, label: label.into(), required: true, ..Self::default() }
    }

    /// One line.
    pub fn line(name: &'static str, label: impl Into<String>) -> Self {
        Self::of("line", name, label)
    }

    /// Several lines.
    pub fn words(name: &'static str, label: impl Into<String>) -> Self {
        Self::of("words", name, label)
    }

    /// A date with a time.
    pub fn moment(name: &'static str, label: impl Into<String>, value: String) -> Self {
        Self { value, ..Self::of("moment", name, label) }
    }

    /// One of several.
    pub fn choice(name: &'static str, label: impl Into<String>, groups: Vec<Group>) -> Self {
        let filled = groups.into_iter().filter(|group| !group.choices.is_empty()).collect();
        Self { groups: filled, ..Self::of("choice", name, label) }
    }

    /// Photos, from a folder or the camera.
    pub fn photos(label: impl Into<String>) -> Self {
        Self::of("photos", "photos", label)
    }

    /// A point of the map, which begins at `(lat, lon)`.
    pub fn point(label: impl Into<String>, lat: f64, lon: f64) -> Self {
        Self { centre: (format!("{lat:.6}"), format!("{lon:.6}")), ..Self::of("point", "point", label) }
    }

    /// It may stay empty.
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// What is chosen when nothing else was.
    pub fn preset(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }
}
