//! The demo as a command: what it must never throw away.

use std::{fs::File, path::Path, process::Command};

fn fresh_demo(folder: &Path, port: u16) -> std::process::Output {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_whistle"));
    demo.args(["demo", "--fresh", "--port", &port.to_string()]).current_dir(folder).output().unwrap()
}

#[test]
fn a_fresh_demo_takes_nothing_from_a_running_one_and_nothing_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("var/demo/whistle.db");
    std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
    std::fs::write(&kept, "somebody's").unwrap();
    let running = File::create(folder.path().join("var/demo.lock")).unwrap();
    running.lock().unwrap();
    let refused = fresh_demo(folder.path(), 0);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("a demo is running here already"));
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "somebody's");

    running.unlock().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let refused = fresh_demo(folder.path(), taken.local_addr().unwrap().port());
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "somebody's", "it could not have started");
}
