//! Updates as the Bot API sends them, for the tests.

pub(super) const TEXT: &str = r#"{"update_id":814000001,"message":{"message_id":17,"from":{"id":1001,"is_bot":false,"first_name":"芳","last_name":"王","username":"wangfang","language_code":"zh-hans"},"chat":{"id":1001,"first_name":"芳","last_name":"王","username":"wangfang","type":"private"},"date":1785000000,"text":"/start ABC-1_2","entities":[{"offset":0,"length":6,"type":"bot_command"}]}}"#;

pub(super) const PHOTO_OF_ALBUM: &str = r#"{"update_id":814000002,"message":{"message_id":18,"from":{"id":1001,"is_bot":false,"first_name":"芳","language_code":"zh-hans","is_premium":true},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000010,"media_group_id":"13712345678901234","photo":[{"file_id":"small","file_unique_id":"us","file_size":1253,"width":67,"height":90},{"file_id":"large","file_unique_id":"ul","file_size":151253,"width":960,"height":1280},{"file_id":"middle","file_unique_id":"um","file_size":18000,"width":240,"height":320}],"caption":"井盖坏了","caption_entities":[{"offset":0,"length":4,"type":"bold"}]}}"#;

pub(super) const IMAGE_AS_DOCUMENT: &str = r#"{"update_id":814000003,"message":{"message_id":19,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000020,"document":{"file_name":"IMG_0001.HEIC","mime_type":"image/heic","thumbnail":{"file_id":"t","file_unique_id":"ut","file_size":900,"width":240,"height":320},"file_id":"doc","file_unique_id":"ud","file_size":3145728},"caption":"原图"}}"#;

pub(super) const OTHER_DOCUMENT: &str = r#"{"update_id":814000004,"message":{"message_id":20,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000030,"document":{"file_name":"名单.xlsx","mime_type":"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet","file_id":"x","file_unique_id":"ux","file_size":9000}}}"#;

pub(super) const VOICE: &str = r#"{"update_id":814000005,"message":{"message_id":21,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000040,"voice":{"duration":7,"mime_type":"audio/ogg","file_id":"v","file_unique_id":"uv","file_size":24000}}}"#;

pub(super) const AUDIO: &str = r#"{"update_id":814000006,"message":{"message_id":22,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000050,"audio":{"duration":63,"file_name":"录音.m4a","mime_type":"audio/mp4","title":"录音","performer":"王芳","file_id":"a","file_unique_id":"ua","file_size":990000},"caption":"噪音"}}"#;

pub(super) const LOCATION: &str = r#"{"update_id":814000007,"message":{"message_id":23,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000060,"location":{"latitude":36.389512,"longitude":120.447121,"horizontal_accuracy":12.5}}}"#;

pub(super) const LOCATION_WITHOUT_ACCURACY: &str = r#"{"update_id":814000008,"message":{"message_id":24,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000070,"location":{"latitude":36,"longitude":120.5}}}"#;

pub(super) const LIVE: &str = r#"{"update_id":814000009,"message":{"message_id":25,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000080,"location":{"latitude":36.38,"longitude":120.44,"live_period":900,"heading":90,"horizontal_accuracy":9}}}"#;

pub(super) const LIVE_MOVED: &str = r#"{"update_id":814000010,"edited_message":{"message_id":25,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000080,"edit_date":1785000140,"location":{"latitude":36.381,"longitude":120.441,"live_period":900,"heading":91,"horizontal_accuracy":5}}}"#;

pub(super) const LIVE_ENDED: &str = r#"{"update_id":814000011,"edited_message":{"message_id":25,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000080,"edit_date":1785000200,"location":{"latitude":36.382,"longitude":120.442}}}"#;

pub(super) const VENUE: &str = r#"{"update_id":814000012,"message":{"message_id":26,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000090,"venue":{"location":{"latitude":36.39,"longitude":120.45},"title":"古城东门","address":"中山街 1 号","foursquare_id":"4b0"},"location":{"latitude":36.39,"longitude":120.45}}}"#;

pub(super) const OWN_CONTACT: &str = r#"{"update_id":814000013,"message":{"message_id":27,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000100,"reply_to_message":{"message_id":16,"from":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000000,"text":"请发送号码"},"contact":{"phone_number":"+8613800138000","first_name":"芳","user_id":1001}}}"#;

