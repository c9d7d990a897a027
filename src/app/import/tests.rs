use super::*;
use crate::domain::{DayKind, Organisation, Role, Unit, UnitLevel};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn organisation() -> Organisation {
    let unit = |code: &str, level, parent: Option<&str>| Unit {
        code: code.into(),
        name: code.into(),
        name_en: None,
        level,
        parent: parent.map(Into::into),
        work_list: Vec::new(),
    };
    let units = vec![
        unit("Q", UnitLevel::District, None),
        unit("G1", UnitLevel::Grid, Some("Q")),
        unit("D1", UnitLevel::Department, None),
    ];
    Organisation::new(units, vec![])
}

const PEOPLE: &str = "code,name,phone,role,unit_code,language\n\
    W0001,王小明,138 0000 1234,grid_worker,G1,zh-CN\n\
    W0001,王小明,13800001234,building_lead,G1,\n\
    O1,Ann,,department_officer,D1,en\n";

fn lines(faults: &Faults) -> Vec<Option<usize>> {
    faults.0.iter().map(|fault| fault.line).collect()
}

fn faults<T>(read: Result<T, Faults>) -> Faults {
    read.err().expect("the file is bad")
}

#[test]
fn people_come_with_every_post() {
    let people = read_people(PEOPLE.as_bytes(), &organisation()).unwrap();
    let codes: Vec<_> = people.iter().map(|row| row.person.code.as_str()).collect();
    assert_eq!(codes, ["O1", "W0001"]);
    let roles: Vec<_> = people[1].person.posts.iter().map(|post| post.role).collect();
    assert_eq!(roles, [Role::GridWorker, Role::BuildingLead]);
    assert_eq!(people[1].phone.as_deref(), Some("13800001234"));
    assert_eq!((people[0].phone.as_deref(), people[0].person.language.as_str()), (None, "en"));
}

