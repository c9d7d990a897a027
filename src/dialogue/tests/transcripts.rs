//! The conversations.

use super::office::Office;
use insta::assert_snapshot;

macro_rules! transcript {
    ($name:ident, $script:expr) => {
        #[test]
        fn $name() {
            let played = Office::new().play($script);
            insta::with_settings!({
                snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true
            }, {
                assert_snapshot!(stringify!($name), played);
            });
        }
    };
}

transcript!(
    pin_then_photo,
    "
    00:00 张伟 pin 36.3900 120.4400 ±12
    00:20 张伟 photo 路灯不亮"
);

transcript!(
    photo_then_pin,
    "
    00:00 张伟 photo
    00:15 张伟 pin 36.3900 120.4400 ±12
    00:40 张伟 text 路灯不亮三天了"
);

transcript!(
    photo_words_pin,
    "
    00:00 张伟 photo
    00:05 张伟 text 路灯不亮
    00:15 张伟 pin 36.3900 120.4400 ±12"
);

transcript!(
    album_then_pin_with_a_late_sibling,
    "
    00:00 张伟 album A 暴露垃圾
    00:00 张伟 album A
    00:10 张伟 pin 36.3900 120.4400 ±12
    00:11 张伟 album A
    05:00 张伟 photo
    05:08 张伟 album A"
);

transcript!(
    words_then_pin,
    "
    00:00 张伟 text 井盖缺失
    00:30 张伟 pin 36.3900 120.4400
    00:50 张伟 voice"
);

transcript!(
    two_reports_interleaved_telling_first,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 张伟 photo 垃圾成堆
    00:40 张伟 pin 36.3920 120.4600
    00:50 张伟 photo"
);

transcript!(
    two_reports_interleaved_pinning_first,
    "
    00:00 张伟 pin 36.3900 120.4400
    00:10 张伟 photo 路灯不亮
    00:15 张伟 photo
    00:40 张伟 pin 36.3920 120.4600
    00:50 张伟 photo 垃圾成堆"
);

transcript!(
    a_pin_that_corrects_the_one_before,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400 ±80
    00:20 张伟 pin 36.3901 120.4401 ±8
    00:30 张伟 pin 36.3901 120.4402 ±50
    00:50 张伟 pin 36.3940 120.4600
    00:55 张伟 press 的位置"
);

transcript!(
    a_line_that_turns_out_to_be_of_the_next_matter,
    "
    00:00 张伟 photo
    00:10 张伟 pin 36.3900 120.4400
    00:30 张伟 text 垃圾成堆
    00:40 张伟 pin 36.3920 120.4600"
);

transcript!(
    after_the_window_a_new_report,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    02:20 张伟 photo 垃圾
    02:30 张伟 pin 36.3900 120.4400
    06:00 张伟 pin 36.3900 120.4410
    09:00 张伟 photo 井盖
    09:30 张伟 pin 36.3900 120.4420"
);

transcript!(
    an_unfinished_report_goes_to_the_desk,
    "
    00:00 张伟 photo
    10:00 张伟 text 垃圾没人收
    10:05 张伟 pin 36.3900 120.4400"
);

transcript!(
    edited,
    "
    00:00 张伟 text 路登不亮
    00:10 张伟 edit 1 text 路灯不亮
    00:20 张伟 pin 36.3900 120.4400
    00:30 张伟 edit 1 text 路灯不亮,两盏
    00:40 张伟 edit 99 text 从前的话"
);

transcript!(
    forwarded,
    "
    00:00 张伟 forwarded photo 群众反映垃圾成堆
    00:05 张伟 forwarded text 已处理
    00:10 张伟 forwarded pin 36.3900 120.4400"
);

transcript!(
    voice,
    "
    00:00 张伟 voice
    00:10 张伟 pin 36.3900 120.4400"
);

transcript!(
    a_typed_place,
    "
    00:00 张伟 text 路灯不亮
    00:40 张伟 text 鹤山路与嵩山二路路口
    04:00 张伟 pin 36.3900 120.4400"
);

transcript!(
    a_photo_and_a_typed_place,
    "
    00:00 张伟 photo
    00:30 张伟 text 这里没人管
    00:50 张伟 text 文化路38号对面"
);

transcript!(
    no_pin_at_all,
    "
    00:00 张伟 text 文化路38号门前路灯不亮
    00:10 张伟 press 没有定位"
);

transcript!(
    the_label_of_no_pin_as_text,
    "
    00:00 张伟 text Lamp on Heshan Road is dark
    00:10 张伟 text 没有定位，按文字报"
);

transcript!(
    settled_on_the_spot,
    "
    00:00 张伟 text 自办 垃圾已清走
    00:10 张伟 pin 36.3900 120.4400
    00:20 张伟 photo"
);

transcript!(
    settled_on_the_spot_after_the_report,
    "
    00:00 张伟 photo
    00:10 张伟 pin 36.3900 120.4400
    00:30 张伟 text 已处理,垃圾清走了
    05:00 张伟 text 路灯不亮
    05:10 张伟 pin 36.3930 120.4400
    05:20 张伟 press 当场已办
    05:30 张伟 photo
    05:40 张伟 text 换了灯泡"
);

