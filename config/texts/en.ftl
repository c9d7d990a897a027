# Texts of the chat, English. Every key and every variable stands in zh-CN.ftl, too; a test compares them.

## Time, distance, names

time-day = {$day} { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
    *[12] Dec
} {$clock}
time-year = {time-day}, {$year}
span-minutes = {$minutes} min
span-hours = {$hours} h
span-hours-minutes = {$hours} h {$minutes} min
span-days = { $days ->
    [one] {$days} day
    *[other] {$days} days
}
span-days-hours = { $days ->
    [one] {$days} day
    *[other] {$days} days
} {$hours} h
left = {$span} left
late-by = {$span} late
metres = {$metres} m
kilometres = {$kilometres} km
matter-unknown = not classed yet
post = {$role} ({$unit})

state-reported = reported
state-whistled = whistle blown
state-answered = answered
state-arrived = on the spot
state-settled = settled
state-closed = closed
state-declined = declined
state-voided = void
state-merged = merged
stage-returned = sent back

level-grid = the grid
level-community = the community
level-subdistrict = the subdistrict
level-district = the district

role-grid-worker = grid worker
role-branch-secretary = branch secretary
role-grid-lead = grid lead
role-building-lead = building lead
role-entrance-lead = entrance lead
role-member-household = member household
role-dispatcher = dispatcher
role-department-officer = department officer
role-leader = leader
role-admin = administrator

call-beyond-powers = Beyond the street's powers
call-joint-enforcement = Joint enforcement
call-emergency = Emergency

evidence-verified = verified
evidence-near = nearby
evidence-unverified = not verified

## Reporting

privacy = Hello, this is Whistle, the grid service. What you send (photos, position, words) is used only to deal with what you report; it is not published or passed on. /mydata shows what we keep.
greeting-resident = Tell us: a photo, a location, a line of text, in any order. Somebody from the grid will come.
greeting-worker = Hello. Seen something? Send a photo, a location and a line, in any order. /tasks shows what is on your hands.
ask-place = Got it. Where is it? Tap the button below to send your location, or type the place.
ask-place-again = Noted. The place is still missing: tap “Send location”, or type where it is.
ask-matter = Location received: {$ground}. What is it? Send a photo, a voice note or a line.
ask-matter-outside = Location received. What is it? Send a photo, a voice note or a line.
ask-after-photo = Settled by yourself: please send a photo of how it looks now.
pin-changed = The location you just sent replaces the one before.
pin-known = The location is known already; the more exact one stays.
pin-unreadable = That location cannot be read. Please send it again, or type the place.
file-unreadable = That file did not arrive. Please send it again.
unknown-kind = I cannot read that. Photos, voice, text and locations are fine; /help shows how it works.
unknown-command = There is no command /{$name}. /help shows what there is.
contact-not-needed = No telephone number is needed. To bind this chat use the code from your administrator: /start CODE.
edit-unknown = That edit came too late for the card. Please reply to the card with what has changed.
number-mistyped = A digit of that case number is wrong. Please compare it with the card.
nothing-unfinished = There is nothing unfinished.
discarded = { $pieces ->
    [one] Dropped: the message you just sent is not reported.
    *[other] Dropped: the {$pieces} messages you just sent are not reported.
}
kept-pieces = { $pieces ->
    [one] The message you sent before is still here. Send a location to report it.
    *[other] The {$pieces} messages you sent before are still here. Send a location to report them.
}
not-added = Not added to {$number}: {$why}
begun-anew = {$number} is finished; what you just sent begins a new report. To add to that one, reply to its card.
see-voice = see the voice note

button-send-location = 📍 Send location
button-no-pin = No location, report the words
button-discard = Do not report
button-place-of = It is the place of {$number}

## Card

card-title = [{$state}] Case {$number}
card-matter = Matter: {$matter}
card-matter-guessed = Matter: {$matter} (guessed, can be changed)
card-ground = Grid: {$ground}
card-ground-outside = Grid: outside every grid, with {$desk}
card-ground-unknown = Grid: not known yet, with {$desk}
card-place = Place: {$place}
card-words = What: {$words}
card-photos = { $photos ->
    [one] With {$photos} photo
    *[other] With {$photos} photos
}
card-voices = { $voices ->
    [one] With {$voices} voice note
    *[other] With {$voices} voice notes
}
card-photos-voices = With photos: {$photos}, voice notes: {$voices}
card-waits = Waits for {$desk} to dispatch it
card-lead = Lead: {$lead}
card-lead-helpers = Lead: {$lead}; helpers: {$helpers}
card-evidence = Arrival: {$evidence}, {$distance} from the place
card-evidence-blind = Arrival: {$evidence}
card-due-answer = Answer: {$left} (by {$until})
card-due-arrive = Arrive: {$left} (by {$until})
card-due-settle = Settle: {$left} (by {$until})
card-provisional = {" "}(provisional: calendar not published)
card-suspended = Suspended, the clock runs again from {$until}
card-settled = Done: {$words}
card-self-resolved = Settled by the reporter: {$words}
card-department = Called {$unit}: {$stage}
card-department-lead = Called {$unit}: {$stage}, led by {$lead}
card-reason = Reason: {$reason}
card-merged = Goes on as case {$number}
flag-escalated = Escalated to {$level}
flag-supervised = Supervised
flag-urged = Urged
flag-reworked = { $times ->
    [one] Reworked once
    *[other] Reworked {$times} times
}
flag-reopened = { $times ->
    [one] Reopened once
    *[other] Reopened {$times} times
}

