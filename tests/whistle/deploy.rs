//! What `deploy/` says is true: its settings are settings, its roles are roles, its numbers are told, its
//! units are units. Nothing there is run here but what reads it.

use crate::{console::town::Town, database::Throwaway, house::root};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::Command,
};
use whistle::settings::Layers;

fn text(file: &str) -> String {
    let file = root().join("deploy").join(file);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn yaml(file: &str) -> Value {
    serde_saphyr::from_str(&text(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every text of a document, wherever it stands.
fn texts<'a>(value: &'a Value, under: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get(under).and_then(Value::as_str));
            fields.values().for_each(|value| texts(value, under, found));
        }
        Value::Array(list) => list.iter().for_each(|value| texts(value, under, found)),
        _ => {}
    }
}

/// The metrics of an expression, each with the labels that it is asked by.
fn asked(expression: &str) -> Vec<(String, Vec<String>)> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = expression;
    while let Some(start) = rest.find(is_name) {
        let word = &rest[start..];
        let end = word.find(|c| !is_name(c)).unwrap_or(word.len());
        let (name, after) = word.split_at(end);
        rest = after;
        if !["whistle_", "process_", "up"].iter().any(|begin| name.starts_with(begin)) {
            continue;
        }
        let inside = after.strip_prefix('{').and_then(|inside| inside.split('}').next()).unwrap_or_default();
        let labels = inside.split(',').filter_map(|pair| pair.split(['=', '!']).next());
        let labels = labels.map(|label| label.trim().to_owned()).filter(|label| !label.is_empty());
        found.push((name.to_owned(), labels.collect()));
    }
    found
}

/// What `/metrics` tells: each name with its labels.
fn told(metrics: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let inside =
            line.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map_or("", |pair| pair.0);
        let labels = inside.split(',').filter_map(|pair| Some(pair.split_once('=')?.0.to_owned()));
        told.entry(name.to_owned()).or_default().extend(labels);
    }
    told
}

/// What Prometheus itself adds to every number.
const OF_PROMETHEUS: [&str; 2] = ["instance", "job"];

#[actix_web::test]
async fn every_number_of_dashboard_and_alerts_is_one_that_is_told() {
    let database = Throwaway::sqlite();
    let town = Town::new(&database.url).await;
    let browser = town.browser();
    browser.get("/health/live").await;
    let told = told(&browser.get("/metrics").await.body);
    let (dashboard, alerts) = (text("grafana/whistle.json"), yaml("prometheus/alerts.yaml"));
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let mut expressions = Vec::new();
    texts(&dashboard, "expr", &mut expressions);
    texts(&alerts, "expr", &mut expressions);
    assert!(expressions.len() > 30, "{expressions:?}");
    for expression in expressions {
        let asked = asked(expression);
        assert!(!asked.is_empty(), "{expression} asks for nothing");
        for (name, labels) in asked.into_iter().filter(|(name, _)| name != "up") {
            let Some(known) = told.get(&name) else { panic!("/metrics has no {name}: {expression}") };
            for label in labels {
                let is_known = known.contains(&label) || OF_PROMETHEUS.contains(&label.as_str());
                assert!(is_known, "{name} has no label {label}: {expression}");
            }
        }
    }
    let promised = [
        "whistle_cases_total",
        "whistle_inbound_total",
        "whistle_outbox_pending",
        "whistle_outbox_oldest_seconds",
        "whistle_delivery_total",
        "whistle_stage_seconds_bucket",
        "whistle_http_request_seconds_bucket",
    ];
    assert!(promised.iter().all(|name| told.contains_key(*name)), "{:?}", told.keys());
}

#[test]
fn every_alert_says_what_to_do() {
    let alerts = yaml("prometheus/alerts.yaml");
    let rules = alerts["groups"][0]["rules"].as_array().unwrap();
    let mut names = BTreeSet::new();
    for rule in rules {
        assert!(names.insert(rule["alert"].as_str().unwrap()), "{rule}: twice");
        assert!(
            rule["annotations"]["summary"].is_string() && rule["annotations"]["todo"].is_string(),
            "{rule}"
        );
        assert!(
            ["critical", "warning", "info"].contains(&rule["labels"]["severity"].as_str().unwrap()),
            "{rule}"
        );
    }
    let scraped = &yaml("prometheus/prometheus.yaml")["scrape_configs"][0]["job_name"];
    assert!(text("prometheus/alerts.yaml").contains(&format!("job={scraped}")), "{scraped}");
}

/// `WHISTLE__SECTION__KEY=value` of a file, whatever stands around it.
fn settings_of(text: &str) -> Vec<(String, String)> {
    let lines =
        text.lines().map(|line| line.trim().trim_start_matches("Environment=").trim_start_matches("# "));
    let settings = lines.filter(|line| line.starts_with("WHISTLE__"));
    let pairs = settings.filter_map(|line| line.split_once('=').or_else(|| line.split_once(": ")));
    pairs.map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned())).collect()
}

