"""凭证的叙述: passwords and tokens given out, and what was revoked."""

from collections.abc import Mapping
from typing import Final

from bancheng.domain.events import Event
from bancheng.domain.office.credential_events import (
    CredentialRevoked,
    CredentialsRevoked,
    HallCredentialsRevoked,
    PasswordChanged,
    PasswordIssued,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SignInSlowed,
    TokenIssued,
)
from bancheng.projections.wording.wording import Part, Saying, says

SAYINGS: Final[Mapping[type[Event], Saying]] = {
    PasswordIssued: says("为工号 {registered} 签发一次性的初始密码[,有效至 {valid_until}]"),
    PasswordChanged: says("更改工号 {registered} 的密码"),
    SecondFactorEnrolled: says("启用工号 {registered} 的动态口令"),
    SecondFactorRemoved: says("解除工号 {registered} 的动态口令"),
    TokenIssued: says(
        "为工号 {registered} 签发令牌[,用于「{purpose}」],有效至 {valid_until}",
        parts={"purpose": Part("令牌用途")},
    ),
    CredentialRevoked: says(
        "吊销工号 {registered} 的一个{kind} {credential_id}",
        parts={"kind": Part("凭证种类"), "credential_id": Part("凭证标识")},
    ),
    CredentialsRevoked: says("吊销工号 {registered} 的全部会话与令牌"),
    HallCredentialsRevoked: says("吊销全厅的会话与令牌", reason="reason"),
    SignInSlowed: says(
        "工号 {registered} 连续 {failures} 次密码或动态口令错误,登录放缓",
        parts={"failures": Part("密码错误次数")},
    ),
}
