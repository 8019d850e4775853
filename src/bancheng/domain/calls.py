"""通话: what came of a telephone call to somebody a matter is about, whoever made it and why."""

from bancheng.domain.errors import InvalidInput
from bancheng.domain.labelled import Labelled
from bancheng.domain.people import FreeText


class CallResult(Labelled):
    """通话结果: what came of a call. Only who was connected was reached."""

    CONNECTED = "connected", "接通"
    NO_ANSWER = "no_answer", "未接"
    OUT_OF_SERVICE = "out_of_service", "停机"
    WRONG_NUMBER = "wrong_number", "错号"

    @property
    def reached(self) -> bool:
        """Whether the call reached whom it was for."""
        return self is CallResult.CONNECTED


def check_note(result: CallResult, note: FreeText | None, field: str) -> None:
    """``InvalidInput`` if a call reached nobody and nobody says how it was tried."""
    if not result.reached and note is None:
        raise InvalidInput(
            "CALL_NOTE_MISSING",
            f"本次通话{result.label},须写明情况",
            field=field,
            remedy="请填写拨打的情况,如几次拨打、何时再拨",
        )
