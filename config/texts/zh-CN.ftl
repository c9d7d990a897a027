# Texts of the chat, Chinese. Every key and every variable stands in en.ftl, too; a test compares them.

## Time, distance, names

time-day = {$month}月{$day}日 {$clock}
time-year = {$year}年{time-day}
span-minutes = {$minutes} 分钟
span-hours = {$hours} 小时
span-hours-minutes = {$hours} 小时 {$minutes} 分钟
span-days = {$days} 天
span-days-hours = {$days} 天 {$hours} 小时
left = 还剩 {$span}
late-by = 已超 {$span}
metres = {$metres} 米
kilometres = {$kilometres} 公里
matter-unknown = 未分类
post = {$role}（{$unit}）

state-reported = 已上报
state-whistled = 哨响
state-answered = 接哨
state-arrived = 人到
state-settled = 事了
state-closed = 结案
state-declined = 不予立案
state-voided = 作废
state-merged = 并案
stage-returned = 退回

level-grid = 网格
level-community = 社区
level-subdistrict = 街道
level-district = 区

role-grid-worker = 网格员
role-branch-secretary = 网格党支部书记
role-grid-lead = 网格长
role-building-lead = 楼长
role-entrance-lead = 单元长
role-member-household = 党员中心户
role-dispatcher = 派遣员
role-department-officer = 部门联络员
role-leader = 领导
role-admin = 管理员

call-beyond-powers = 超出街道权限
call-joint-enforcement = 需要联合执法
call-emergency = 突发应急

evidence-verified = 已核实
evidence-near = 在附近
evidence-unverified = 未核实

## Reporting

privacy = 您好，这里是“哨响”网格服务。您发来的照片、位置和文字只用来办理您反映的事，不公开、不外传；发送 /mydata 可查看我们保存了什么。
greeting-resident = 有事请讲：拍张照片、发个位置、说一句话，先发哪样都行，网格会有人来。
greeting-worker = 您好，辛苦了。看到问题，照片、位置、一句话发过来就行；发“待办”看手上的活儿。
ask-place = 收到。在哪儿？点下方按钮发送位置，或者直接打字写地点。
ask-place-again = 记下了。还差位置：点“发送位置”，或者打字写一句在哪儿。
ask-matter = 位置收到：{$ground}。这里是什么情况？发张照片、一段语音或一句话。
ask-matter-outside = 位置收到。这里是什么情况？发张照片、一段语音或一句话。
ask-after-photo = 自办收到。再发一张处理后的照片就好。
pin-changed = 位置已换成刚发的这个。
pin-known = 位置已经有了，以先前较准的为准。
pin-unreadable = 这个位置读不出来，请重新发一次，或者打字写地点。
file-unreadable = 这个文件没能收下来，请再发一次。
unknown-kind = 这个我看不懂。照片、语音、文字、位置都可以，发“帮助”看怎么用。
unknown-command = 没有 /{$name} 这个命令。发“帮助”看看能做什么。
contact-not-needed = 不用发电话号码。要绑定身份，请用管理员给的绑定码：/start 绑定码。
edit-unknown = 这条消息改得晚了，案卡上没跟着变。请回复案卡补充一句。
number-mistyped = 案号好像有一位不对，请对照案卡再看一下。
nothing-unfinished = 现在没有没报完的内容。
discarded = 好的，刚才发的 {$pieces} 条内容不报了。
kept-pieces = 绑定前您发的 {$pieces} 条内容还留着。发个位置就报上去。
not-added = 没能加进 {$number}：{$why}
begun-anew = {$number} 已经办完，刚发的内容按新的一件来报。要补充到那一件，请回复它的案卡。
see-voice = 详见语音

button-send-location = 📍 发送位置
button-no-pin = 没有定位，按文字报
button-discard = 不报了
button-place-of = 这是 {$number} 的位置

## Card

card-title = 【{$state}】案号 {$number}
card-matter = 事项：{$matter}
card-matter-guessed = 事项：{$matter}（按描述判断，可改）
card-ground = 网格：{$ground}
card-ground-outside = 网格：不在网格内，转{$desk}
card-ground-unknown = 网格：待定，转{$desk}
card-place = 地点：{$place}
card-words = 情况：{$words}
card-photos = 附：照片 {$photos} 张
card-voices = 附：语音 {$voices} 段
card-photos-voices = 附：照片 {$photos} 张，语音 {$voices} 段
card-waits = 等{$desk}派遣
card-lead = 领办：{$lead}
card-lead-helpers = 领办：{$lead}；协助：{$helpers}
card-evidence = 到场：{$evidence}，距现场 {$distance}
card-evidence-blind = 到场：{$evidence}
card-due-answer = 接哨：{$left}（{$until} 前）
card-due-arrive = 到场：{$left}（{$until} 前）
card-due-settle = 办结：{$left}（{$until} 前）
card-provisional = （日历未公布，暂定）
card-suspended = 挂账中，{$until} 起恢复计时
card-settled = 处理：{$words}
card-self-resolved = 自办：{$words}
card-department = 部门：{$unit}（{$stage}）
card-department-lead = 部门：{$unit}（{$stage}，{$lead}领办）
card-reason = 原因：{$reason}
card-merged = 并入案号 {$number}
flag-escalated = 已升级到{$level}
flag-supervised = 督办
flag-urged = 催办
flag-reworked = 返工 {$times} 次
flag-reopened = 重开 {$times} 次

