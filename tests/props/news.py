"""News as notify's rules see it."""

from datetime import UTC, datetime

from notify.domain import News

MOVED = News(
    event_id="0199a0c4-5b1e-7c3a-9f20-3d6f1b2a4c5d",
    type="machi.roadmap.milestone.rescheduled.v1",
    recorded=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
    page="/plan/milestones/ms-std20",
    facts={
        "label": "標準化対応期限",
        "initiative": "2-1",
        "backfill": False,
        "reason": "移行の確認に時間が要るため",
        "old_due": "令和9年9月",
        "new_due": "令和9年12月",
        "decided": "岩沼市デジタル化推進本部（令和8年11月20日）",
        "ahead": False,
        "valid_from": "令和8年11月20日",
    },
)