transcript!(
    unbound_then_bound,
    "
    00:00 新人 photo
    00:20 新人 text /start WRONG
    00:40 新人 text /start WORKER
    00:50 新人 pin 36.3900 120.4400"
);

transcript!(
    resident,
    "
    00:00 居民 text /start
    00:10 居民 text 你好
    00:20 居民 photo 楼道里垃圾没人收
    00:40 居民 pin 36.3900 120.4400
    00:50 居民 text /tasks
    01:00 居民 text 我的
    01:10 居民 press 改事项
    01:20 居民 press 公共设施
    01:30 居民 press 撤回"
);

transcript!(
    outside_every_grid,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 121.0000"
);

transcript!(
    group,
    "
    00:00 群/王磊 text /start BRANCH
    00:10 张伟 photo 垃圾
    00:20 张伟 pin 36.3900 120.4400
    01:00 群/李秀英 text 谁去看看
    01:05 群/王磊 photo
    01:10 群/路人 press 接哨
    01:20 群/王磊 press 接哨
    01:30 群/李秀英 press 接哨
    02:00 群/王磊 press 人到
    02:05 群/李秀英 text 快点
    02:10 群/王磊 reply pin 36.3901 120.4401
    02:30 群/李秀英 reply text 我带了扫帚
    02:40 群/李秀英 text /tasks@WhistleBot
    02:45 群/李秀英 text /foo@OtherBot
    02:50 群/李秀英 sticker
    03:00 群/王磊 press 事了
    03:10 群/王磊 text 他们都走了
    03:20 群/王磊 reply text 清走了"
);

transcript!(
    the_wrong_person_and_the_late_press,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 人到
    00:40 王磊 press 接哨
    00:41 李秀英 press 接哨
    00:45 王磊 press 接哨
    00:50 李秀英 press 人到
    00:55 李秀英 press 我去协助
    01:00 王磊 press 事了
    02:00 张伟 press 撤回
    02:10 王磊 data nonsense
    02:20 王磊 data an.zz.1."
);

transcript!(
    arrival_with_a_position,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    08:00 王磊 press 人到
    08:05 王磊 photo
    08:10 王磊 forwarded pin 36.3901 120.4401
    08:20 王磊 pin 36.3901 120.4401 ±10
    08:30 王磊 press 人到"
);

transcript!(
    arrival_without_a_position,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    08:00 王磊 press 人到
    08:10 王磊 text 不带定位，报到场"
);

transcript!(
    arrival_by_a_live_location,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    05:00 王磊 edit 900 live 36.3910 120.4410 ±10
    06:30 王磊 edit 900 live 36.3901 120.4401 ±10
    07:30 王磊 press 人到"
);

transcript!(
    settle_with_photo_then_words,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    05:00 王磊 press 人到
    05:10 王磊 pin 36.3900 120.4400
    06:00 王磊 press 事了
    06:05 王磊 press 已修复
    06:10 王磊 photo
    06:20 王磊 text 换了灯泡
    06:25 王磊 photo
    07:00 张伟 press 确已解决
    07:10 张伟 press 3 分
    07:20 张伟 press 重开
    07:30 张伟 text 又灭了"
);

transcript!(
    settle_with_words_then_photo,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    05:00 王磊 press 人到
    05:10 王磊 press 不带定位
    06:00 王磊 press 事了
    06:10 王磊 text 换了灯泡
    06:20 王磊 album B
    06:25 王磊 press 已设围挡
    06:28 王磊 album B"
);

transcript!(
    an_old_button_leaves_the_question_that_waits,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    05:00 王磊 press 人到
    05:10 王磊 press 不带定位
    06:00 王磊 press 事了
    06:05 王磊 press 已设围挡
    06:10 王磊 press 不带定位
    06:20 王磊 text 换了灯泡
    06:25 王磊 album B"
);

transcript!(
    settle_in_one_message,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    05:00 王磊 press 人到
    05:10 王磊 pin 36.3900 120.4400
    06:00 王磊 press 事了
    06:10 王磊 photo 清走了
    06:30 张伟 press 没解决
    06:40 张伟 photo 还有半堆"
);

transcript!(
    another_matter_while_settling,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    05:00 王磊 press 人到
    05:10 王磊 pin 36.3900 120.4400
    06:00 王磊 press 事了
    06:10 王磊 photo
    06:20 王磊 pin 36.3940 120.4400
    06:30 王磊 photo 垃圾"
);

transcript!(
    sent_back,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 退回
    00:35 王磊 text 取消
    00:40 王磊 press 退回
    00:50 王磊 press 不属于本网格
    01:00 王磊 press 接哨"
);

transcript!(
    sent_back_with_typed_words,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 退回
    00:40 王磊 photo
    00:50 王磊 text 归物业,已告知"
);