button-answer = ✋ 接哨
button-arrive = 📍 人到
button-settle = ✅ 事了
button-return = ↩ 退回
button-call = 📣 吹哨找部门
button-join = 🤝 我去协助
button-extend = ⏳ 申请延期
button-reply = 💬 回复
button-whistle = 📣 吹哨
button-decline = 不予立案
button-check-yes = 👍 确已解决
button-check-no = 👎 没解决
button-rate-1 = 1 分
button-rate-2 = 2 分
button-rate-3 = 3 分
button-rate-4 = 4 分
button-rate-5 = 5 分
button-reopen = 🔁 重开
button-category = 改事项
button-grid = 改网格
button-self-resolve = 当场已办
button-undo = 撤回
button-is-grid = 是{$grid}
button-same-as = 和 {$number} 是同一件（{$matter}）
button-show = 看案卡
button-found = 现场属实
button-not-found = 现场没有
button-case = {$index}. {$number}
button-back = ‹ 上一页
button-more = 下一页 ›
button-all-matters = 全部事项
button-arrive-blind = 不带定位，报到场

## Menus and questions

arrival-ask = {$number}：您到了？点下方按钮发一下位置。
arrival-ask-group = {$number}：到了请回复本条并附上位置，或点下面的按钮。
arrival-still-asked = 已收下。到场还差位置：点“发送位置”，或点“不带定位，报到场”。
arrival-forwarded = 转发来的位置不能算到场，请发自己现在的位置。
settle-condition = 达到哪条结案条件？
settle-condition-first = 收下了。再点一下上面的结案条件。
settle-ask-line = 写一句怎么处理的（也可以发语音）。
settle-ask-line-photo = 发一张处理后的照片，写一句怎么处理的；照片带文字一次发最省事。
reply-to-this = 请回复本条消息，机器人在群里才听得到。
settle-ask-photo = 还差一张处理后的照片。
set-aside = {$number} 的办结先放一放，已发的内容存进案卡了；要接着办，在案卡上再点一次。
photo-kept-line-asked = 收下了。还请写一句原因。
line-asked = 请打字写一句，或者发“取消”。
question-cancelled = 好的，先不办这一步。
ask-why-return = 为什么退回？点一个，或者打字写明。
return-not-our-grid = 不属于本网格
return-needs-department = 要由部门处置
return-duplicate = 重复上报
return-not-found = 现场没有发现
ask-why-failed = 哪里没解决？写一句，也可以附照片。
ask-why-reopen = 为什么要重开？写一句。
ask-why-extend = 为什么要延期？写一句，由派遣员决定。
ask-why-decline = 不予立案的理由？会告知反映人。
ask-reply = 请回复一句办到哪一步了。
call-why = 因为什么吹哨？
department-ask = 向哪个部门吹哨？点一个，或者打几个字找。
department-found = 找到这些：
department-none = 没有名字里带“{$words}”的部门，换几个字试试。
category-ask = 选一个事项：
category-ask-major = 先选大类：
grid-ask = 应该是哪个网格？
grid-none = 附近没有别的网格可选，请在案卡下回复说明。
merge-reason = 上报人确认与 {$number} 是同一件
precheck-there = 现场属实
precheck-not-there = 现场没有发现

## Done

done-answer = 已接哨，{$number} 由您领办，请尽快到场。
done-join = 好的，{$number} 您来协助。
done-arrive = {$number} 人到，已记下。
done-settle = {$number} 事了，已报上去，等核查。
done-self-resolve = {$number} 记为自办，辛苦了。
done-return = {$number} 已退回，派遣员会重新安排。
done-call = {$number} 已向{$unit}吹哨。
done-score = 已给{$unit}打 {$score} 分。
done-extend = {$number} 的延期已报派遣员。
done-reply = {$number} 已回复。
done-merge = 已并入 {$number}，后续进展照样告诉您。
done-check-yes = {$number} 核查通过，结案。
done-check-no = {$number} 没通过核查，已退回返工。
done-rate = 谢谢您的评价。
done-reopen = {$number} 已重开，网格会再来人。
done-decline = {$number} 不予立案，已告知反映人。
done-whistle = {$number} 已吹哨。
done-precheck = {$number} 的核实情况已报，谢谢。
done-undo = {$number} 已撤回。
done-category = 事项改为：{$matter}
done-grid = 网格改为：{$ground}
done-locate = {$number} 的位置记下了：{$ground}。
done-locate-desk = {$number} 的位置记下了，转{$desk}。
done-add = 已加进 {$number}。
done-detach = 换了位置，按新的一件来报：刚发的 {$pieces} 条内容已从 {$number} 移到这一件。
done-amend = {$number} 已按改后的文字更新。

