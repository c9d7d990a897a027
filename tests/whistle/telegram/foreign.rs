//! Against a Bot API server that others wrote: npm `telegram-test-api` 4.2.1, which knows nine methods and
//! answers 500 to everything else, ignores the offset, holds nothing open and says `null` to edits.

use super::{PATIENT, message_of, placed, redrawn, send};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};
use whistle::{
    atlas::Datum,
    dialogue::Body,
    messenger::{
        Messenger,
        telegram::{ClientOptions, Telegram, read_update},
    },
};

const START: &str = "
    const Server = require(process.env.WHISTLE_TELEGRAM_TEST_API);
    const server = new Server({ port: Number(process.argv[1]), host: '127.0.0.1' });
    server.start().then(() => console.log('up'));
";

struct Foreign {
    node: Child,
    url: String,
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.node.kill();
        let _ = self.node.wait();
    }
}

impl Foreign {
    async fn start() -> (Self, Telegram) {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut node = Command::new("node")
            .args(["-e", START, &port.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut up = String::new();
        BufReader::new(node.stdout.take().unwrap()).read_line(&mut up).unwrap();
        assert_eq!(up, "up\n");
        let foreign = Self { node, url: format!("http://127.0.0.1:{port}") };
        let options = ClientOptions {
            token: "sampleToken".into(),
            api_url: foreign.url.parse().unwrap(),
            timeout: PATIENT,
            datum: Datum::Wgs84,
        };
        let telegram = Telegram::connect(options).await.unwrap();
        (foreign, telegram)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.post(format!("{}{path}", self.url)).json(&body).send().await.unwrap().json().await.unwrap()
    }
}

#[tokio::test]
#[ignore = "needs node, and the folder of npm telegram-test-api in WHISTLE_TELEGRAM_TEST_API"]
async fn a_lesser_server_is_good_enough() {
    let (foreign, telegram) = Foreign::start().await;
    let chat = json!({ "id": 1001, "first_name": "Wang", "type": "private" });
    let from = json!({ "id": 1001, "first_name": "Wang", "username": "wang" });
    let said = json!({ "botToken": "sampleToken", "from": from, "chat": chat, "date": 1_785_000_000, "text": "井盖" });
    foreign.post("/sendMessage", said).await;
    let batch = telegram.next_batch(None, Duration::from_secs(1)).await.unwrap();
    let now = chrono::DateTime::from_timestamp(1_785_000_001, 0).unwrap();
    let read = |text: &str| read_update(text, telegram.bot_id(), Datum::Wgs84, now).unwrap();
    assert_eq!(read(&batch[0].text).body, Body::Text { text: "井盖".into() });

    telegram.publish_commands().await;
    let id = message_of(&send(&telegram, &placed()).await).to_string();
    assert_eq!(message_of(&send(&telegram, &redrawn(&id)).await).to_string(), id);
    let shown = foreign.post("/getUpdatesHistory", json!({ "token": "sampleToken" })).await;
    assert_eq!(shown["result"][1]["message"]["text"], "<b>哨响 260725-0007</b>\n王芳接哨");

    let message = json!({ "message_id": 2, "chat": chat, "text": "哨响" });
    let press = json!({ "botToken": "sampleToken", "from": from, "data": "7:answer:3", "message": message });
    foreign.post("/sendCallback", press).await;
    let batch = telegram.next_batch(batch[0].id + 1, Duration::from_secs(1)).await.unwrap();
    let Body::Press { data, press } = read(&batch[0].text).body else { panic!("no press") };
    assert_eq!(data, "7:answer:3");
    telegram.answer_press(&press, Some("好")).await.unwrap();
    Messenger::fetch(&telegram, "x", 10).await.unwrap_err();
}
