//! `whistle check`: is everything ready, what is stuck, and what to do. One screen; in full on demand.

use super::{
    Done, Failure, SettingsArgs,
    examination::{SCREEN, State, examine, screen},
    make_folder, say,
};
use clap::Args;

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// 全部说完，不限一屏 · everything, longer than a screen
    #[arg(long)]
    full: bool,
}

pub async fn check(layers: &SettingsArgs, args: &CheckArgs) -> Done {
    let settings = layers.settings().map_err(|Failure(wrong)| {
        let _ = say(format_args!("✗ 设置 settings: {wrong}"));
        Failure("设置有误 the settings are wrong".into())
    })?;
    make_folder(&settings)?;
    let findings = examine(&settings, crate::app::Clock::System.now()).await;
    if args.full {
        for finding in &findings {
            say(finding)?;
        }
    } else {
        // The last line is the outcome's, on stderr.
        let (width, height) = SCREEN;
        for line in screen(&findings, (width, height - 1)) {
            say(line)?;
        }
    }
    let bad = |state| matches!(state, State::Wrong | State::Unseen);
    let wrong = findings.iter().filter(|finding| bad(finding.state)).count();
    if wrong == 0 { Ok(()) } else { Err(Failure(format!("{wrong} 项有问题 parts are not ready"))) }
}
