"""日历、单位、窗口、人员与事项: the acts by which the office says what it is and offers."""

from bancheng.app.acts.act import (
    ADMIN,
    DUTY,
    EFFICIENCY,
    HEAD,
    SYSTEM,
    Act,
    Aggregate,
)
from bancheng.domain.office import (
    absence,
    calendars,
    credentials,
    item,
    item_publication,
    keys,
    rulebooks,
    second_factor,
    staff,
    stand_ins,
    unit,
    window,
    window_terms,
)
from bancheng.domain.people import Role

UNIT = Aggregate("unit-", "单位", unit.Unit, unit.evolve, named_by=lambda command: command.code)
WINDOW = Aggregate(
    "window-", "窗口", window.Window, window.evolve, named_by=lambda command: command.code
)
STAFF = Aggregate(
    "staff-", "人员", staff.Member, staff.evolve, named_by=lambda command: command.staff_id
)
ITEM = Aggregate(
    "item-", "事项", item.CatalogueEntry, item.evolve, named_by=lambda command: command.code
)
CALENDAR = Aggregate(
    "calendar-", "日历", calendars.CalendarRegister, calendars.evolve, named_by=lambda _: "hall"
)
RULEBOOK = Aggregate(
    "rulebook-", "规则库", rulebooks.RuleBookRegister, rulebooks.evolve, named_by=lambda _: "hall"
)
CREDENTIALS = Aggregate(
    "credentials-", "全厅凭证", credentials.HallCredentials, credentials.evolve,
    named_by=lambda _: "hall",
)  # fmt: skip
KEYS = Aggregate("keys-", "主密钥", keys.MasterKeyRegister, keys.evolve, named_by=lambda _: "hall")
ANYBODY = tuple(role for role in Role if role is not SYSTEM)
_OF_STAFF = "人员名册"
_AB = "服务双岗制、去向留言制"

ACTS: tuple[Act, ...] = (
    CALENDAR.act(calendars.PublishCalendar, calendars.publish_calendar, ADMIN, EFFICIENCY,
                 basis="国务院办公厅节假日安排通知"),
    RULEBOOK.act(rulebooks.PublishRuleBook, rulebooks.publish_rulebook, ADMIN, EFFICIENCY,
                 basis="本厅规则库"),
    UNIT.act(unit.RegisterUnit, unit.register_unit, ADMIN, basis="单位名册"),
    UNIT.act(unit.CloseUnit, unit.close_unit, ADMIN, basis="单位名册"),
    WINDOW.act(window.RegisterWindow, window.register_window, ADMIN, basis="窗口名册"),
    WINDOW.act(window.CloseWindow, window.close_window, ADMIN, basis="窗口名册"),
    WINDOW.act(window_terms.ArrangeWindow, window.arrange_window, ADMIN, basis="一窗受理"),
    WINDOW.act(window_terms.StaffWindow, window.staff_window, ADMIN, DUTY, basis="一窗受理"),
    WINDOW.act(window_terms.EndWindowDuty, window.end_duty, ADMIN, DUTY, basis="一窗受理"),
    WINDOW.act(window.TakeOverWindow, window.take_over_window, SYSTEM, basis="单位名册"),
    STAFF.act(staff.RegisterStaff, staff.register_staff, ADMIN, basis="人员名册"),
    STAFF.act(staff.DismissStaff, staff.dismiss_staff, ADMIN, basis="人员名册"),
    STAFF.act(absence.NoteAbsence, staff.note_absence, *ANYBODY, basis=_AB),
    STAFF.act(absence.EndAbsence, staff.end_absence, *ANYBODY, basis=_AB),
    STAFF.act(stand_ins.NameStandIn, staff.name_stand_in, HEAD, DUTY, ADMIN, basis=_AB),
    STAFF.act(stand_ins.EndStandIn, staff.end_stand_in, HEAD, DUTY, ADMIN, basis=_AB),
    STAFF.act(staff.TakeOverStaff, staff.take_over_staff, SYSTEM, basis="单位名册"),
    STAFF.act(credentials.IssuePassword, credentials.issue_password, ADMIN, basis=_OF_STAFF),
    STAFF.act(credentials.ChangePassword, credentials.change_password, *ANYBODY,
              basis=_OF_STAFF, offered=False),
    STAFF.act(second_factor.EnrolSecondFactor, second_factor.enrol_second_factor, *ANYBODY,
              basis=_OF_STAFF, offered=False),
    STAFF.act(second_factor.RemoveSecondFactor, second_factor.remove_second_factor, ADMIN,
              basis=_OF_STAFF),
    STAFF.act(credentials.IssueToken, credentials.issue_token, ADMIN, basis=_OF_STAFF),
    STAFF.act(credentials.RevokeCredential, credentials.revoke_credential, *ANYBODY,
              basis=_OF_STAFF),
    STAFF.act(credentials.RevokeCredentials, credentials.revoke_credentials, *ANYBODY,
              basis=_OF_STAFF),
    STAFF.act(credentials.SlowSignIn, credentials.slow_sign_in, SYSTEM, basis=_OF_STAFF),
    CREDENTIALS.act(credentials.RevokeHallCredentials, credentials.revoke_hall_credentials, ADMIN,
                    basis=_OF_STAFF),
    KEYS.act(keys.BeginKeyRotation, keys.begin_rotation, ADMIN, basis="密码应用安全性评估",
             offered=False),
    KEYS.act(keys.EndKeyRotation, keys.end_rotation, ADMIN, basis="密码应用安全性评估",
             offered=False),
    ITEM.act(item_publication.PublishItem, item.publish_item, ADMIN, basis="事项目录"),
    ITEM.act(item.ConfirmItem, item.confirm_item, ADMIN, basis="事项目录"),
    ITEM.act(item.WithdrawItem, item.withdraw_item, ADMIN, basis="事项目录"),
    ITEM.act(item.TakeOverItem, item.take_over_item, SYSTEM, basis="单位名册"),
)  # fmt: skip