## Refusals: what is wrong, and what to do instead

no-such-case = 没有找到这件案子，或者不在您的范围。发“待办”看手上的。
button-unknown = 这个按钮已经失效。发“待办”重新打开案卡。
bind-group-first = 本群还没有绑定网格。请先绑定：/start 绑定码。绑定码找管理员要。
only-in-private = 这是您个人的内容，请私聊我查看。
bind-first = 请先私聊我绑定身份：/start 绑定码。绑定码找管理员要。
refused-taken = {$lead}已经接哨了。要一起去，点“我去协助”。
refused-only-lead = 这件由{$lead}领办，这一步要领办人来点。
refused-unit = {$unit}接不了这件事，请换一个。
refused-person = {$person}做不了这一步，请换一位。
refused-called = 已经向{$unit}吹过哨了，看案卡上的进展。
refused-too-late = {$due} 就到期了，延期要在到期前申请。请尽快办结，或者跟派遣员说明。
refused-no-extension = 已经延期 {$used} 次，不能再延。办不了请退回或吹哨。
refused-date = 日期要在 {$earliest} 之后、{$latest} 之前。
refused-suspended = 正在挂账，{$until} 恢复。要提前办，请派遣员恢复计时。
refused-window = {$ended} 就截止了。还有问题请重新上报一件。
refused-too-much = 一件案子最多 {$most} 条内容。其余的请另报一件。
refused-already-done = 您已经点过了，不用再点。
refused-not-arrived = 还没报人到。先点“人到”，再点“事了”。
refused-reason-missing = 还差一句原因。
refused-photo-missing = 还差一张处理后的照片。
refused-words-missing = 还差一句怎么处理的。
refused-condition = 没有这条结案条件，请重新点“事了”选一条。
refused-category = 没有这个事项，请重新点“改事项”。
refused-owner-missing = 地图上找不到归属，请在控制台指定网格或部门。
refused-no-extension-asked = 没有待批的延期。
refused-extension-waits = 延期已经报了，等派遣员决定。
refused-suspended-before = 挂账只能一次，这件已经用过了。
refused-not-suspended = 这件没有挂账，计时照常。
refused-score = 请打 1 到 5 分。
refused-own-work = 自己办的要由别人来核查。
refused-same-case = 这就是同一件，不用并案。
refused-merge = 并不到那一件，它可能已经结束。
refused-top-level = 已经到区一级了。
refused-nothing-owed = 没有要回复的催办或督办。
refused-piece = 案卡里没有这条内容。
refused-not-reporter = 只有上报人能这样做。
refused-empty = 还没有内容：发张照片或者写一句话。
refused-not-yours = 这一步不归您办。需要的话，请领办人或派遣员来点。
refused-whistled = 还没人接哨。请先点“接哨”。
refused-reported = 这件在派遣员手里，吹哨之后才能办。
refused-settled = 这件已经报事了，等核查。
refused-ended = 这件已经{$state}，不用再办了。
refused-state = 这件现在是“{$state}”，这一步办不了。看案卡上的按钮。

## Notices