#[test]
fn the_same_table_is_read_from_every_kind_of_file() {
    let expected = read_people(PEOPLE.as_bytes(), &organisation()).unwrap();
    let marked = format!("\u{FEFF}{PEOPLE}");
    let (chinese, _, _) = encoding_rs::GB18030.encode(PEOPLE);
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(PEOPLE.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let windows = PEOPLE.replace('\n', "\r\n");
    for bytes in [marked.as_bytes(), &chinese, &utf16, windows.as_bytes(), &workbook(PEOPLE)] {
        assert!(read_people(bytes, &organisation()).is_ok_and(|people| people == expected));
    }
}

fn workbook(text: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0_u32..).zip(text.lines()) {
        for (column, cell) in (0_u16..).zip(line.split(',')) {
            match cell.parse::<f64>() {
                // A telephone number typed into a spreadsheet is a number.
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) => sheet.write_string(row, column, cell).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn headers_are_taken_as_people_write_them() {
    let text = " Code ,NAME,备注,phone,Role,Unit Code\nW1,王,x,,grid_worker,G1\n,,,,,\n";
    assert_eq!(read_people(text.as_bytes(), &organisation()).map(|people| people.len()), Ok(1));
    let missing = faults(read_people(b"code,name\nW1,x\n", &organisation()));
    assert!(missing.to_string().contains("phone, role, unit_code"), "{missing}");
    let mistyped = faults(read_people(b"code,name,phone,role,unit_code,langauge\n", &organisation()));
    assert!(mistyped.to_string().contains("did you mean language?"), "{mistyped}");
    let twice = faults(read_people(b"code,Code,name,phone,role,unit_code\n", &organisation()));
    assert!(twice.to_string().contains("code"), "{twice}");
}

#[test]
fn every_bad_row_is_named_with_its_line() {
    let text = "code,name,phone,role,unit_code,language\n\
        W1,王,13800001234,grid_worker,G1,\n\
        ,王,,grid_worker,G1,\n\
        W2,,,grid_worker,G1,\n\
        W3,李,12345,grid_worker,G1,\n\
        W4,李,,grid_wroker,G1,\n\
        W5,李,,grid_worker,G9,\n\
        W6,李,,grid_worker,G1,fr\n\
        W1,王,13800001234,grid_worker,G1,\n\
        W1,赵,13800001234,grid_lead,G1,\n\
        W7,李,,department_officer,G1,\n\
        W8,李,,grid_lead,D1,\n\
        W9,李,,grid_worker,G1,zh-CN,too,many\n";
    let told = faults(read_people(text.as_bytes(), &organisation()));
    assert_eq!(lines(&told), (3..=13).map(Some).collect::<Vec<_>>(), "the row that is too long hides none");
    for words in ["grid_wroker", "G9", "fr", "第 2 行", "line 2"] {
        assert!(told.to_string().contains(words), "{words}: {told}");
    }
    assert!(!told.to_string().contains("12345"), "a telephone number is not repeated");
}

#[test]
fn a_row_with_two_faults_tells_both() {
    let told =
        faults(read_people(b"code,name,phone,role,unit_code\nW1,,x,grid_worker,G1\n", &organisation()));
    assert_eq!(lines(&told), [Some(2), Some(2)]);
}

#[test]
fn what_is_no_table_is_refused() {
    for bytes in [b"".as_slice(), b"\xFF\x00\xFF\xFF", b"PK\x03\x04 but no zip"] {
        assert!(read_people(bytes, &organisation()).is_err());
    }
}

#[test]
fn offices_keep_their_work_lists() {
    let text = "code,name,name_en,kind,work_list\nD2,区城管局,Urban Management,department,违建;占道；\nD1,民政局,,,\n";
    let offices = read_offices(text.as_bytes(), UnitLevel::Department, &organisation()).unwrap();
    assert_eq!(offices[1].work_list, ["违建", "占道"]);
    assert_eq!(offices[1].name_en.as_deref(), Some("Urban Management"));
    let text = "code,name,kind\nG1,x,\nD3,x,organisation\nD4,x,\nD4,y,\n";
    let told = faults(read_offices(text.as_bytes(), UnitLevel::Department, &organisation()));
    assert_eq!(lines(&told), [Some(2), Some(3), Some(5)]);
}

#[test]
fn the_citys_own_catalogue_and_calendar_are_read() {
    let catalogue = read_catalogue(include_bytes!("../../../config/city/catalogue.csv")).unwrap();
    assert_eq!(catalogue.len(), 103);
    assert!(catalogue.iter().all(|category| !category.closing_conditions.is_empty()));
    let calendar = read_calendar(include_bytes!("../../../config/city/calendar.csv")).unwrap();
    assert_eq!(calendar.len(), 72);
    assert_eq!((calendar[0].kind, calendar[0].name.as_str()), (DayKind::Off, "元旦"));
}

#[test]
fn a_catalogue_names_what_is_wrong() {
    let head = "code,major,name,answer_limit,arrive_limit,settle_limit,closing_conditions,closing_conditions_en,direct\n";
    let good = "6001,甲,乙,0.5 work_hour,2 work_hour,15 work_day,已拆;已移交,Removed;Handed over,yes\n";
    let catalogue = read_catalogue(format!("{head}{good}").as_bytes()).unwrap();
    let codes: Vec<_> = catalogue.iter().map(|category| category.code.as_str()).collect();
    assert_eq!(codes, ["00000", "06001"], "the zero is back, and a home for what nobody has classed");
    assert_eq!(catalogue[1].closing_conditions[1].text_en, "Handed over");
    assert!(catalogue[1].direct && !catalogue[1].photo_required);
    let bad = format!(
        "{head}{good}{good}x1,甲,乙,1 work_hour,1 work_hour,1 work_day,已拆,,\n\
        06002,甲,乙,1 week,1 work_hour,1.5 work_day,已拆,,\n\
        06003,甲,乙,1 work_hour,1 work_hour,1 work_day,已拆;已移交,Removed,maybe\n"
    );
    let told = faults(read_catalogue(bad.as_bytes()));
    assert_eq!(lines(&told), [Some(3), Some(4), Some(5), Some(5), Some(6), Some(6)]);
}

#[test]
fn a_calendar_takes_dates_as_spreadsheets_write_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0_u16..).zip(["date", "kind", "name"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    let look = Format::new().set_num_format("yyyy/m/d");
    sheet.write_datetime_with_format(1, 0, ExcelDateTime::from_ymd(2027, 1, 1).unwrap(), &look).unwrap();
    sheet.write_string(1, 1, "off").unwrap();
    let days = read_calendar(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(days[0].date.to_string(), "2027-01-01");
    let told =
        faults(read_calendar(b"date,kind\n2027/1/1,off\n2027-01-01,work\n2027-02-30,off\n2027-03-01,free\n"));
    assert_eq!(lines(&told), [Some(3), Some(4), Some(5)]);
}

#[test]
fn stations_and_turns_name_what_is_unknown() {
    let good = b"code,name,unit_code,lon,lat\nT1,\xE7\xAB\x99,G1,120.45,36.39\n";
    assert!((read_stations(good, &organisation()).unwrap()[0].point.lon - 120.45).abs() < 1e-12);
    let bad =
        b"code,name,unit_code,lon,lat\nT1,x,G9,120,36\nT2,x,G1,220,36\nT3,x,G1,120,36\nT3,x,G1,120,36\n";
    assert_eq!(lines(&faults(read_stations(bad, &organisation()))), [Some(2), Some(3), Some(5)]);
    let person =
        crate::domain::Person { code: "W1".into(), name: "x".into(), language: "en".into(), posts: vec![] };
    let units = organisation().units().cloned().collect();
    let organisation = Organisation::new(units, vec![person]);
    let head = "unit_code,person_code,weekday,from,to,valid_from,valid_to\n";
    let good = format!("{head}G1,W1,1,18:00,08:00,,\n");
    assert!(read_duty(good.as_bytes(), &organisation).is_ok());
    let bad = format!(
        "{head}G1,W2,1,08:00,18:00,,\nG1,W1,0,08:00,18:00,,\nG1,W1,1,8am,18:00,,\n\
        G1,W1,1,08:00,18:00,2026-02-01,2026-01-01\nG1,W1,2,08:00,18:00,,\nG1,W1,2,08:00,18:00,,\n"
    );
    let told = faults(read_duty(bad.as_bytes(), &organisation));
    assert_eq!(lines(&told), [Some(2), Some(3), Some(4), Some(5), Some(7)]);
}

#[test]
fn columns_may_be_parted_as_excel_parts_them() {
    let expected = read_people(PEOPLE.as_bytes(), &organisation()).unwrap();
    let (semicolons, tabs) = (PEOPLE.replace(',', ";"), PEOPLE.replace(',', "\t"));
    for text in [&semicolons, &tabs, &format!("sep=,\r\n{PEOPLE}"), &format!("sep=;\n{semicolons}")] {
        assert!(
            read_people(text.as_bytes(), &organisation()).is_ok_and(|people| people == expected),
            "{text}"
        );
    }
    let text = format!("sep=,\n{}", PEOPLE.replace("grid_worker", "grid_wroker"));
    let told = faults(read_people(text.as_bytes(), &organisation()));
    assert_eq!(lines(&told), [Some(3)], "lines are those of the file");
    let told = faults(read_people(b"code|name|phone|role|unit_code\n", &organisation()));
    assert!(told.to_string().contains("commas, semicolons or tabs"), "{told}");
}

#[test]
fn each_role_belongs_to_units_of_its_level() {
    let told = |role: &str, unit: &str| {
        let text = format!("code,name,phone,role,unit_code\nX1,赵,,{role},{unit}\n");
        read_people(text.as_bytes(), &organisation()).err().map(|faults| faults.to_string())
    };
    for (role, unit) in
        [("grid_worker", "Q"), ("branch_secretary", "Q"), ("dispatcher", "G1"), ("leader", "G1")]
    {
        assert!(told(role, unit).is_some_and(|told| told.contains(role)), "{role} in {unit}");
    }
    for (role, unit) in [("grid_worker", "G1"), ("dispatcher", "Q"), ("leader", "Q"), ("admin", "Q")] {
        assert_eq!(told(role, unit), None, "{role} in {unit}");
    }
}

#[test]
fn a_header_alone_takes_nobody_away() {
    let told = faults(read_people(b"code,name,phone,role,unit_code\n,,,,\n", &organisation()));
    assert!(told.to_string().contains("only a header"), "{told}");
}

#[test]
fn what_only_warns_is_not_counted_as_a_fault() {
    let fault = |warning| Fault { line: None, message: "x".into(), warning };
    let told = Faults(vec![fault(false), fault(true), fault(true)]).counted();
    assert_eq!(told, "1 处错误 faults, 2 处提醒 warnings");
}
