//! What typed words mean before anybody reads them: commands, greetings, places, "done".

/// A command, by a slash or by its Chinese word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// `/start`, with a code.
    Start(Option<String>),
    Tasks,
    Mine,
    Stats,
    Language(Option<String>),
    MyData,
    Help,
    Cancel,
    /// A slash and a word that is none of ours.
    Unknown(String),
}

/// Reads a command; none when it is plain talk. `/tasks@AnyBot` is `/tasks`.
pub(super) fn command(text: &str) -> Option<Spoken> {
    let text = text.trim();
    let Some(rest) = text.strip_prefix('/') else { return chinese(text) };
    let mut parts = rest.split_whitespace();
    let name = parts.next().unwrap_or_default();
    let argument = parts.next().map(str::to_owned);
    let name = name.split('@').next().unwrap_or_default().to_lowercase();
    Some(match name.as_str() {
        "start" => Spoken::Start(argument),
        "tasks" => Spoken::Tasks,
        "mine" => Spoken::Mine,
        "stats" => Spoken::Stats,
        "language" => Spoken::Language(argument),
        "mydata" => Spoken::MyData,
        "help" => Spoken::Help,
        "cancel" => Spoken::Cancel,
        _ => Spoken::Unknown(name),
    })
}

fn chinese(text: &str) -> Option<Spoken> {
    Some(match text.to_lowercase().as_str() {
        "待办" | "我的待办" | "任务" => Spoken::Tasks,
        "我的" | "我的上报" => Spoken::Mine,
        "统计" => Spoken::Stats,
        "语言" => Spoken::Language(None),
        "中文" => Spoken::Language(Some("zh-CN".to_owned())),
        "english" => Spoken::Language(Some("en".to_owned())),
        "我的信息" | "个人信息" => Spoken::MyData,
        "帮助" | "help" | "?" | "\u{ff1f}" => Spoken::Help,
        "取消" | "cancel" => Spoken::Cancel,
        _ => return None,
    })
}

/// The words worth keeping; none where there are only spaces.
pub(super) fn kept(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Does the line begin with the words for "settled on the spot"?
pub(super) fn says_settled(words: &str) -> bool {
    let words = words.trim_start().to_lowercase();
    let chinese = ["自办", "已处理", "已解决", "已处置", "已办结"];
    let english = ["done", "fixed", "resolved"];
    chinese.iter().any(|mark| words.starts_with(mark))
        || english.iter().any(|mark| {
            words.strip_prefix(mark).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
        })
}

/// Is it a greeting or a thank-you, and nothing to report?
pub(super) fn is_greeting(words: &str) -> bool {
    const GREETINGS: [&str; 24] = [
        "你好",
        "您好",
        "在吗",
        "在么",
        "早",
        "早上好",
        "上午好",
        "下午好",
        "晚上好",
        "谢谢",
        "谢谢你",
        "多谢",
        "好的",
        "收到",
        "嗯",
        "辛苦了",
        "hi",
        "hello",
        "hey",
        "thanks",
        "thank you",
        "ok",
        "okay",
        "good morning",
    ];
    let words = words.to_lowercase();
    let words = words.trim_matches(|c: char| {
        c.is_whitespace() || "!.,~? \u{3002}\u{ff01}\u{ff0c}\u{ff1f}\u{ff5e}".contains(c)
    });
    GREETINGS.contains(&words)
}

/// Nine digits in threes that are no case number: a digit is wrong.
pub(super) fn looks_like_number(words: &str) -> bool {
    let digits = words.chars().filter(char::is_ascii_digit).count();
    digits == 9 && words.chars().all(|c| c.is_ascii_digit() || c == '-' || c == ' ')
}

/// Does the line name a place?
pub(super) fn names_place(words: &str) -> bool {
    const CHINESE: [&str; 40] = [
        "路", "街", "巷", "弄", "胡同", "小区", "社区", "花园", "家园", "公寓", "大厦", "号楼", "单元",
        "楼下", "门口", "大门", "门前", "路口", "对面", "旁边", "附近", "东侧", "西侧", "南侧", "北侧",
        "东边", "西边", "南边", "北边", "广场", "公园", "学校", "小学", "中学", "市场", "超市", "医院",
        "车站", "村", "桥",
    ];
    const ENGLISH: [&str; 16] = [
        "road",
        "street",
        "lane",
        "avenue",
        "gate",
        "corner",
        "crossing",
        "behind",
        "opposite",
        "near",
        "next to",
        "in front of",
        "building",
        "village",
        "square",
        "park",
    ];
    let lower = words.to_lowercase();
    CHINESE.iter().any(|mark| lower.contains(mark))
        || ENGLISH.iter().any(|mark| {
            lower.match_indices(mark).any(|(at, found)| {
                let before = lower[..at].chars().next_back();
                let after = lower[at + found.len()..].chars().next();
                ![before, after].into_iter().flatten().any(char::is_alphanumeric)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_by_slash_and_by_word() {
        assert_eq!(command("/start ABC"), Some(Spoken::Start(Some("ABC".into()))));
        assert_eq!(command("/start"), Some(Spoken::Start(None)));
        assert_eq!(command(" /Tasks@WhistleBot "), Some(Spoken::Tasks));
        assert_eq!(command("待办"), Some(Spoken::Tasks));
        assert_eq!(command("/foo bar"), Some(Spoken::Unknown("foo".into())));
        assert_eq!(command("/"), Some(Spoken::Unknown(String::new())));
        assert_eq!(command("待办的路灯坏了"), None);
    }

    #[test]
    fn settled_on_the_spot_is_said_at_the_beginning() {
        assert!(says_settled("自办:垃圾已清走"));
        assert!(says_settled("Done, swept"));
        assert!(says_settled("done"));
        assert!(!says_settled("Donetsk street lamp"));
        assert!(!says_settled("昨天已处理又坏了"));
    }

    #[test]
    fn a_greeting_is_no_report() {
        assert!(is_greeting("你好!"));
        assert!(is_greeting(" Hello "));
        assert!(!is_greeting("你好,路灯坏了"));
    }

    #[test]
    fn a_line_may_name_a_place() {
        assert!(names_place("鹤山路与嵩山二路路口"));
        assert!(names_place("behind the school gate"));
        assert!(!names_place("路灯坏了".trim_start_matches("路灯")));
        assert!(!names_place("parking blocked"));
    }
}