transcript!(
    call_a_department,
    "
    00:00 张伟 photo 店外经营
    00:10 张伟 pin 36.3900 120.4400
    00:30 王磊 press 接哨
    00:40 王磊 press 吹哨找部门
    00:45 王磊 press 超出街道权限
    00:50 王磊 press 下一页
    00:55 王磊 text 消防
    01:00 王磊 text 城市管理
    01:05 王磊 press 城市管理局"
);

transcript!(
    another_category,
    "
    00:00 张伟 photo 路灯旁边有垃圾
    00:10 张伟 pin 36.3900 120.4400
    00:20 张伟 press 改事项
    00:25 张伟 press 暴露垃圾
    00:30 张伟 press 改事项
    00:35 张伟 press 全部事项
    00:40 张伟 press 市容环境
    00:45 张伟 press 店外经营"
);

transcript!(
    another_grid_near_the_edge,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 120.4499 ±30
    00:20 张伟 press 是第二网格
    00:30 张伟 press 是第一网格"
);

transcript!(
    another_grid_by_hand,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 120.4400
    00:20 张伟 press 改网格
    00:30 张伟 press 第二网格"
);

transcript!(
    undo,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 120.4400
    00:40 张伟 press 撤回
    00:50 张伟 photo 路灯
    01:00 张伟 pin 36.3900 120.4400
    02:30 张伟 press 撤回"
);

transcript!(
    closed_and_rated,
    "
    00:00 居民 photo 垃圾
    00:10 居民 pin 36.3900 120.4400
    00:20 张伟 text /help
    00:30 居民 text /help
    00:40 居民 text /mydata
    00:50 居民 contact 13800001234
    00:55 居民 text /language"
);

transcript!(
    in_english,
    "
    00:00 张伟 text /language en
    00:10 张伟 text A lamp is dark
    00:20 张伟 pin 36.3900 120.4400 ±12
    00:30 张伟 press Change matter
    00:40 张伟 text /tasks
    00:50 张伟 text /mine
    01:00 张伟 text 中文"
);

transcript!(
    unknown_kinds,
    "
    00:00 张伟 sticker
    00:10 张伟 text /foo
    00:20 张伟 text   
    00:30 张伟 text 谢谢!
    00:40 张伟 contact 13800001234
    00:50 张伟 pin nan 120.4400
    01:00 张伟 text 123-456-789
    01:10 张伟 text /cancel
    01:20 张伟 blocked"
);

transcript!(
    dropped_at_the_persons_word,
    "
    00:00 张伟 photo
    00:10 张伟 photo
    00:20 张伟 text /cancel
    00:30 张伟 pin 36.3900 120.4400"
);

transcript!(
    a_reply_to_the_card_whatever_the_hour,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 120.4400
    30:00 张伟 reply photo 又多了
    31:00 王磊 press 接哨
    32:00 王磊 reply pin 36.3900 120.4401
    33:00 张伟 photo"
);

transcript!(
    a_settled_case_takes_no_pieces_of_the_next_report,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 120.4400
    00:20 王磊 press 接哨
    00:30 王磊 press 人到
    00:35 王磊 pin 36.3900 120.4400
    00:40 王磊 press 事了
    00:45 王磊 photo 清走了
    00:50 王磊 photo
    00:55 张伟 album A
    00:55 张伟 album A 垃圾又来了
    01:05 王磊 text 路灯不亮
    01:15 张伟 pin 36.3900 120.4400
    01:25 王磊 pin 36.3900 120.4600
    01:30 张伟 album A"
);

transcript!(
    what_was_told_of_an_answered_case_stays_there,
    "
    00:00 张伟 photo 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:20 王磊 press 接哨
    00:30 张伟 text 旁边还有垃圾
    00:40 张伟 pin 36.3920 120.4600
    00:50 张伟 photo 垃圾成堆"
);

transcript!(
    a_photo_that_moves_to_the_next_report_is_told_of,
    "
    00:00 张伟 text 路灯不亮
    00:10 张伟 pin 36.3900 120.4400
    00:20 张伟 photo
    00:30 张伟 text 垃圾成堆
    00:40 张伟 pin 36.3920 120.4600"
);

transcript!(
    a_group_that_is_not_bound_hears_of_nobodys_work,
    "
    00:00 张伟 photo 垃圾
    00:10 张伟 pin 36.3900 120.4400
    00:20 群/王磊 text /tasks
    00:30 群/王磊 text /stats
    00:40 群/张伟 text /mine
    00:50 群/张伟 text /mydata"
);

#[test]
fn the_same_matter_nearby() {
    let mut office = Office::new();
    office.near = true;
    let played = office.play(
        "
        00:00 张伟 photo 垃圾
        00:10 张伟 pin 36.3900 120.4400
        05:00 张伟 photo 垃圾
        05:10 张伟 pin 36.3900 120.4401
        05:20 张伟 press 是同一件
        05:30 张伟 photo",
    );
    insta::with_settings!({
        snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true
    }, {
        assert_snapshot!("the_same_matter_nearby", played);
    });
}