#[test]
fn every_setting_is_one() {
    let mut found = 0;
    for file in ["compose.yaml", "whistle.env.example", "systemd/whistle@.service"] {
        let settings = settings_of(&text(file));
        found += settings.len();
        let mut layers = Layers::new().unwrap();
        let key = |(key, value): (String, String)| {
            if value.is_empty() { (key, "00".repeat(32)) } else { (key, value) }
        };
        layers.environment(settings.into_iter().filter(|(key, _)| !key.ends_with("TOKEN")).map(key));
        layers.settings().unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    assert!(found >= 8, "{found} settings in deploy/");
}

/// What the program says of a line of arguments: 2 is "that is no command of mine".
fn is_understood(arguments: &[&str]) -> bool {
    let nowhere = ["--config", "/nowhere/whistle.toml"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_whistle"));
    let said = command.args(arguments).args(nowhere).output().unwrap();
    said.status.code() == Some(1) && String::from_utf8_lossy(&said.stderr).contains("/nowhere/whistle.toml")
}

#[test]
fn the_composition_holds_together() {
    let compose = yaml("compose.yaml");
    let services = compose["services"].as_object().unwrap();
    let mut roles = Vec::new();
    for (name, service) in services {
        for other in service["depends_on"].as_object().into_iter().flatten().map(|(other, _)| other) {
            assert!(services.contains_key(other), "{name} depends on {other}");
        }
        let volumes = service["volumes"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for source in volumes.map(|volume| volume.split(':').next().unwrap()) {
            let is_there = match source.strip_prefix("./") {
                Some(file) => root().join("deploy").join(file).is_file(),
                None => compose["volumes"].as_object().unwrap().contains_key(source),
            };
            assert!(is_there, "{name}: {source}");
        }
        let Some(command) = service["command"].as_array() else { continue };
        let arguments: Vec<&str> = command.iter().filter_map(Value::as_str).collect();
        assert!(is_understood(&arguments), "{name}: whistle {}", arguments.join(" "));
        if let Some(role) = arguments.iter().position(|word| *word == "--role") {
            let processes = service["deploy"]["replicas"].as_u64().unwrap_or(1);
            roles.extend((0..processes).flat_map(|_| arguments[role + 1].split(',')));
        }
    }
    for role in ["web", "deliver", "escalate", "poll"] {
        let processes = roles.iter().filter(|runs| **runs == role).count();
        assert!(processes >= 2, "one of {role} may die, and {processes} run");
    }
    for door in text("Caddyfile").split_whitespace().filter_map(|word| word.strip_suffix(":8080")) {
        assert!(services.contains_key(door), "the door sends people to {door}");
    }
    assert!(!is_understood(&["serve", "--role", "cook"]), "the question means something");
    let image = text("Dockerfile");
    let version = env!("CARGO_PKG_RUST_VERSION");
    let built_by = image.lines().find_map(|line| line.strip_prefix("FROM rust:")?.split('-').next());
    assert!(
        built_by.is_some_and(|it| minor(it) >= minor(version)),
        "{built_by:?} builds nothing that needs {version}"
    );
}

fn minor(version: &str) -> u32 {
    version.split('.').nth(1).unwrap().parse().unwrap()
}

#[test]
fn live_pages_pass_the_doors() {
    let caddy = text("Caddyfile");
    assert!(caddy.contains("flush_interval -1") && caddy.contains("/health/ready?of=web"));
    let nginx = text("nginx.conf");
    let live = nginx.split("location ~ /live$").nth(1).unwrap();
    assert!(live.contains("proxy_buffering off") && live.contains("proxy_read_timeout 1h"));
    for door in [caddy, nginx] {
        assert!(door.contains("/metrics") && door.contains("/health/"), "what is not everybody's");
    }
}

/// The units with our program where it lies here, read by systemd itself where it is installed.
#[test]
fn the_units_are_units() {
    let folder = tempfile::tempdir().unwrap();
    let units = ["whistle@.service", "whistle-backup.service", "whistle-backup.timer"];
    let files: Vec<PathBuf> = units.map(|unit| folder.path().join(unit.replace('@', "@web1"))).to_vec();
    for (unit, file) in units.iter().zip(&files) {
        let text = text(&format!("systemd/{unit}"));
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let is_section = line.starts_with('[') && line.ends_with(']');
            assert!(
                is_section || line.split_once('=').is_some_and(|(key, _)| !key.is_empty()),
                "{unit}: {line}"
            );
        }
        std::fs::write(file, text.replace("/usr/local/bin/whistle", env!("CARGO_BIN_EXE_whistle"))).unwrap();
    }
    let service = text("systemd/whistle@.service");
    assert!(service.contains("serve --role ${ROLE}") && service.contains("ROLE=web,deliver,escalate,poll"));
    let verify = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(&files).output();
    let Ok(said) = verify else {
        return println!("systemd-analyze is not installed: the units were looked at by us alone");
    };
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    let ours = said.lines().filter(|line| line.contains("whistle"));
    assert_eq!(ours.collect::<Vec<_>>(), [""; 0], "{said}");
}