button-answer = ✋ I am coming
button-arrive = 📍 Arrived
button-settle = ✅ Settled
button-return = ↩ Send back
button-call = 📣 Call a department
button-join = 🤝 I will help
button-extend = ⏳ More time
button-reply = 💬 Reply
button-whistle = 📣 Blow the whistle
button-decline = Decline
button-check-yes = 👍 Really settled
button-check-no = 👎 Not settled
button-rate-1 = 1 ★
button-rate-2 = 2 ★
button-rate-3 = 3 ★
button-rate-4 = 4 ★
button-rate-5 = 5 ★
button-reopen = 🔁 Reopen
button-category = Change matter
button-grid = Change grid
button-self-resolve = Settled on the spot
button-undo = Undo
button-is-grid = It is {$grid}
button-same-as = Same as {$number} ({$matter})
button-show = Show the card
button-found = It is there
button-not-found = Not there
button-case = {$index}. {$number}
button-back = ‹ Back
button-more = More ›
button-all-matters = All matters
button-arrive-blind = Arrived, without location

## Menus and questions

arrival-ask = {$number}: you are there? Tap the button below to send your location.
arrival-ask-group = {$number}: when you are there, reply to this with your location, or tap the button below.
arrival-still-asked = Received. The location is still missing: tap “Send location”, or “Arrived, without location”.
arrival-forwarded = A forwarded location is no arrival. Please send your own present one.
settle-condition = Which closing condition is met?
settle-condition-first = Received. Please tap the closing condition above, too.
settle-ask-line = Write a line on what was done (a voice note is fine, too).
settle-ask-line-photo = Send a photo of how it looks now and a line on what was done; a photo with a caption does both.
reply-to-this = Please reply to this message; in a group the bot hears nothing else.
settle-ask-photo = A photo of how it looks now is still missing.
set-aside = Settling {$number} is put aside; what you sent for it is on the card. Tap “Settled” again to go on.
photo-kept-line-asked = Received. Please write the reason, too.
line-asked = Please type a line, or /cancel.
question-cancelled = All right, that step is cancelled.
ask-why-return = Why send it back? Tap one, or type the reason.
return-not-our-grid = Not our grid
return-needs-department = For a department
return-duplicate = Reported twice
return-not-found = Nothing found there
ask-why-failed = What is not settled? Write a line; a photo helps.
ask-why-reopen = Why open it again? Write a line.
ask-why-extend = Why is more time needed? A dispatcher decides.
ask-why-decline = Why decline it? The reporter will be told.
ask-reply = Please write how far it is.
call-why = Why call a department?
department-ask = Which department? Tap one, or type part of its name.
department-found = Found:
department-none = No department has “{$words}” in its name. Try other words.
category-ask = Choose the matter:
category-ask-major = Choose the class first:
grid-ask = Which grid is it?
grid-none = There is no other grid nearby. Please reply to the card and say so.
merge-reason = The reporter says it is the same as {$number}
precheck-there = it is there
precheck-not-there = nothing found there

## Done

done-answer = You lead {$number}. Please go there as soon as you can.
done-join = Thank you, you help with {$number}.
done-arrive = Arrival at {$number} noted.
done-settle = {$number} is settled and waits for the check.
done-self-resolve = {$number} is recorded as settled by yourself. Thank you.
done-return = {$number} was sent back; a dispatcher decides.
done-call = {$unit} was called to {$number}.
done-score = {$unit} was given {$score} of 5.
done-extend = More time for {$number} was asked for.
done-reply = Your reply on {$number} was passed on.
done-merge = It goes on as {$number}; you will be told of its steps.
done-check-yes = {$number} passed the check and is closed.
done-check-no = {$number} did not pass the check and goes back.
done-rate = Thank you for the rating.
done-reopen = {$number} is open again; somebody will come.
done-decline = {$number} was declined; the reporter is told.
done-whistle = The whistle for {$number} is blown.
done-precheck = Your finding on {$number} was passed on. Thank you.
done-undo = {$number} was taken back.
done-category = Matter: {$matter}
done-grid = Grid: {$ground}
done-locate = Location of {$number} noted: {$ground}.
done-locate-desk = Location of {$number} noted; it is with {$desk}.
done-add = Added to {$number}.
done-detach = { $pieces ->
    [one] Another place, another report: the message you just sent moved here from {$number}.
    *[other] Another place, another report: the {$pieces} messages you just sent moved here from {$number}.
}
done-amend = {$number} now has the edited words.