pub(super) const OTHER_CONTACT: &str = r#"{"update_id":814000014,"message":{"message_id":28,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000110,"contact":{"phone_number":"13900139000","first_name":"李","vcard":"BEGIN:VCARD"}}}"#;

pub(super) const FORWARDED: &str = r#"{"update_id":814000015,"message":{"message_id":29,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000120,"forward_origin":{"type":"user","sender_user":{"id":1002,"is_bot":false,"first_name":"李"},"date":1784990000},"forward_from":{"id":1002,"is_bot":false,"first_name":"李"},"forward_date":1784990000,"text":"楼下积水"}}"#;

pub(super) const EDITED: &str = r#"{"update_id":814000016,"edited_message":{"message_id":17,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000000,"edit_date":1785000300,"text":"改正"}}"#;

pub(super) const GROUP_PRESS: &str = r#"{"update_id":814000017,"callback_query":{"id":"4382bfdwdsb323b2d9","from":{"id":1002,"is_bot":false,"first_name":"李","language_code":"en"},"message":{"message_id":99,"from":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"chat":{"id":-1001234567890,"title":"网格支部","type":"supergroup"},"date":1784999000,"text":"哨响","reply_markup":{"inline_keyboard":[[{"text":"接哨","callback_data":"7:answer:3"}]]}},"chat_instance":"-3","data":"7:answer:3"}}"#;

pub(super) const OLD_PRESS: &str = r#"{"update_id":814000018,"callback_query":{"id":"43","from":{"id":1001,"is_bot":false,"first_name":"芳"},"message":{"message_id":98,"chat":{"id":1001,"first_name":"芳","type":"private"},"date":0},"chat_instance":"-3","data":"7:answer:2"}}"#;

pub(super) const PRESS_WITHOUT_MESSAGE: &str = r#"{"update_id":814000019,"callback_query":{"id":"44","from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat_instance":"-3","data":"7:answer:1"}}"#;

pub(super) const BLOCKED: &str = r#"{"update_id":814000020,"my_chat_member":{"chat":{"id":1001,"first_name":"芳","type":"private"},"from":{"id":1001,"is_bot":false,"first_name":"芳"},"date":1785000400,"old_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"status":"member"},"new_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"status":"kicked","until_date":0}}}"#;

pub(super) const UNBLOCKED: &str = r#"{"update_id":814000021,"my_chat_member":{"chat":{"id":1001,"first_name":"芳","type":"private"},"from":{"id":1001,"is_bot":false,"first_name":"芳"},"date":1785000500,"old_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"status":"kicked","until_date":0},"new_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"status":"member"}}}"#;

pub(super) const TAKEN_INTO_GROUP: &str = r#"{"update_id":814000022,"my_chat_member":{"chat":{"id":-5,"title":"网格支部","type":"group","all_members_are_administrators":false},"from":{"id":1002,"is_bot":false,"first_name":"李"},"date":1785000600,"old_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"status":"left"},"new_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响","username":"whistle_bot"},"status":"member"}}}"#;

/// With a right that teloxide does not know, and without some that it insists on.
pub(super) const MADE_ADMINISTRATOR: &str = r#"{"update_id":814000023,"my_chat_member":{"chat":{"id":-5,"title":"网格支部","type":"group"},"from":{"id":1002,"is_bot":false,"first_name":"李"},"date":1785000700,"old_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响"},"status":"member"},"new_chat_member":{"user":{"id":7000001,"is_bot":true,"first_name":"哨响"},"status":"administrator","can_fly":true}}}"#;

pub(super) const MIGRATED_TO: &str = r#"{"update_id":814000024,"message":{"message_id":40,"from":{"id":1002,"is_bot":false,"first_name":"李"},"chat":{"id":-5,"title":"网格支部","type":"group"},"date":1785000800,"migrate_to_chat_id":-1001234567890}}"#;

