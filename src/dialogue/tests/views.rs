//! Cards, notices and refusals as they read in both languages.

use super::office::{Office, city, locate, morning};
use crate::{
    atlas::Datum,
    dialogue::{
        ChatKind, Language, Message, Rules, Scene, UnitFigures, Viewer, card, commands, my_data, notice,
        stats, why_not,
    },
    domain::{
        Actor, Arrival, CallReason, Case, CaseId, ChatId, City, Command, Escalation, Evidence, Fix, Material,
        Notice, Origin, PersonCode, Place, PlaceSource, Refusal, Report, Stage, State, Via,
        case::{CheckDue, Checker, Owed},
        life,
    },
};
use chrono::Duration;
use std::fmt::Write;

fn written(message: &Message) -> String {
    let mut text = message.plain();
    for row in &message.buttons {
        let row: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        write!(text, "\n  {}", row.join(" ")).unwrap();
    }
    text + "\n\n"
}

fn a_case(city: &City) -> Case {
    let fix = Fix::new(120.44, 36.39, Datum::Wgs84, PlaceSource::Venue);
    let report = Report {
        origin: Origin::Worker,
        place: Place { words: Some("鹤山路农贸市场".into()), ..locate(&fix) },
        material: vec![Material {
            message: None,
            words: Some("路灯不亮".into()),
            photo: None,
            voice: None,
            said_at: morning(),
        }],
        category: city.catalogue.guess("路灯"),
        category_chosen: false,
        self_resolved: None,
    };
    let by = Actor::person("W1".into(), morning(), Via::Chat);
    let case = life::open(report, &by, city, morning()).unwrap().case;
    Case { id: CaseId(1), ..case }
}

/// The case with a department called to it.
fn with_department(case: Case, department: &str, city: &City) -> Case {
    let by = Actor::person("P1".into(), morning(), Via::Console);
    let command = Command::CallDepartment {
        department: department.into(),
        reason: CallReason::Emergency,
        words: String::new(),
    };
    let after = life::decide(&case, command, &by, city, morning()).unwrap().case;
    Case { id: case.id, ..after }
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true
    }, {
        insta::assert_snapshot!(name, text);
    });
}

fn viewer<'a>(person: Option<&'a PersonCode>, reporter: bool, language: &'a str) -> Viewer<'a> {
    Viewer { person, kind: ChatKind::Private, unit: None, reporter, language }
}

fn every_notice() -> Vec<Notice> {
    let by = || PersonCode::from("P1");
    let (until, words) = (morning() + Duration::hours(30), || "等配件".to_owned());
    let reason = words;
    vec![
        Notice::Triage,
        Notice::Unheard { unit: "G2".into() },
        Notice::Returned { unit: "370215002013001".into(), reason: reason() },
        Notice::Reminder { stage: Stage::Answered, due: morning() + Duration::minutes(10) },
        Notice::Reminder { stage: Stage::Arrived, due: morning() + Duration::minutes(70) },
        Notice::Reminder { stage: Stage::Settled, due: morning() - Duration::minutes(3) },
        Notice::Escalated {
            level: Escalation::Community,
            stage: Some(Stage::Answered),
            reason: String::new(),
        },
        Notice::Escalated {
            level: Escalation::Subdistrict,
            stage: Some(Stage::Arrived),
            reason: String::new(),
        },
        Notice::Escalated { level: Escalation::District, stage: Some(Stage::Settled), reason: reason() },
        Notice::Escalated { level: Escalation::District, stage: None, reason: String::new() },
        Notice::Coming { unit: "370215002013001".into() },
        Notice::Here,
        Notice::ArrivalMarked { evidence: Evidence::Verified, distance_m: Some(31.0) },
        Notice::ArrivalMarked { evidence: Evidence::Unverified, distance_m: Some(1400.0) },
        Notice::ArrivalMarked { evidence: Evidence::Unverified, distance_m: None },
        Notice::CheckAsked { words: "换了灯泡".into(), until },
        Notice::CheckWanted,
        Notice::Reworked { reason: reason() },
        Notice::Closed,
        Notice::Reopened { reason: reason() },
        Notice::Declined { reason: reason() },
        Notice::Voided { reason: reason() },
        Notice::Merged { into: CaseId(9) },
        Notice::Reassigned { unit: "370215002013002".into(), reason: reason() },
        Notice::DepartmentStep { unit: "D001".into(), stage: Stage::Whistled },
        Notice::DepartmentStep { unit: "D002".into(), stage: Stage::Answered },
        Notice::DepartmentStep { unit: "D002".into(), stage: Stage::Settled },
        Notice::DepartmentCalled { unit: "D001".into(), reason: CallReason::Emergency },
        Notice::ExtensionAsked { by: by(), reason: reason() },
        Notice::ExtensionDecided { until: Some(until), words: words() },
        Notice::ExtensionDecided { until: None, words: words() },
        Notice::Suspended { until, reason: reason() },
        Notice::Resumed,
        Notice::Urged { by: by(), words: words() },
        Notice::Supervised { by: by(), words: words() },
        Notice::Replied { by: by(), words: words() },
        Notice::PrecheckAsked,
        Notice::Prechecked { found: true, words: words() },
        Notice::Prechecked { found: false, words: words() },
        Notice::Joined { helper: "S1".into() },
    ]
}