## Refusals: what is wrong, and what to do instead

no-such-case = There is no such case, or it is not in your units. /tasks shows yours.
button-unknown = This button no longer works. /tasks opens the card again.
bind-group-first = This group is not bound to a unit yet. Bind it first: /start CODE. Your administrator has the code.
only-in-private = That is yours alone: please ask me in a private chat.
bind-first = Please bind yourself first in a private chat: /start CODE. Your administrator has the code.
refused-taken = {$lead} leads already. To go along, tap “I will help”.
refused-only-lead = {$lead} leads this case and has to do this step.
refused-unit = {$unit} cannot take this. Please choose another.
refused-person = {$person} cannot do this. Please choose somebody else.
refused-called = {$unit} is called already; the card shows how far it is.
refused-too-late = The limit ran out at {$due}; more time must be asked for before. Please settle it, or talk to the dispatcher.
refused-no-extension = { $used ->
    [one] It was extended once, which is all. Send it back or call a department.
    *[other] It was extended {$used} times, which is all. Send it back or call a department.
}
refused-date = The date must be after {$earliest} and not after {$latest}.
refused-suspended = The clock is stopped until {$until}. A dispatcher can let it run again.
refused-window = The time for this ended at {$ended}. Please report it anew.
refused-too-much = A case holds {$most} pieces. Please report the rest as another case.
refused-already-done = You have done this already.
refused-not-arrived = Tap “Arrived” first, then “Settled”.
refused-reason-missing = A reason is still missing.
refused-photo-missing = A photo of how it looks now is still missing.
refused-words-missing = A line on what was done is still missing.
refused-condition = There is no such closing condition. Tap “Settled” again and choose one.
refused-category = There is no such matter. Tap “Change matter” again.
refused-owner-missing = The map gives no owner. Please name a grid or department in the console.
refused-no-extension-asked = Nobody has asked for more time.
refused-extension-waits = More time was asked for already; a dispatcher decides.
refused-suspended-before = A case is suspended once only, and this one was.
refused-not-suspended = It is not suspended; the clock runs.
refused-score = Please give 1 to 5.
refused-own-work = Somebody else has to check what you settled.
refused-same-case = This is the same case; there is nothing to merge.
refused-merge = It cannot be merged into that case, which may have ended.
refused-top-level = It is before the district already.
refused-nothing-owed = Nobody waits for a reply.
refused-piece = There is no such piece in the case.
refused-not-reporter = Only the reporter can do this.
refused-empty = There is nothing in it yet: send a photo or a line.
refused-not-yours = This step is for somebody else. Ask the lead or the dispatcher.
refused-whistled = Nobody has answered yet. Tap “I am coming” first.
refused-reported = It is with the dispatcher; it can be handled once the whistle is blown.
refused-settled = It is settled already and waits for the check.
refused-ended = It is {$state} already; nothing more is needed.
refused-state = It is “{$state}” now, so this cannot be done. See the buttons of the card.

## Notices

