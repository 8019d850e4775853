"""What the program may say to its operator: the name of every line of the log.

It stands below everything that logs, beside the domain, which says nothing.
"""

from enum import StrEnum
from typing import Self


class LogLine(StrEnum):
    """日志名: the static name of a line, and what it means. docs/operations.md lists them all."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    SERVER_STARTED = "server_started", "服务已启动"
    SERVER_STOPPED = "server_stopped", "服务已停止"
    REQUEST_DONE = "request_done", "请求已应答"
    REQUEST_FAILED = "request_failed", "请求因程序错误失败"
    SIGNED_IN = "signed_in", "已登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    SIGN_IN_REFUSED = "sign_in_refused", "登录未予受理(次数过多、系统忙、初始密码等)"
    SIGNED_OUT = "signed_out", "已退出登录"
    PASSWORD_CHANGED = "password_changed", "密码已更改"
    SECOND_FACTOR_ENROLLED = "second_factor_enrolled", "动态口令已启用"
    COMMAND_DONE = "command_done", "命令已办理"
    COMMAND_REJECTED = "command_rejected", "命令被规则拒绝"
    PROJECTION_STOPPED = "projection_stopped", "台账遇到不能处理的事件而停止"
    PROJECTION_REBUILT = "projection_rebuilt", "台账已重建并切换"
    PROJECTION_BUILD_LEFT = "projection_build_left", "重建已由其他进程接手"
    PROJECTION_RETRIED = "projection_retried", "台账因临时故障重试"
    WARNING_NOT_RAISED = "warning_not_raised", "预警在发出前已不适用"
    RUNG_NOT_CLIMBED = "rung_not_climbed", "督促阶梯在升级前已不适用"
    RUNG_REFUSED = "rung_refused", "督促阶梯被规则拒绝,稍后再试,须人工核实"
    EFFECT_NOT_TAKEN = "effect_not_taken", "时限届满的法律效果在记录前已不适用"
    REACTION_MOOT = "reaction_moot", "联动在办理前已不适用"
    REACTION_REFUSED = "reaction_refused", "联动被规则拒绝,不再重试,须人工核实"
    ERASURE_REFUSED = "erasure_refused", "已批准的删除不能执行,须人工核实"
    NOTICE_FAILED = "notice_failed", "通知多次发送不成,不再尝试,可重新发送"
    NOTICE_FAULT = "notice_fault", "通知因程序错误未能发送,稍后重试"
    RECEIVER_DOWN = "receiver_down", "通知的接收方不应答,稍后重试"
    NOTICE_UNRECORDED = "notice_unrecorded", "通知的结果不能记入留痕,须人工核实"
    SWEEP_FAILED = "sweep_failed", "巡检的一个环节失败,稍后重试"
    LIMITS_REPLANNED = "limits_replanned", "时限已按新日历重新定期"
    PEOPLE_INDEXED = "people_indexed", "查人索引已补建完成"
