use super::*;
use proptest::prelude::*;

fn action() -> impl Strategy<Value = Action> {
    let tag = || ".{0,60}".prop_map(|code| Tag::of(&code));
    prop_oneof![
        Just(Action::Answer),
        Just(Action::Arrive),
        Just(Action::NoPin),
        Just(Action::Grids),
        any::<u8>().prop_map(Action::Condition),
        any::<u8>().prop_map(Action::Because),
        any::<u8>().prop_map(Action::Majors),
        any::<u8>().prop_map(Action::Rate),
        any::<bool>().prop_map(Action::Check),
        any::<bool>().prop_map(Action::Found),
        any::<i64>().prop_map(|id| Action::SameAs(CaseId(id))),
        (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Action::CallFor(a, b)),
        (any::<u8>(), any::<u8>()).prop_map(|(a, b)| Action::Minors(a, b)),
        (any::<u8>(), tag()).prop_map(|(n, tag)| Action::Summon(n, tag)),
        (any::<u8>(), tag()).prop_map(|(n, tag)| Action::Score(n, tag)),
        tag().prop_map(Action::Minor),
        tag().prop_map(Action::Grid),
        tag().prop_map(Action::Speak),
    ]
}

proptest! {
    #[test]
    fn what_a_button_carries_comes_back(
        case in any::<Option<i64>>(), version in any::<u32>(), action in action(),
    ) {
        let data = Data { case: case.map(CaseId), version, action };
        let text = data.encode();
        prop_assert!((1..=Data::MOST).contains(&text.len()), "{text}: {} bytes", text.len());
        prop_assert_eq!(Data::decode(&text), Some(data));
    }

    #[test]
    fn garbage_is_no_action_and_never_a_panic(text in "\\PC{0,80}", cut in 0usize..64) {
        let _ = Data::decode(&text);
        let whole = Data::on(CaseId(7), 3, Action::Grid(Tag::of("370215002013"))).encode();
        prop_assert!(Data::decode(&whole[..cut.min(whole.len())]).is_none_or(|data| data.case == Some(CaseId(7))));
    }
}

#[test]
fn every_plain_action_has_a_verb_of_its_own() {
    let plain = [
        Action::Answer,
        Action::Join,
        Action::Arrive,
        Action::ArriveBlind,
        Action::Settle,
        Action::Return,
        Action::Call,
        Action::Category,
        Action::Grids,
        Action::Undo,
        Action::SelfResolve,
        Action::Reopen,
        Action::Extend,
        Action::Reply,
        Action::Whistle,
        Action::Decline,
        Action::Show,
        Action::NoPin,
        Action::Discard,
        Action::PlaceOf,
    ];
    for action in plain {
        let data = Data::on(CaseId(1), 1, action);
        assert_eq!(Data::decode(&data.encode()), Some(data));
    }
}

#[test]
fn a_long_code_is_told_by_its_fingerprint() {
    let long = "a code of a department that is much longer than a button can carry";
    assert!(Tag::of(long).names(long));
    assert!(!Tag::of(long).names("another"));
    assert!(Tag::of("370215002013").names("370215002013"));
}
