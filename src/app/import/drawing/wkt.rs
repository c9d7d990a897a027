//! Well-known text of a coordinate system, as in `.prj` files and GeoPackages: names with lists.

/// Deeper than any real one.
const DEEPEST: usize = 24;

/// `NAME["text", 1.0, OTHER[…]]`.
#[derive(Debug, Default)]
pub struct Node {
    /// In capitals.
    pub keyword: String,
    /// The texts and numbers of its list, in order.
    pub values: Vec<String>,
    pub nodes: Vec<Node>,
}

impl Node {
    /// Reads a text; `None` where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let (node, rest) = node(text, 0)?;
        rest.trim().is_empty().then_some(node)
    }

    /// The first node of one of these keywords, at any depth.
    pub fn find(&self, keywords: &[&str]) -> Option<&Self> {
        if keywords.contains(&self.keyword.as_str()) {
            return Some(self);
        }
        self.nodes.iter().find_map(|node| node.find(keywords))
    }

    /// Its name: the first value.
    pub fn name(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// The number of the parameter with one of these names, at any depth.
    pub fn parameter(&self, names: &[&str]) -> Option<f64> {
        let is_it = self.keyword == "PARAMETER"
            && names.iter().any(|name| self.name().replace(' ', "_").eq_ignore_ascii_case(name));
        if is_it {
            return self.values.get(1)?.parse().ok();
        }
        self.nodes.iter().find_map(|node| node.parameter(names))
    }
}

fn node(text: &str, depth: usize) -> Option<(Node, &str)> {
    let end = text.find(['[', '(', ',', ']', ')']).unwrap_or(text.len());
    let (keyword, rest) = text.split_at(end);
    let mut node = Node { keyword: keyword.trim().to_uppercase(), ..Node::default() };
    let mut rest = rest.strip_prefix(['[', '('])?;
    if depth > DEEPEST {
        return None;
    }
    loop {
        rest = rest.trim_start();
        if let Some(quoted) = rest.strip_prefix('"') {
            let (value, after) = quoted.split_once('"')?;
            node.values.push(value.to_owned());
            rest = after;
        } else {
            let end = rest.find(['[', '(', ',', ']', ')'])?;
            if rest[end..].starts_with(['[', '(']) {
                let (inner, after) = self::node(rest, depth + 1)?;
                node.nodes.push(inner);
                rest = after;
            } else {
                node.values.push(rest[..end].trim().to_owned());
                rest = &rest[end..];
            }
        }
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix([']', ')']) {
            return Some((node, after));
        }
        rest = rest.strip_prefix(',')?;
    }
}