notice-case = {$number} · {$matter} · {$place}
notice-triage = 有一件等您派遣
notice-unheard = 哨响给了{$unit}，可那里还没有人应哨：请改派，或请管理员导入人员
notice-returned = {$unit}退回了：{$reason}
notice-remind-answer = 该接哨了，{$left}（{$until} 前）
notice-remind-arrive = 该到场了，{$left}（{$until} 前）
notice-remind-settle = 该办结了，{$left}（{$until} 前）
late-answer = 没有按时接哨
late-arrive = 没有按时到场
late-settle = 没有按时办结
notice-escalated = {$late}，升级到{$level}，请督促或直接处理
notice-escalated-reason = 升级到{$level}：{$reason}
notice-escalated-check = 没有按时核查，升级到{$level}，请督促或直接核查
notice-escalated-triage = 没有按时派遣，升级到{$level}，请督促或直接处理
notice-coming = {$unit}已接哨，有人正赶过去
notice-here = 人已到现场
notice-arrival = {$evidence}
notice-check-asked = 处理好了：{$words}。请您看看解决了没有（{$until} 前）
notice-check-wanted = 请您核查这件办得怎么样
notice-reworked = 没通过核查，请返工：{$reason}
notice-closed = 您反映的事已结案。办得怎么样？
notice-reopened = 反映人不满意，重开了：{$reason}
notice-declined = 您反映的事没有立案：{$reason}
notice-voided = 这件已作废：{$reason}
notice-merged = 这件和 {$number} 是同一件事，并过去一起办，进展照样告诉您
notice-reassigned = 改派给{$unit}了：{$reason}
notice-department-called = 已向{$unit}吹哨：{$reason}
notice-department-step = {$unit}：{$stage}
notice-department-step-lead = {$unit}：{$stage}，{$lead}领办
notice-department-settled = {$unit}办完了。给这次配合打几分？
notice-extension-asked = {$name}申请延期：{$reason}。请在控制台决定
notice-extended = 同意延期到 {$until}。{$words}
notice-not-extended = 没有同意延期。{$words}
notice-suspended = 已挂账，{$until} 起恢复计时：{$reason}
notice-resumed = 挂账结束，恢复计时
notice-urged = {$name}催办：{$words}
notice-supervised = {$name}督办：{$words}。请回复进展
notice-replied = {$name}回复：{$words}
notice-precheck-asked = 您离得近，请顺路看一眼是不是属实
notice-prechecked-there = 核实过了，属实。{$words}
notice-prechecked-not-there = 核实过了，现场没有。{$words}
notice-joined = {$name}来协助您了

## Lists

tasks-none = 手上没有待办。
tasks-title = 待办 {$cases} 件，急的在前
mine-none = 您还没有上报过。
mine-title = 我的上报 {$cases} 件
list-row = {$index}. {$state} · {$time}
    {$what}
    {$place}
list-state-mine = {$state}（我领办）
list-suspended = 挂账中
list-more = 还有 {$more} 件，办完前面的再看。
stats-title = {$unit} · 近 {$days} 天
stats-counts = 上报 {$reported} 件；在办 {$open} 件，超时 {$late} 件
stats-answer = 接哨：一半在 {$median}内，九成在 {$high}内
stats-response = 到场：一半在 {$median}内，九成在 {$high}内
stats-settlement = 办结：一半在 {$median}内，九成在 {$high}内
stats-arrived-on-time = 按期到场率 {$share}
stats-handled-on-time = 按期处置率 {$share}
stats-self-resolved = 自办率 {$share}
stats-reworked = 返工率 {$share}
mydata-title = 我们保存的您的信息
mydata-name = 姓名：{$name}
mydata-posts = 岗位：{$posts}
mydata-phone = 电话：名册中的号码已加密保存，办事需要时才由派遣员查看，每次查看都留记录。
mydata-reports = 您上报的案件（最近的）：{$numbers}
mydata-no-reports = 没有您上报的案件。
mydata-chat = 另有本聊天的消息，以及您发来的照片、语音和位置。
mydata-rights = 信息有误或要删除，请联系社区派遣员；删除后案件本身保留，不再带您的身份。

## Start, help, language

bound = {$name}，已绑定：{$posts}。
bound-how = 看到问题，照片、位置、一句话发过来就行，先发哪样都可以。发“帮助”看更多。
bound-group = 本群已绑定{$unit}。哨响会发到这里，谁点按钮算谁的。
not-bound = 绑定码不对，或者用过、过期了。请找管理员重新要一个。
start-group = 绑定本群：发 /start 绑定码。绑定码找管理员要。
language-ask = 用哪种语言？
language-set = 好的，以后说中文。
help-title = 怎么用
help-report = 上报：照片、语音、文字、位置，2 分钟内先后发来就算一件，次序不限。
help-self-resolve = 自办：顺手解决了的，发处理后的照片和位置，文字以“自办”开头。
help-whistle = 哨响：点“接哨”领办，到了点“人到”，办完点“事了”；不归自己就“退回”，要部门来就“吹哨找部门”。回复案卡可以补充内容。
help-commands = 待办 · 我的 · 统计 · 语言 · 我的信息 · 取消
help-resident = 有事请讲：照片、位置、一句话，先发哪样都行。办到哪一步都会告诉您；发“我的”看进展。
help-bind = 网格工作人员请先绑定：/start 绑定码。
help-group = 群里点案卡上的按钮就能接哨、报到场、办结；回复案卡可以补充内容；/tasks 看待办。平时聊天我不插话。
command-tasks = 待办，急的在前
command-mine = 我的上报
command-stats = 本单位统计
command-language = 语言 Language
command-mydata = 我的信息
command-help = 帮助
command-cancel = 取消当前这一步

unreachable = ⚠ { $person }（{ $unit }）收不到消息了。{ $number } 请电话联系。