fn every_refusal() -> Vec<Refusal> {
    let (lead, unit, at) = (PersonCode::from("L1"), "D001".into(), morning() + Duration::minutes(5));
    let mut all: Vec<Refusal> = State::ALL.into_iter().map(|state| Refusal::WrongState { state }).collect();
    all.extend([
        Refusal::NotYours,
        Refusal::TakenBy { lead: lead.clone() },
        Refusal::AlreadyDone,
        Refusal::NotArrived,
        Refusal::OnlyLead { lead: lead.clone() },
        Refusal::ReasonMissing,
        Refusal::PhotoMissing,
        Refusal::WordsMissing,
        Refusal::UnknownCondition,
        Refusal::UnknownUnit { unit },
        Refusal::UnknownPerson { person: lead },
        Refusal::UnknownCategory,
        Refusal::OwnerMissing,
        Refusal::TooLate { due: at },
        Refusal::NoExtensionLeft { used: 2 },
        Refusal::NoExtensionAsked,
        Refusal::ExtensionWaits,
        Refusal::DateOutOfRange { earliest: morning(), latest: at },
        Refusal::Suspended { until: at },
        Refusal::SuspendedBefore,
        Refusal::NotSuspended,
        Refusal::CalledAlready { unit: "D001".into() },
        Refusal::ScoreOutOfRange,
        Refusal::OwnWork,
        Refusal::WindowPassed { ended: at },
        Refusal::CannotMerge,
        Refusal::SameCase,
        Refusal::TopLevel,
        Refusal::NothingOwed,
        Refusal::UnknownGrid { grid: "370215002013001".into() },
        Refusal::UnknownPiece,
        Refusal::NotReporter,
        Refusal::Empty,
        Refusal::TooMuch { most: 60 },
    ]);
    all
}

#[test]
fn notices() {
    let city = city();
    let mut case = with_department(a_case(&city), "D002", &city);
    case.departments[0].lead = Some("O1".into());
    for language in Language::ALL {
        let viewer = viewer(None, false, language.tag());
        let told =
            every_notice().into_iter().map(|told| written(&notice(&case, &told, &viewer, &city, morning())));
        snapshot(&format!("notices_{}", language.tag()), &told.collect::<String>());
    }
}

#[test]
fn refusals_are_short_enough_for_the_answer_to_a_press() {
    let city = city();
    for language in Language::ALL {
        let told: Vec<String> = every_refusal()
            .iter()
            .map(|refusal| with_scene(&city, language.tag(), |scene| why_not(refusal, scene)))
            .collect();
        assert!(told.iter().all(|words| words.chars().count() <= 200));
        snapshot(&format!("refusals_{}", language.tag()), &told.join("\n"));
    }
}

