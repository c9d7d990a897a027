//! `whistle check`: is everything ready, and if not, what to do.

use super::{
    Done, Failure, SettingsArgs,
    examination::{State, examine},
    make_folder, say,
};

pub async fn check(layers: &SettingsArgs) -> Done {
    let settings = layers.settings().map_err(|Failure(wrong)| {
        let _ = say(format_args!("✗ 设置 settings: {wrong}"));
        Failure("设置有误 the settings are wrong".into())
    })?;
    say("✓ ok 设置 settings")?;
    make_folder(&settings)?;
    let findings = examine(&settings, crate::app::Clock::System.now()).await;
    for finding in &findings {
        say(finding)?;
    }
    let wrong = findings.iter().filter(|finding| finding.state == State::Wrong).count();
    if wrong == 0 { Ok(()) } else { Err(Failure(format!("{wrong} 项有问题 parts are not ready"))) }
}
