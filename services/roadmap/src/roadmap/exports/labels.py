"""What statuses, decisions, dates, sources and refusals are called: one word for each, on pages and in files."""

from chassis.saying import TooLong
from roadmap import domain
from roadmap.domain import Attribute, Effect, Mark, Origin, Status

STATUS: dict[Status, str] = {
    "reached": "達成",
    "reached_late": "遅れて達成",
    "missed": "期限超過",
    "unconfirmed": "結果の記載なし",
    "late_reported": "遅れの報告あり",
    "approaching": "期限が近い",
    "planned": "予定",
    "undated": "期日なし",
    "cancelled": "中止",
}
EFFECTS: dict[Effect, str] = {
    "none": "何も変えない",
    "ask": "調べる・問い合わせる",
    "revise": "期日を改める",
    "stop": "中止する",
    "replan": "計画を作り直す",
    "correct": "記録の誤りを直す",
}
"""What a decision does."""
ATTRIBUTES: dict[Attribute, str] = {"due": "期日", "reported": "ほかからの報告", "actual": "実績"}
"""Which date of a thing a statement is about."""
MARKS: dict[Mark, str] = {
    "S": "記載",
    "R": "復元",
    "I": "推定",
    "N": "計画に記載なし",
    "X": "外部",
}
ORIGINS: dict[Origin, str] = {**MARKS, "decided": "決定"}
"""What a statement rests on."""
WHY: dict[type[Exception], str] = {
    domain.UnknownMilestone: "この番号の節目はありません",
    domain.OutOfThePlan: "この節目は、計画からなくなっています",
    domain.NationsDate: "期日は国が決めたものです。市の決定では変わりません",
    domain.ReachedAlready: "この節目は達成されています。誤りなら、達成の記録を先に訂正してください",
    domain.NoDueDate: "この節目には、改める期日がありません",
    domain.Stopped: "この節目は、決定で中止になっています",
    domain.StatedAlready: "同じ内容が、もう記録されています。誤りなら訂正してください",
    domain.SameDate: "いまの期日と同じです",
    domain.OverAlready: "決めた日より前の期日です",
    domain.StopHasNoDate: "取りやめる決定では、日付を空欄にしてください",
    domain.UnknownDecision: "この番号の決定はありません",
    domain.UnfitDecision: "この決定は、この節目の期日を改めるものではありません",
    domain.DecidedBefore: "いまの版が決まる前の決定です",
    domain.DecisionNeeded: "期日が変わる行があります。もとになる決定を入力してください",
    domain.NotDecidedYet: "決めた日が、まだ来ていません",
    domain.TooEarlyToHold: "いまの期日が決まる前の日です",
    domain.TooFarAhead: "30年より先の日付です。年を確かめてください",
    domain.TooLongAgo: "明治より前の日付です。年を確かめてください",
    domain.NotYet: "まだ来ていない日です。起きたことや報告の日にはなりません",
    domain.NoFirstDay: "日付に、はじめの日がありません。いつからか分かるように入力してください",
    domain.NoReporter: "計画と国の期日は、計画の本文に書かれています。報告した機関を書いてください",
    domain.NoEvidence: "根拠の名前を書いてください",
    domain.NoReason: "理由を書いてください",
    domain.NoReasonForNoDate: "日付がない理由を書いてください",
    domain.NoDecision: "決めたところと、決めたことを書いてください",
    domain.NothingToCorrect: "記録と同じです。正しい日付を書いてください",
    domain.NotKnownAnyMore: "この記録は、もう直されています",
    TooLong: "長すぎて、変更を知らせることができません。短くしてください",
}
"""Why what somebody asked for cannot be, and what to do about it."""
