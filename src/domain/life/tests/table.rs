//! Every state and every command, each by the person who would do it: one table, reviewed as a whole.

use super::*;
use crate::domain::case::State;
use std::fmt::Write;

fn cases() -> Vec<(State, Story)> {
    let stories = vec![
        Story::reported(),
        Story::whistled(SHOP),
        Story::answered(SHOP),
        Story::arrived(SHOP),
        Story::settled(SHOP),
        Story::closed(SHOP),
        Story::reported().by("dispatcher", Command::Decline { reason: "not a matter".to_owned() }),
        Story::whistled(SHOP).by("dispatcher", Command::Void { reason: "a test".to_owned() }),
        Story::whistled(SHOP).by("dispatcher", merge()),
    ];
    State::ALL.into_iter().zip(stories).collect()
}

fn merge() -> Command {
    Command::Merge { into: CaseId(2), reason: "the same heap".to_owned() }
}

/// A command, who gives it (the first one who may), and what goes before where the state allows it.
struct Row(Command, &'static [&'static str], Vec<(&'static str, Command)>);

fn rows() -> Vec<Row> {
    let text = || "because".to_owned();
    let plain = |command, who| Row(command, who, Vec::new());
    let ask = Command::AskPrecheck { worker: "worker".into() };
    let more = Command::AskExtension { reason: text() };
    let stop = suspend("2026-07-20 08:00");
    let pieces = || Command::Add { material: vec![words("more", at(MORNING))] };
    vec![
        plain(ask.clone(), &["dispatcher"]),
        Row(Command::Precheck { found: true, words: text() }, &["worker"], vec![("dispatcher", ask)]),
        plain(whistle(), &["dispatcher"]),
        plain(Command::Answer, &["secretary"]),
        plain(Command::Join, &["grid_lead"]),
        plain(here(), &["secretary"]),
        plain(settle(), &["secretary"]),
        plain(Command::SelfResolve { words: text(), photos: vec![MediaId(1)] }, &["worker"]),
        plain(send_back(), &["secretary"]),
        plain(reassign("G2"), &["dispatcher"]),
        plain(call("U1"), &["secretary"]),
        Row(
            Command::ScoreDepartment { department: "U1".into(), score: 4 },
            &["dispatcher"],
            vec![("dispatcher", call("U1")), ("officer", send_back())],
        ),
        plain(escalate(), &["dispatcher"]),
        plain(Command::Wake, &["clock"]),
        plain(more.clone(), &["secretary"]),
        Row(
            Command::DecideExtension { until: None, words: text() },
            &["dispatcher"],
            vec![("secretary", more)],
        ),
        plain(stop.clone(), &["dispatcher"]),
        Row(Command::Resume, &["dispatcher"], vec![("dispatcher", stop)]),
        plain(urge(), &["community_leader"]),
        plain(Command::Supervise { words: text() }, &["community_leader"]),
        Row(reply(), &["secretary", "dispatcher"], vec![("community_leader", urge())]),
        plain(merge(), &["worker"]),
        plain(Command::Absorb { from: CaseId(3), reporters: vec![Party::Chat(ChatId(5))] }, &["worker"]),
        plain(passed(), &["worker", "worker2"]),
        plain(Command::Rate { score: 5, solved: true, words: None }, &["worker", "resident"]),
        plain(Command::Reopen { reason: text() }, &["worker", "resident"]),
        plain(Command::Decline { reason: text() }, &["dispatcher"]),
        plain(Command::Void { reason: text() }, &["dispatcher"]),
        plain(Command::Undo, &["worker", "resident"]),
        plain(Command::Recategorise { category: LITTER.into() }, &["dispatcher"]),
        plain(Command::Reroute { grid: "G2".into() }, &["dispatcher"]),
        plain(Command::Locate { place: Box::new(in_g1()), reason: None }, &["dispatcher"]),
        plain(pieces(), &["dispatcher"]),
        plain(
            Command::Amend { message: "a shop blocks the pavement".to_owned(), words: text() },
            &["dispatcher"],
        ),
        Row(
            Command::Detach { messages: vec!["more".to_owned()] },
            &["dispatcher"],
            vec![("dispatcher", pieces())],
        ),
    ]
}

fn outcome(story: &Story, Row(command, who, before): &Row) -> String {
    let mut story = story.clone();
    for (who, earlier) in before {
        if story.try_by(who, earlier.clone()).is_ok() {
            story = story.by(who, earlier.clone());
        }
    }
    if *command == Command::Wake {
        story.now = story.case.wake_at.unwrap_or(story.now);
    }
    let mut outcomes: Vec<_> = who.iter().map(|who| story.try_by(who, command.clone())).collect();
    let accepted = outcomes.iter().position(Result::is_ok).unwrap_or(0);
    match outcomes.swap_remove(accepted) {
        Ok(decision) if decision.events.is_empty() => "·".to_owned(),
        Ok(decision) => {
            let facts: Vec<_> = decision.events.iter().map(|event| kind(&event.fact)).collect();
            let facts = facts.join("+");
            match decision.case.state {
                state if state == story.case.state => format!("= {facts}"),
                state => format!("→ {} {facts}", state.as_str()),
            }
        }
        Err(refusal) => format!("✗ {}", kind(&refusal)),
    }
}

#[test]
fn every_state_meets_every_command() {
    let cases = cases();
    let mut table = String::new();
    for row in rows() {
        writeln!(table, "{} by {}", row.0.name(), row.1.join(", else ")).unwrap();
        for (state, story) in &cases {
            assert_eq!(story.case.state, *state);
            writeln!(table, "    {:<9} {}", state.as_str(), outcome(story, &row)).unwrap();
        }
    }
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("state_by_command", table);
    });
}

#[test]
fn the_table_has_every_command_once() {
    let mut names: Vec<_> = rows().iter().map(|row| row.0.name()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), all), (35, 35));
}
