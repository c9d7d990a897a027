use super::*;
use clap::CommandFactory;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("whistle").chain(line.split_whitespace()))
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn every_promised_command_is_understood() {
    for line in [
        "serve",
        "serve --role web,deliver,escalate,poll --config city.toml",
        "--config city.toml serve",
        "demo --port 0 --fresh",
        "migrate",
        "migrate up",
        "migrate down",
        "migrate status",
        "backup whistle.backup",
        "restore whistle.backup",
        "check",
        "check --full",
        "import map map.geojson --effective 2026-12-01T00:00:00+08:00 --dry-run",
        "import map map.zip --datum gcj02 --findings out.geojson --accept-shift",
        "import map map.geojson --draft --name 拆分",
        "map list",
        "map take 2 --at 2026-12-01T00:00:00+08:00",
        "map withdraw 2",
        "map what-if 2 --days 90 --exchanges --format xlsx --output x.xlsx",
        "export corrections --from 2026-01-01 --to 2026-01-31 --unit 370215002",
        "import people people.csv",
        "import departments x.csv",
        "import organisations x.csv",
        "import catalogue x.xlsx",
        "import calendar x.csv",
        "import stations x.csv",
        "import duty x.csv",
        "invite W0001 --channel telegram",
        "invite --unit 370215001001001",
        "user set-password C0001",
        "token issue hotline --scope cases,figures",
        "token list",
        "token revoke hotline",
        "numbers renew",
        "locate 120.45 36.39 --accuracy 30 --datum gcj02",
        "locate -0.1 -36.39",
        "export cases --from 2026-01-01 --to 2026-01-31 --format xlsx --output x.xlsx",
        "export figures --from 2026-01-01 --to 2026-01-31 --format csv --by grid,month",
        "outbox list",
        "outbox resend 1 2",
        "outbox resend --all",
        "outbox dismiss 1 2",
        "outbox dismiss --all",
        "inbound list",
        "inbound retry 7:1",
        "inbound retry --all",
        "inbound dismiss 7:1 7:2",
        "media list",
        "media fetch 1 2",
        "media fetch --all",
    ] {
        assert!(
            parse(line).is_ok(),
            "{line}: {}",
            parse(line).err().map(|e| e.to_string()).unwrap_or_default()
        );
    }
}

#[test]
fn what_is_not_understood_is_exit_2_and_help_is_none() {
    for line in [
        "",
        "dance",
        "serve --role web,dance",
        "import",
        "import people",
        "import map x --effective tomorrow",
        "import map x --draft --effective 2026-12-01T00:00:00+08:00",
        "import map x --name 拆分",
        "map",
        "map take soon",
        "map what-if",
        "invite",
        "locate 120.45",
        "locate a b",
        "locate 120 36 --accuracy -1",
        "locate 120 36 --datum mars",
        "export cases --from yesterday --to 2026-01-31",
        "export moon --from 2026-01-01 --to 2026-01-31",
        "token issue x --scope everything",
        "outbox resend",
        "outbox dismiss",
        "inbound retry",
        "--set nonsense check",
    ] {
        let code = parse(line).err().map(|error| error.exit_code());
        assert_eq!(code, Some(2), "{line}");
    }
    for line in ["--help", "serve --help", "import people --help", "--version"] {
        assert_eq!(parse(line).err().map(|error| error.exit_code()), Some(0), "{line}");
    }
}

#[test]
fn flags_lie_over_everything() {
    let cli = parse("--set http.bind=127.0.0.1:0 --set telegram.secret=a=b check").unwrap();
    let pairs: Vec<_> = cli.layers.set.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("http.bind", "127.0.0.1:0"), ("telegram.secret", "a=b")]);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    struct Ends(std::io::ErrorKind);
    impl Write for Ends {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    assert!(say_to(&mut Ends(std::io::ErrorKind::BrokenPipe), "one line").is_ok());
    assert!(say_to(&mut Ends(std::io::ErrorKind::StorageFull), "one line").is_err());
}

#[test]
fn the_folder_of_an_embedded_database_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let mut layers = Layers::new().unwrap();
    layers.set("database.url", &format!("sqlite://{}/a/b/x.db?mode=rwc", folder.path().display()));
    make_folder(&layers.settings().unwrap()).map_err(|Failure(why)| why).unwrap();
    assert!(folder.path().join("a/b").is_dir());
}
