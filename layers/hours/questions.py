"""What a clerk is asked where opening hours cannot be read: finding and remedy, by the kind of doubt."""

from __future__ import annotations

from geo.errors import Fault, InputError
from geo.text import Text

_SHOWN = 60

_QUESTIONS: dict[str, tuple[Text, Text]] = {
    "hours": (
        Text("These opening hours cannot be read", "无法识别的开放时间"),
        Text(
            "Write days and times, such as `Mo-Fr 09:00-17:00; PH off`",
            "请写明星期和起止时间，例如“周一至周五 9:00-17:00，法定节假日休息”",
        ),
    ),
    "hours-word": (
        Text("A part of these opening hours is not understood", "开放时间中有无法识别的内容"),
        Text(
            "Write days and times alone, such as `Mo-Fr 09:00-17:00; PH off`; put the rest into a remark",
            "请只写星期和起止时间，例如“周一至周五 9:00-17:00，法定节假日休息”；其他说明请另列备注",
        ),
    ),
    "hours-long": (
        Text("These opening hours are too long to be read", "开放时间文字过长"),
        Text("Write days and times alone", "请只写星期和起止时间"),
    ),
    "hours-ambiguous": (
        Text("A time may mean the morning or the afternoon", "时间有歧义，无法区分上午、下午或次日"),
        Text(
            "Is it 13:30 or 01:30? Write 13:30 or 下午1:30; a time of the next day as 次日5:00",
            "请改用 24 小时制，例如 13:30；或注明“下午1:30”；次日的时间请写“次日5:00”",
        ),
    ),
    "hours-times": (
        Text("No times are given: open from when to when?", "未写明起止时间"),
        Text(
            "Add the times, such as 9:00-17:00; write 24小时 where it never closes",
            "请补充起止时间，例如 9:00-17:00；全天不关门的请写“24小时”",
        ),
    ),
    "hours-days": (
        Text("It is not clear which days these times hold on", "无法判断各时间对应的日期"),
        Text(
            "Write the days before their times, each day once: `Mo-Fr 09:00-17:00; Sa 09:00-12:00`",
            "请先写星期、后写时间，同一天只写一次，例如“周一至周五 9:00-17:00，周六 9:00-12:00”",
        ),
    ),
    "hours-both": (
        Text(
            "One day has two sets of times: do the later ones come on top, or instead?",
            "同一天写有两组时间，无法判断是增加还是替代",
        ),
        Text("Write all times of each day together", "请将每天的全部时段写在一起"),
    ),
    "hours-overlap": (
        Text("Two times of one day overlap", "同一天的时段互相重叠"),
        Text(
            "Write times that follow each other: 9:00-12:00, 13:30-17:00",
            "请写首尾不重叠的时段，例如“9:00-12:00，13:30-17:00”",
        ),
    ),
    "hours-season": (
        Text("A season is named without its dates", "写有季节或学期，但未写起止日期"),
        Text(
            "From which date to which? Write 5月1日-9月30日 8:00-18:00",
            "请写明起止日期，例如“5月1日-9月30日 8:00-18:00，10月1日-4月30日 8:30-17:30”",
        ),
    ),
    "hours-season-days": (
        Text("It is not clear whether the days hold in every season", "无法判断星期是否适用于各季节"),
        Text("Write the days beside the times of each season", "请在每个季节的时间前写明星期"),
    ),
    "hours-rota": (
        Text("Days by turns: which days are they?", "写有单双日、隔周、单休等轮换安排"),
        Text(
            "Name the days of the week, such as 周一、三、五",
            "请写明具体是星期几，例如“周一、三、五”或“周日休息”",
        ),
    ),
    "hours-festival": (
        Text("A festival or a vacation is named without its dates", "写有节日或假期名称，但未写日期"),
        Text(
            "Write its dates (1月1日休息), or 法定节假日休息 for all public holidays",
            "请写明日期，例如“1月1日休息”；全部法定节假日休息的，请写“法定节假日休息”",
        ),
    ),
    "hours-appointment": (
        Text("Open by appointment: when are the doors open to all?", "须预约，无法判断不预约时是否开放"),
        Text(
            "Write the times that need no appointment, or leave the cell empty",
            "请写明无须预约即可进入的时间；全部须预约的请留空，并另列备注",
        ),
    ),
    "hours-notice": (
        Text("The times are left to a notice or to circumstances", "时间以通知或实际情况为准，未写明"),
        Text("Write the times that usually hold", "请写明通常的起止时间"),
    ),
    "hours-now": (
        Text("This says what it is now, not its times", "写的是当前状态，不是开放时间"),
        Text("Write days and times", "请写明星期和起止时间，例如“每天 9:00-21:00”"),
    ),
    "hours-about": (
        Text("The times are approximate", "时间为约数"),
        Text("Write exact times", "请写明确切的起止时间"),
    ),
    "hours-whole-day": (
        Text("'All day' may mean 24 hours or office hours", "“全天”可能指 24 小时，也可能指上班时间"),
        Text("Write 24小时 or the times", "请写“24小时”或起止时间"),
    ),
    "hours-part": (
        Text("A part of the day is named without its times", "只写了上午、下午或晚上，未写起止时间"),
        Text("From when to when? Write 上午 8:30-11:30", "请写明起止时间，例如“上午 8:30-11:30”"),
    ),
    "hours-break": (
        Text("A midday break is named without its times", "写有午休，但无法判断午休时间"),
        Text("From when to when? Write 午休 12:00-13:30", "请写明午休起止时间，例如“午休 12:00-13:30”"),
    ),
    "hours-holiday": (
        Text(
            "It is not clear whether the place is open or closed on public holidays",
            "无法判断法定节假日是否开放",
        ),
        Text("Write 法定节假日开放 or 法定节假日休息", "请写“法定节假日照常开放”或“法定节假日休息”"),
    ),
    "hours-contradiction": (
        Text("These opening hours contradict themselves", "开放时间前后矛盾"),
        Text("Write each day once, with its times or 休息", "请将每一天只写一次，并写明时间或“休息”"),
    ),
    "hours-osm": (
        Text(
            "These opening hours are not in OpenStreetMap's syntax",
            "不符合 OpenStreetMap 的 opening_hours 写法",
        ),
        Text("Write them like `Mo-Fr 09:00-17:00; PH off`", "请写成“周一至周五 9:00-17:00”这样的形式"),
    ),
}


def question(code: str, text: str, part: str = "") -> InputError:
    """Return the error that asks about opening hours.

    Parameters
    ----------
    code
        The kind of doubt.
    text
        What the cell says.
    part
        The words that are not understood, where the doubt is about them alone.
    """
    what, fix = _QUESTIONS[code]
    if part:
        what = Text(f"{what.en}: '{part[:_SHOWN]}'", f"{what.zh}：“{part[:_SHOWN]}”")
    return InputError([Fault(what, fix, value=_short(text), code=code)])


def _short(text: str) -> str:
    return " ".join(text[: 4 * _SHOWN].split())[:_SHOWN]
