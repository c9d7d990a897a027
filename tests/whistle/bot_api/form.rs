//! What a call brings: JSON, a form, or a form with files.

use super::http::Request;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The parameters of a call, and its files by the name of their part.
#[derive(Clone, Debug, Default)]
pub struct Params {
    pub(super) fields: Map<String, Value>,
    pub(super) files: BTreeMap<String, Vec<u8>>,
}

impl Params {
    pub(super) fn of(request: &Request) -> Self {
        let kind = request.content_type.as_str();
        if let Some(boundary) = kind.strip_prefix("multipart/form-data; boundary=") {
            return multipart(&request.body, boundary.trim_matches('"'));
        }
        let fields = if kind.starts_with("application/json") {
            serde_json::from_slice(&request.body).unwrap_or_default()
        } else {
            let pairs = url::form_urlencoded::parse(&request.body);
            pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned()))).collect()
        };
        Self { fields, files: BTreeMap::new() }
    }

    /// A whole number, also where a form has it as text.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        let value = self.fields.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    pub(super) fn float(&self, name: &str) -> Option<f64> {
        let value = self.fields.get(name)?;
        value.as_f64().or_else(|| value.as_str()?.parse().ok())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|value| value == true || value == "true")
    }

    /// An object, also where a form has it as text.
    pub(super) fn object(&self, name: &str) -> Option<Value> {
        let value = self.fields.get(name)?;
        value.as_str().map_or_else(|| Some(value.clone()), |text| serde_json::from_str(text).ok())
    }
}

fn multipart(body: &[u8], boundary: &str) -> Params {
    let mut params = Params::default();
    let mark = format!("--{boundary}").into_bytes();
    let mut rest = find(body, &mark).map_or(&[][..], |at| &body[at + mark.len()..]);
    while let Some(end) = find(rest, &mark) {
        let part = &rest[..end];
        rest = &rest[end + mark.len()..];
        let Some(gap) = find(part, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&part[..gap]).into_owned();
        let content = part[gap + 4..].strip_suffix(b"\r\n").unwrap_or(&part[gap + 4..]);
        let Some(name) = quoted(&head, " name=\"") else { continue };
        if quoted(&head, "filename=\"").is_some() {
            params.files.insert(name, content.to_vec());
        } else {
            params.fields.insert(name, Value::String(String::from_utf8_lossy(content).into_owned()));
        }
    }
    params
}

fn quoted(head: &str, before: &str) -> Option<String> {
    let rest = &head[head.find(before)? + before.len()..];
    rest.split('"').next().map(str::to_owned)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}
