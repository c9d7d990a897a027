//! Telephone numbers: shown for a reason that is written down, and carried over to a new key.

use super::town::Town;
use crate::database::Throwaway;
use actix_web::http::StatusCode;
use whistle::{
    app::{Options, import::Loader, secrets::Vault},
    settings::{Secret, Security, Settings},
    store::LogEntry,
    web,
};

const ROSTER: &str = "code,name,phone,role,unit_code,language\n\
    DIS1,赵派遣,,dispatcher,C1,zh-CN\nDIS2,钱派遣,,dispatcher,C2,zh-CN\n\
    WORK1,王小明,,grid_worker,G1,zh-CN\n\
    SEC1,吴书记,13800001234,branch_secretary,G1,zh-CN\nOFF1,郑队长,,department_officer,DEP1,zh-CN\n";

fn security(key: &str, old: &[&str]) -> Security {
    let secret = |digits: &str| Secret::new(digits.repeat(32));
    let old_keys = old.iter().map(|digits| secret(digits)).collect();
    Security { key: secret(key), old_keys, ..Settings::built_in().unwrap().security }
}

async fn town(database: &Throwaway) -> Town {
    let security = security("07", &[]);
    let options = Options { vault: Vault::kept(&security).unwrap(), ..Options::default() };
    let town = Town::with(&database.url, options, web::Options::default()).await;
    Loader::new(&town.app, &security).people(ROSTER.as_bytes()).await.unwrap();
    town
}

on_both_databases! {
    async fn a_number_is_shown_for_a_reason_that_is_written_down(database: Throwaway) {
        let town = town(&database).await;
        let case = town.patrolled("WORK1", "G1", "路边有垃圾").await;
        town.act(&case, "SEC1", whistle::domain::Command::Answer).await;
        let number = whistle::domain::CaseNumber::of(case.id);
        let browser = town.signed_in("DIS1").await;
        let page = browser.get(&format!("/console/cases/{number}")).await;
        assert!(!page.body.contains("13800001234"), "nothing is shown by itself");
        let address = page.link_with("/console/people/SEC1/").expect("a way to the number");
        assert!(!browser.get(&address).await.body.contains("13800001234"));
        let refused = browser.post(&address, &[("reason", " ")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!refused.body.contains("13800001234"), "not without a reason");
        let forged = browser.post_bare(&address, &[("reason", "他没有接哨")]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        assert_eq!(town.app.store().access_log(9).await.unwrap(), []);
        let shown = browser.post(&address, &[("reason", "他没有接哨")]).await;
        assert!(shown.body.contains("13800001234"), "{}", shown.body);
        let entry = LogEntry {
            at: town.clock.now(),
            person: "DIS1".into(),
            action: "reveal_phone".into(),
            subject: "person:SEC1".into(),
            reason: "他没有接哨".into(),
        };
        assert_eq!(town.app.store().access_log(9).await.unwrap(), [entry]);
        let none = browser.post("/console/people/OFF1/number", &[("reason", "会办")]).await;
        assert!(none.body.contains("没有登记电话号码"), "{}", none.body);
        let elsewhere = town.signed_in("DIS2").await.post(&address, &[("reason", "好奇")]).await;
        assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "another community's people");
        assert_eq!(town.app.store().access_log(9).await.unwrap().len(), 1);
    }

    async fn numbers_are_closed_anew_under_a_new_key(database: Throwaway) {
        let town = town(&database).await;
        let kept = || async { town.app.store().person_phone(&"SEC1".into()).await.unwrap().unwrap() };
        let before = kept().await;
        let vault = |key, old: &[&str]| Vault::kept(&security(key, old)).unwrap().unwrap();
        let lost = town.app.renew_numbers(&vault("08", &[])).await.unwrap_err().to_string();
        assert!(lost.contains("security.key"), "the old key is missing: {lost}");
        assert_eq!(kept().await, before, "and nothing has changed");
        assert_eq!(town.app.renew_numbers(&vault("08", &["07"])).await.unwrap(), (1, 1));
        assert_eq!(vault("08", &[]).reveal("SEC1", &kept().await).unwrap(), "13800001234");
        assert_eq!(town.app.renew_numbers(&vault("08", &["07"])).await.unwrap(), (0, 1));
        let again = Loader::new(&town.app, &security("08", &[])).people(ROSTER.as_bytes()).await.unwrap();
        assert!(!again.changed, "the same roster is the same under the new key");
    }
}