notice-case = {$number} · {$matter} · {$place}
notice-triage = A case waits for your decision
notice-unheard = The whistle went to {$unit}, where nobody is to answer it: give it to another unit, or have people loaded
notice-returned = {$unit} sent it back: {$reason}
notice-remind-answer = Please answer: {$left} (by {$until})
notice-remind-arrive = Please go there: {$left} (by {$until})
notice-remind-settle = Please settle it: {$left} (by {$until})
late-answer = Not answered in time
late-arrive = Nobody there in time
late-settle = Not settled in time
notice-escalated = {$late}: escalated to {$level}. Please see to it, or act yourself
notice-escalated-reason = Escalated to {$level}: {$reason}
notice-escalated-check = Not checked in time: escalated to {$level}. Please check it, or have it checked
notice-escalated-triage = Not dispatched in time: escalated to {$level}. Please see to it, or act yourself
notice-coming = {$unit} has answered and somebody is on the way
notice-here = Somebody is on the spot
notice-arrival = {$evidence}
notice-check-asked = It is done: {$words}. Is it really settled? (by {$until})
notice-check-wanted = Please check how this was settled
notice-reworked = It did not pass the check, please go again: {$reason}
notice-closed = What you reported is closed. How was it?
notice-reopened = The reporter opened it again: {$reason}
notice-declined = What you reported was not accepted: {$reason}
notice-voided = This case is void: {$reason}
notice-merged = It is the same matter as {$number} and goes on there; you will be told of its steps
notice-reassigned = Given to {$unit}: {$reason}
notice-department-called = {$unit} was called: {$reason}
notice-department-step = {$unit}: {$stage}
notice-department-step-lead = {$unit}: {$stage}, led by {$lead}
notice-department-settled = {$unit} has finished. How well did they work with you?
notice-extension-asked = {$name} asks for more time: {$reason}. Please decide in the console
notice-extended = More time granted, until {$until}. {$words}
notice-not-extended = More time was not granted. {$words}
notice-suspended = Suspended until {$until}: {$reason}
notice-resumed = No longer suspended; the clock runs
notice-urged = {$name} asks you to hurry: {$words}
notice-supervised = {$name} supervises this case: {$words}. Please reply how far it is
notice-replied = {$name} replies: {$words}
notice-precheck-asked = You are near: please look whether it is really there
notice-prechecked-there = Checked: it is there. {$words}
notice-prechecked-not-there = Checked: nothing there. {$words}
notice-joined = {$name} comes to help you

## Lists

tasks-none = Nothing is on your hands.
tasks-title = { $cases ->
    [one] {$cases} open task
    *[other] {$cases} open tasks, most urgent first
}
mine-none = You have not reported anything yet.
mine-title = { $cases ->
    [one] Your {$cases} report
    *[other] Your {$cases} reports
}
list-row = {$index}. {$state} · {$time}
    {$what}
    {$place}
list-state-mine = {$state} (you lead)
list-suspended = suspended
list-more = And {$more} more.
stats-title = {$unit} · last {$days} days
stats-counts = {$reported} reported; {$open} open, {$late} of them late
stats-answer = Answered: half within {$median}, nine in ten within {$high}
stats-response = On the spot: half within {$median}, nine in ten within {$high}
stats-settlement = Settled: half within {$median}, nine in ten within {$high}
stats-arrived-on-time = On the spot in time: {$share}
stats-handled-on-time = Settled in time: {$share}
stats-self-resolved = Settled by the reporter: {$share}
stats-reworked = Reworked: {$share}
mydata-title = What we keep about you
mydata-name = Name: {$name}
mydata-posts = Posts: {$posts}
mydata-phone = Telephone: the number in the roster is kept encrypted; a dispatcher may look it up where a case needs it, and each look is recorded.
mydata-reports = Your newest reports: {$numbers}
mydata-no-reports = There is no report of yours.
mydata-chat = Besides, the messages of this chat and the photos, voice notes and positions you sent.
mydata-rights = To correct or erase it, ask the dispatcher of your community; the case itself stays, without your identity.

## Start, help, language

bound = {$name}, this chat is bound: {$posts}.
bound-how = Seen something? Send a photo, a location and a line, in any order. /help shows more.
bound-group = This group is bound to {$unit}. Whistles come here, and a button counts for whoever pressed it.
not-bound = That code is wrong, used or too old. Please ask your administrator for another.
start-group = To bind this group send /start CODE. Your administrator has the code.
language-ask = Which language?
language-set = All right, English from now on.
help-title = How it works
help-report = Report: photos, voice, text and a location sent within two minutes of each other are one report, in any order.
help-self-resolve = Settled it yourself? Send a photo of how it looks now and the location, with a text that begins with “done”.
help-whistle = At a whistle tap “I am coming”, then “Arrived”, then “Settled”. Not yours? “Send back”. Needs a department? “Call a department”. Reply to a card to add to it.
help-commands = /tasks · /mine · /stats · /language · /mydata · /cancel
help-resident = Tell us: a photo, a location, a line of text, in any order. You will be told of every step; /mine shows how far it is.
help-bind = Grid staff: please bind this chat first with /start CODE.
help-group = Use the buttons of a card to answer, arrive and settle; reply to a card to add to it; /tasks lists what is open. I do not join in your talk.
command-tasks = Open tasks, most urgent first
command-mine = My reports
command-stats = My unit's figures
command-language = Language 语言
command-mydata = What is kept about me
command-help = How it works
command-cancel = Cancel the present step

unreachable = ⚠ Messages no longer reach { $person } ({ $unit }). { $number } Please call them.
