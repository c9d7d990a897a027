//! The city as data: every row of the catalogue is complete, every date of the calendar is one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use crate::demo::sources::rows;
use crate::domain::{Catalogue, Category, LimitKind, TimeLimit};

const CATALOGUE: &str = include_str!("../../../config/city/catalogue.csv");
const CALENDAR: &str = include_str!("../../../config/city/calendar.csv");
const UNCATEGORISED: &str = "00000";

#[derive(Deserialize)]
struct Matter {
    code: String,
    major: String,
    name: String,
    major_en: String,
    name_en: String,
    keywords: String,
    keywords_en: String,
    answer_limit: TimeLimit,
    arrive_limit: TimeLimit,
    settle_limit: TimeLimit,
    closing_conditions: String,
    closing_conditions_en: String,
    direct: String,
    photo_required: String,
}

#[derive(Deserialize)]
struct Day {
    date: NaiveDate,
    kind: String,
    name: String,
}

fn catalogue() -> Vec<Matter> {
    rows(CATALOGUE)
}

fn items(list: &str) -> Vec<&str> {
    list.split(';').filter(|item| !item.is_empty()).collect()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn the_catalogue_has_the_97_matters_the_citys_own_and_one_for_the_rest() {
    let matters = catalogue();
    let codes: BTreeSet<&str> = matters.iter().map(|m| m.code.as_str()).collect();
    assert_eq!((matters.len(), codes.len()), (103, 103));
    assert!(codes.contains(UNCATEGORISED));
    let majors: BTreeMap<&str, usize> = matters.iter().fold(BTreeMap::new(), |mut count, m| {
        *count.entry(&m.code[..2]).or_default() += 1;
        count
    });
    let expected = [("00", 1), ("06", 51), ("07", 7), ("08", 16), ("09", 21), ("10", 2), ("21", 5)];
    assert_eq!(majors, BTreeMap::from(expected));
}

#[test]
fn every_matter_is_named() {
    for m in catalogue() {
        assert!(is_chinese(&m.major) && is_chinese(&m.name), "{}", m.code);
        assert!(!is_chinese(&m.major_en) && !m.major_en.is_empty(), "{}", m.code);
        assert!(!is_chinese(&m.name_en) && !m.name_en.is_empty(), "{}", m.code);
        for answer in [&m.direct, &m.photo_required] {
            assert!(["yes", "no"].contains(&answer.as_str()), "{}", m.code);
        }
    }
}

/// Rough hours of a limit: enough to see that nobody is to settle before arriving.
fn hours(limit: TimeLimit) -> f64 {
    match limit.kind {
        LimitKind::UrgentHour | LimitKind::WorkHour => limit.amount,
        LimitKind::WorkDay => limit.amount * 8.0,
        LimitKind::NaturalDay => limit.amount * 24.0,
    }
}

/// Reading the rows has parsed every limit already.
#[test]
fn answer_comes_before_arrival_and_arrival_before_settlement() {
    for m in catalogue() {
        let [answer, arrive, settle] = [m.answer_limit, m.arrive_limit, m.settle_limit].map(hours);
        assert!(answer < arrive && arrive < settle, "{}", m.code);
    }
}

#[test]
fn every_matter_has_closing_conditions_in_both_languages() {
    for m in catalogue() {
        let (zh, en) = (items(&m.closing_conditions), items(&m.closing_conditions_en));
        assert!(!zh.is_empty() && zh.len() == en.len(), "{}", m.code);
        assert!(zh.iter().all(|line| is_chinese(line)), "{}", m.code);
        assert!(!en.iter().any(|line| is_chinese(line)), "{}", m.code);
    }
}

#[test]
fn a_keyword_points_to_one_matter_only() {
    let mut owner: BTreeMap<String, String> = BTreeMap::new();
    for m in catalogue() {
        let (zh, en) = (items(&m.keywords), items(&m.keywords_en));
        if m.code == UNCATEGORISED {
            assert!(zh.is_empty() && en.is_empty());
            continue;
        }
        assert!(zh.len() >= 3 && en.len() >= 3, "{}", m.code);
        assert!(zh.iter().all(|word| is_chinese(word)), "{}", m.code);
        for word in zh.iter().chain(&en) {
            assert_eq!(*word, word.trim().to_lowercase(), "{}", m.code);
            let before = owner.insert((*word).to_owned(), m.code.clone());
            assert_eq!(before, None, "{word} of {}", m.code);
        }
    }
}

#[test]
fn the_calendar_names_off_days_and_make_up_workdays() {
    let days: Vec<Day> = rows(CALENDAR);
    let dates: BTreeSet<NaiveDate> = days.iter().map(|d| d.date).collect();
    assert_eq!((days.len(), dates.len()), (72, 72));
    for day in &days {
        assert!(["off", "work"].contains(&day.kind.as_str()), "{}", day.date);
        assert!(!day.name.is_empty(), "{}", day.date);
    }
}

/// What a worker types, and the matter that it must be taken for.
const SAYINGS: [(&str, &str); 97] = [
    ("08001", "楼下半夜施工太吵了"),
    ("06028", "广场舞音响太大扰民"),
    ("06042", "垃圾桶满了没人清"),
    ("06010", "路口一堆垃圾"),
    ("09012", "消防通道被车堵了"),
    ("09012", "消防车道停了一辆白车"),
    ("09009", "人行道上乱停车"),
    ("09010", "电动车乱停在楼道口"),
    ("09011", "共享单车倒了一地"),
    ("06020", "沟岔路有人烧树叶冒烟"),
    ("06030", "井盖冒水污水横流"),
    ("06036", "楼道堆杂物"),
    ("06001", "楼顶私搭彩钢房"),
    ("10002", "电线掉下来了"),
    ("10001", "路面结冰很滑"),
    ("09006", "小区门口摆摊卖水果占道"),
    ("09005", "门头店把货摆到店外"),
    ("07001", "墙上贴小广告"),
    ("06008", "有人飞线充电"),
    ("06013", "路上有个大坑"),
    ("08011", "渣土车没盖篷布"),
    ("08004", "工地扬尘太大"),
    ("09019", "盲道被占停了车"),
    ("06051", "盲道砖坏了"),
    ("06034", "僵尸车停了半年"),
    ("06035", "旧沙发扔在路边"),
    ("06045", "绿化带里种菜"),
    ("06017", "绿化带垃圾"),
    ("06037", "死猫"),
    ("06038", "有人养鸡公鸡打鸣"),
    ("06040", "私装地锁"),
    ("06027", "饭店油烟熏人"),
    ("06029", "露天烧烤"),
    ("09002", "早市占道没收摊"),
    ("09003", "流浪汉睡在桥下"),
    ("06024", "河里有人电鱼"),
    ("06026", "河道污染发臭河水发黑"),
    ("06009", "空调外机滴水"),
    ("06004", "外墙脱落砸车"),
    ("06018", "树枝没清走"),
    ("06021", "树上有虫子"),
    ("07007", "横幅没拆"),
    ("07006", "招牌快掉下来了"),
    ("06011", "建筑垃圾堆在楼后"),
    ("06011", "装修垃圾堆放"),
    ("08001", "装修电钻噪音"),
    ("08007", "围挡倒了"),
    ("08003", "挖开路面没人管"),
    ("08006", "沙子水泥堆在路边"),
    ("06050", "马路牙子坏了"),
    ("06052", "轮椅坡道坏了"),
    ("06049", "台阶破损"),
    ("06016", "斑马线看不清"),
    ("06007", "沿街晾晒被子"),
    ("09021", "路边洗车污水"),
    ("09020", "菜市场脏乱"),
    ("06042", "overflowing bin at the gate"),
    ("09012", "car parked on the fire lane"),
    ("08001", "construction noise at night"),
    ("06013", "big pothole"),
    ("06010", "pile of rubbish"),
    ("10001", "icy road"),
    ("06013", "two potholes outside number 12"),
    ("06034", "Abandoned car in our yard for months"),
    ("06020", "Somebody is burning leaves"),
    ("09010", "E-bikes block the door"),
    ("10002", "a cable has fallen across the path"),
    ("09006", "fruit stall blocking the pavement"),
    ("06030", "the drain is blocked and sewage comes up"),
    ("06028", "loud music from the square"),
    ("06035", "old sofa next to the gate"),
    ("07001", "flyposting on the stairs"),
    ("06037", "dead cat on Heshan Road"),
    ("06038", "chickens kept in the yard"),
    ("08011", "muck truck without cover"),
    ("10001", "slippery ice at the crossing"),
    ("08001", "工地夜里还在干活太吵"),
    ("08001", "隔壁装修太吵"),
    ("08002", "施工占道没法走"),
    ("08007", "施工围挡倒了"),
    ("08005", "施工废料没运走"),
    ("06010", "墙角好多垃圾"),
    ("09009", "门口有车挡路"),
    ("06028", "唱歌太吵"),
    ("06042", "3号楼垃圾桶满了"),
    ("00000", "你好"),
    ("00000", "hello there"),
    ("21001", "路灯不亮"),
    ("21001", "路灯不亮三天了，晚上看不见路"),
    ("21001", "streetlight broken"),
    ("21001", "The street light near the gate is out"),
    ("21002", "井盖破损，车过很响"),
    ("21002", "manhole cover missing"),
    ("21003", "water leaking on the road near the school"),
    ("21003", "水管爆了，水流了一路"),
    ("21004", "红绿灯不亮了"),
    ("21005", "健身器材坏了"),
];

#[test]
fn short_texts_are_taken_for_the_right_matter() {
    let list = |text: &str| items(text).into_iter().map(str::to_owned).collect();
    let catalogue = Catalogue::new(catalogue().into_iter().map(|m| Category {
        code: m.code.into(),
        major: m.major,
        major_en: m.major_en,
        name: m.name,
        name_en: m.name_en,
        keywords: list(&m.keywords),
        keywords_en: list(&m.keywords_en),
        answer_limit: m.answer_limit,
        arrive_limit: m.arrive_limit,
        settle_limit: m.settle_limit,
        closing_conditions: Vec::new(),
        direct: m.direct == "yes",
        photo_required: m.photo_required == "yes",
    }));
    let wrong: Vec<String> = SAYINGS
        .iter()
        .filter(|(code, words)| catalogue.guess(words).as_str() != *code)
        .map(|(code, words)| format!("{words}: {}, not {code}", catalogue.guess(words)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