fn with_scene<T>(city: &City, language: &str, then: impl FnOnce(&Scene<'_>) -> T) -> T {
    let rules = Rules::default();
    then(&Scene {
        city,
        now: morning(),
        settings: &rules,
        chat: ChatId(1),
        kind: ChatKind::Private,
        person: city.organisation.person(&"W1".into()),
        unit: None,
        language,
        member: "1",
        pressed: false,
        locate: &locate,
        case: None,
        recent: None,
        media: None,
    })
}

#[test]
fn lists_and_menus() {
    let city = city();
    let figures = UnitFigures {
        unit: "370215002013".into(),
        days: 30,
        reported: 120,
        open: 7,
        late: 1,
        answer: Some((4.0, 21.0)),
        response: Some((22.0, 75.0)),
        settlement: Some((190.0, 3000.0)),
        arrived_on_time: Some(0.934),
        handled_on_time: Some(0.9),
        self_resolved: Some(0.31),
        reworked: None,
    };
    let mut text = String::new();
    for language in Language::ALL {
        let message = with_scene(&city, language.tag(), |scene| stats(&figures, scene));
        text += &written(&message);
        text += &written(&with_scene(&city, language.tag(), |scene| my_data(&[a_case(&city)], true, scene)));
        text += &written(&with_scene(&city, language.tag(), |scene| my_data(&[], false, scene)));
        for (name, words) in commands(language) {
            writeln!(text, "/{name} {words}").unwrap();
        }
    }
    snapshot("lists_and_menus", &text);
}

/// Everybody's card of the same case, on its way.
#[test]
fn cards() {
    let city = city();
    let (worker, lead, secretary) = (PersonCode::from("W1"), PersonCode::from("L1"), PersonCode::from("S1"));
    let (dispatcher, officer) = (PersonCode::from("P1"), PersonCode::from("O1"));
    let people = [
        ("reporter", &worker),
        ("lead", &lead),
        ("secretary", &secretary),
        ("dispatcher", &dispatcher),
        ("officer", &officer),
    ];
    let mut text = String::new();
    for (stage, case) in stages(&city) {
        for (name, person) in people {
            let viewer = viewer(Some(person), name == "reporter", "zh-CN");
            write!(
                text,
                "## {stage} · {name}\n{}",
                written(&card(&case, &viewer, &city, morning() + Duration::minutes(40)))
            )
            .unwrap();
        }
        let resident = viewer(None, true, "en");
        write!(
            text,
            "## {stage} · resident\n{}",
            written(&card(&case, &resident, &city, morning() + Duration::minutes(40)))
        )
        .unwrap();
        let unit = "370215002013001".into();
        let group = Viewer {
            person: None,
            kind: ChatKind::Group,
            unit: Some(&unit),
            reporter: false,
            language: "zh-CN",
        };
        write!(
            text,
            "## {stage} · group\n{}",
            written(&card(&case, &group, &city, morning() + Duration::minutes(40)))
        )
        .unwrap();
    }
    snapshot("cards", &text);
}

fn stages(city: &City) -> Vec<(&'static str, Case)> {
    let reported = Case { state: State::Reported, whistle: None, ..a_case(city) };
    let whistled = Case { escalation: Escalation::Community, ..a_case(city) };
    let mut arrived = with_department(a_case(city), "D001", city);
    arrived.state = State::Arrived;
    arrived.reworks = 1;
    arrived.supervised = Some(Owed { by: "P1".into(), at: morning(), words: "抓紧".into(), answer: None });
    if let Some(whistle) = &mut arrived.whistle {
        whistle.stage = Stage::Arrived;
        whistle.lead = Some("L1".into());
        whistle.helpers = vec!["S1".into()];
        whistle.settle.provisional = true;
        whistle.arrival = Some(Arrival { fix: None, distance_m: Some(31.4), evidence: Evidence::Verified });
    }
    let mut settled = arrived.clone();
    settled.state = State::Settled;
    settled.check = Some(CheckDue { asked: Checker::Reporter, until: morning() });
    if let Some(whistle) = &mut settled.whistle {
        whistle.stage = Stage::Settled;
    }
    let mut closed = Case { state: State::Closed, check: None, ..settled.clone() };
    closed.times.closed = Some(morning());
    vec![
        ("reported", reported),
        ("whistled", whistled),
        ("arrived", arrived),
        ("settled", settled),
        ("closed", closed),
    ]
}

#[test]
fn a_card_never_says_who_brought_the_case() {
    let city = city();
    for (_, case) in stages(&city) {
        for person in ["L1", "S1", "O1"] {
            let person = person.into();
            let shown = card(&case, &viewer(Some(&person), false, "zh-CN"), &city, morning()).plain();
            assert!(!shown.contains("张伟"), "{shown}");
        }
    }
}

#[test]
fn a_resident_sees_the_branch_and_no_names() {
    let city = city();
    for (_, case) in stages(&city) {
        let shown = card(&case, &viewer(None, true, "zh-CN"), &city, morning()).plain();
        assert!(
            shown.contains("第一网格") && !shown.contains("王磊") && !shown.contains("李秀英"),
            "{shown}"
        );
    }
}

#[test]
fn a_restart_between_any_two_messages_changes_nothing() {
    let mut office = Office::new();
    office.play("00:00 张伟 photo 路灯不亮");
    let state = office.state("张伟");
    assert!(state.draft.is_some());
    assert_eq!(crate::dialogue::ChatState::read(&state.write()), state);
}
