"""A clerk who changes dates of the plan through the door for machines."""

from dataclasses import dataclass
from typing import Any

from httpx2 import AsyncClient

BODY, TAKEN_ON = "岩沼市デジタル化推進本部", "2026-11-20"


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody who may change dates, and does so whatever anybody else has changed."""

    client: AsyncClient
    token: str

    async def decides(
        self, value: str | None, milestone: str = "ms-std20", **more: Any
    ) -> dict[str, Any]:
        """Move a due date by a decision; the answer with the milestone and the event."""
        decision = {"body": BODY, "taken_on": TAKEN_ON, "chosen": "期限を改める"}
        decision["effect"] = more.pop("effect", "revise")
        said = {"subject_id": milestone, "attr": "due", "value": value, "decision": decision}
        return await self._says({**said, "reason": "移行の確認に時間が要るため", **more})

    async def saw(self, value: str, milestone: str = "ms-std20") -> dict[str, Any]:
        """Record that a milestone was reached."""
        evidence = [{"source": "岩沼市議会定例会の会議録", "lines": "12"}]
        said = {"subject_id": milestone, "attr": "actual", "value": value, "evidence": evidence}
        return await self._says(said)

    async def heard(self, value: str, milestone: str = "ms-std20") -> dict[str, Any]:
        """Record when somebody else expects that a milestone is reached."""
        evidence = [{"source": "特定移行支援システムの該当見込み"}]
        said = {"subject_id": milestone, "attr": "reported", "value": value, "evidence": evidence}
        return await self._says({**said, "asserter": "digital-agency"})

    async def corrects(self, assertion_id: int, value: str, reason: str) -> dict[str, Any]:
        """Put right what was recorded wrongly."""
        return await self._says({"value": value, "reason": reason}, f"/{assertion_id}/correct")

    async def _says(self, said: dict[str, Any], to: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "If-Match": "*"}
        path = f"/api/roadmap/assertions{to}"
        answer = await self.client.post(path, json=said, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()