pub(super) const MIGRATED_FROM: &str = r#"{"update_id":814000025,"message":{"message_id":1,"from":{"id":1087968824,"is_bot":true,"first_name":"Group","username":"GroupAnonymousBot"},"sender_chat":{"id":-1001234567890,"title":"网格支部","type":"supergroup"},"chat":{"id":-1001234567890,"title":"网格支部","type":"supergroup"},"date":1785000800,"migrate_from_chat_id":-5}}"#;

pub(super) const STICKER: &str = r#"{"update_id":814000026,"message":{"message_id":41,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785000900,"sticker":{"width":512,"height":512,"emoji":"👍","set_name":"s","is_animated":false,"is_video":false,"type":"regular","file_id":"s","file_unique_id":"us","file_size":9000}}}"#;

pub(super) const ANIMATION: &str = r#"{"update_id":814000027,"message":{"message_id":42,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785001000,"animation":{"mime_type":"image/gif","duration":3,"width":320,"height":180,"file_id":"g","file_unique_id":"ug","file_size":90000},"document":{"mime_type":"image/gif","file_id":"g","file_unique_id":"ug","file_size":90000}}}"#;

pub(super) const JOINED_GROUP: &str = r#"{"update_id":814000028,"message":{"message_id":43,"from":{"id":1002,"is_bot":false,"first_name":"李"},"chat":{"id":-5,"title":"网格支部","type":"group"},"date":1785001100,"new_chat_participant":{"id":7000001,"is_bot":true,"first_name":"哨响"},"new_chat_member":{"id":7000001,"is_bot":true,"first_name":"哨响"},"new_chat_members":[{"id":7000001,"is_bot":true,"first_name":"哨响"}]}}"#;

/// An entity type of next year, beside one of today: the whole message is empty to teloxide.
pub(super) const UNKNOWN_ENTITY: &str = r#"{"update_id":814000029,"message":{"message_id":44,"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"first_name":"芳","type":"private"},"date":1785001200,"photo":[{"file_id":"p","file_unique_id":"up","file_size":1000,"width":90,"height":60}],"caption":"明天见 12:00","caption_entities":[{"offset":0,"length":3,"type":"bold"},{"offset":4,"length":5,"type":"date_time","unix_time":1785024000}]}}"#;

/// A kind of update of next year.
pub(super) const UNKNOWN_UPDATE: &str = r#"{"update_id":814000030,"wave":{"from":{"id":1001,"is_bot":false,"first_name":"芳"},"chat":{"id":1001,"type":"private"},"strength":3}}"#;

/// Ids beyond what teloxide holds, and fields that it insists on missing.
pub(super) const VERY_BIG_IDS: &str = r#"{"update_id":99999999999,"message":{"message_id":88888888888,"from":{"id":77777777777777777777},"chat":{"id":-10012345678901234567890,"type":"supergroup"},"date":1785001300,"text":"大"}}"#;

/// As a lesser Bot API server sends it: no `is_bot`, no date, a name that is null.
pub(super) const MISSING_FIELDS: &str = r#"{"update_id":5,"message":{"message_id":1,"from":{"id":1001,"first_name":null},"chat":{"id":1001},"text":"在"}}"#;

/// Those that teloxide's types read.
pub(super) const TYPED: [&str; 23] = [
    TEXT,
    PHOTO_OF_ALBUM,
    IMAGE_AS_DOCUMENT,
    VOICE,
    AUDIO,
    LOCATION,
    LOCATION_WITHOUT_ACCURACY,
    LIVE,
    LIVE_MOVED,
    LIVE_ENDED,
    VENUE,
    OWN_CONTACT,
    OTHER_CONTACT,
    FORWARDED,
    EDITED,
    GROUP_PRESS,
    OLD_PRESS,
    PRESS_WITHOUT_MESSAGE,
    BLOCKED,
    UNBLOCKED,
    TAKEN_INTO_GROUP,
    MIGRATED_TO,
    MIGRATED_FROM,
];

/// Those that need the lenient reading.
pub(super) const LENIENT: [&str; 9] = [
    OTHER_DOCUMENT,
    MADE_ADMINISTRATOR,
    STICKER,
    ANIMATION,
    JOINED_GROUP,
    UNKNOWN_ENTITY,
    UNKNOWN_UPDATE,
    VERY_BIG_IDS,
    MISSING_FIELDS,
];
