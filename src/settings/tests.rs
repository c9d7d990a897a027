use super::*;
use crate::domain;

fn with(variables: &[(&str, &str)]) -> Result<Settings, Wrong> {
    let mut layers = Layers::new()?;
    layers.environment(variables.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
    layers.settings()
}

fn complaint(result: Result<Settings, Wrong>) -> String {
    result.err().map(|wrong| wrong.to_string()).unwrap_or_default()
}

#[test]
fn the_built_in_rules_are_the_domains_own() {
    let settings = Settings::built_in().unwrap();
    assert_eq!(settings.policy.to_domain(), domain::Policy::default());
    assert_eq!(settings.calendar.to_domain(), domain::Calendar::default());
    assert_eq!(settings.report.to_rules(), crate::dialogue::Rules::default());
}

#[test]
fn every_key_has_a_comment_above_it_or_above_its_neighbour() {
    let mut commented = false;
    for line in DEFAULT.lines() {
        let is_key = line.contains('=') && !line.starts_with('#');
        assert!(!is_key || commented, "{line}");
        commented =
            if line.is_empty() || line.starts_with('[') { false } else { commented || line.starts_with('#') };
    }
}

#[test]
fn each_layer_lies_over_the_one_before() {
    let mut layers = Layers::new().unwrap();
    layers
        .file("city.toml", "[http]\nbind = \"0.0.0.0:80\"\n[policy]\nverified_m = 50\n[delivery]\nlanes = 3");
    layers.environment([("WHISTLE__DELIVERY__LANES".to_owned(), "4".to_owned())]);
    layers.environment([("WHISTLE__HTTP__BIND".to_owned(), "127.0.0.1:81".to_owned())]);
    layers.set("http.bind", "127.0.0.1:82");
    let settings = layers.settings().unwrap();
    assert_eq!(settings.http.bind.port(), 82);
    assert_eq!(settings.delivery.lanes, 4);
    assert!((settings.policy.verified_m - 50.0).abs() < f64::EPSILON, "an integer will do for a number");
    assert!(settings.database.migrate_on_start, "what nobody set keeps its default");
}

#[test]
fn lists_and_spans_and_truths_are_read_from_the_environment() {
    let settings = with(&[
        ("WHISTLE__DELIVERY__RETRY", "1 s, 2 min"),
        ("WHISTLE__REPORT__WINDOW", "90"),
        ("WHISTLE__CHAT__ENABLED", "TRUE"),
        ("WHISTLE__CALENDAR__HOURS", "09:00-11:30,13:00-17:00"),
        ("PATH", "/bin"),
    ])
    .unwrap();
    let seconds: Vec<_> = settings.delivery.retry.iter().map(|span| span.0.num_seconds()).collect();
    assert_eq!(seconds, [1, 120]);
    assert_eq!(settings.report.window.0.num_seconds(), 90);
    assert!(settings.chat.enabled);
    assert_eq!(settings.calendar.hours.len(), 2);
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    let mut layers = Layers::new().unwrap();
    layers.file("city.toml", "[htpp]\nbind = \"x\"\n[policy]\nverify_m = 3\n");
    let wrong = complaint(layers.settings());
    assert!(wrong.contains("city.toml: htpp.bind is no setting; did you mean http.bind?"), "{wrong}");
    assert!(wrong.contains("policy.verify_m is no setting; did you mean policy.verified_m?"), "{wrong}");
    let wrong = complaint(with(&[("WHISTLE__TELEGRAM__TOKN", "secret"), ("WHISTLE__LOG", "x")]));
    assert!(
        wrong.contains("WHISTLE__TELEGRAM__TOKN is no setting; did you mean WHISTLE__TELEGRAM__TOKEN?"),
        "{wrong}"
    );
    assert!(wrong.contains("WHISTLE__LOG is no setting"), "{wrong}");
    assert!(!wrong.contains("secret"), "{wrong}");
}

#[test]
fn a_wrong_value_names_its_key() {
    for (name, text, key) in [
        ("WHISTLE__HTTP__BIND", "nowhere", "http.bind"),
        ("WHISTLE__DATABASE__CONNECTIONS", "many", "database.connections"),
        ("WHISTLE__POLICY__TRIAGE_LIMIT", "1 fortnight", "policy.triage_limit"),
        ("WHISTLE__POLICY__REMIND_SHARE", "1.5", "policy.remind_share"),
        ("WHISTLE__REPORT__WINDOW", "soon", "report.window"),
        ("WHISTLE__TELEGRAM__MODE", "pigeon", "telegram.mode"),
        ("WHISTLE__TELEGRAM__API_URL", "ftp://x", "telegram.api_url"),
        ("WHISTLE__DATABASE__URL", "mysql://root:hunter2@db/x", "database.url"),
        ("WHISTLE__DATABASE__URL", "postgres://whistle:hunter2#@db/x", "database.url"),
        ("WHISTLE__DATABASE__URL", "postgres://whistle:hunter2/@db/x", "database.url"),
        ("WHISTLE__DATABASE__URL", "postgres://whistle:hunter2@[db/x", "database.url"),
        ("WHISTLE__SECURITY__KEY", "hunter2", "security.key"),
        ("WHISTLE__SECURITY__OLD_KEYS", "hunter2", "security.old_keys"),
        ("WHISTLE__CALENDAR__ZONE", "Asia/Jimo", "calendar.zone"),
        ("WHISTLE__CALENDAR__HOURS", "14:00-18:00, 08:00-12:00", "calendar.hours"),
        ("WHISTLE__HTTP__PUBLIC_URL", "whistle", "http.public_url"),
        ("WHISTLE__HTTP__TRUSTED_PROXIES", "the router", "http.trusted_proxies"),
        ("WHISTLE__HTTP__CONNECTIONS", "0", "http.connections"),
        ("WHISTLE__HTTP__BODY_PAUSE", "0 s", "http.body_pause"),
        ("WHISTLE__DELIVERY__LANES", "0", "delivery.lanes"),
        ("WHISTLE__SECURITY__SESSION", "0 s", "security.session"),
        ("WHISTLE__SECURITY__INVITATION", "0 s", "security.invitation"),
        ("WHISTLE__RETENTION__INBOUND", "1 d", "retention.inbound"),
    ] {
        let wrong = complaint(with(&[(name, text)]));
        assert!(wrong.contains(key), "{name}={text}: {wrong}");
        assert!(!wrong.contains("hunter2"), "{wrong}");
        assert!(!wrong.contains('\n'), "{wrong:?}");
    }
    let mut layers = Layers::new().unwrap();
    layers.file("city.toml", "[telegram]\ntoken = 123456\n");
    assert_eq!(complaint(layers.settings()), "city.toml: telegram.token must be a text in quotes");
}

#[test]
fn a_webhook_needs_its_secret() {
    let webhook = [("WHISTLE__TELEGRAM__TOKEN", "1:x"), ("WHISTLE__TELEGRAM__MODE", "webhook")];
    let wrong = complaint(with(&webhook));
    assert!(wrong.contains("telegram.secret"), "{wrong}");
    let secret = ("WHISTLE__TELEGRAM__SECRET", "s3cret");
    assert_eq!(complaint(with(&[webhook[0], webhook[1], secret])), "", "an address is for links");
}

#[test]
fn a_broken_file_names_its_line_and_shows_nothing_of_it() {
    let mut layers = Layers::new().unwrap();
    layers.file("city.toml", "[telegram]\ntoken = \"hunter2\n");
    let wrong = complaint(layers.settings());
    assert!(wrong.starts_with("city.toml line 2: "), "{wrong}");
    assert!(!wrong.contains("hunter2"), "{wrong}");
}

#[test]
fn secrets_are_not_printed() {
    let settings = with(&[
        ("WHISTLE__TELEGRAM__TOKEN", "hunter2"),
        ("WHISTLE__DATABASE__URL", "postgres://hunter2@db/x"),
        ("WHISTLE__SECURITY__KEY", &"a1".repeat(32)),
        ("WHISTLE__SECURITY__OLD_KEYS", &"a1".repeat(32)),
    ])
    .unwrap();
    let printed = format!("{settings:?} {}", settings.telegram.token);
    assert!(!printed.contains("hunter2") && !printed.contains("a1a1"), "{printed}");
    assert_eq!(settings.telegram.token.reveal(), "hunter2");
}

#[test]
fn a_claim_outlasts_what_it_takes_to_send_a_letter() {
    let wrong = complaint(with(&[("WHISTLE__TELEGRAM__TIMEOUT", "21 s")]));
    assert!(wrong.contains("delivery.lease must be at least three times telegram.timeout"), "{wrong}");
    with(&[("WHISTLE__TELEGRAM__TIMEOUT", "21 s"), ("WHISTLE__DELIVERY__LEASE", "63 s")]).unwrap();
}
