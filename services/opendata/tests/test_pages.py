import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.real


async def test_the_front_page_says_that_there_is_nothing_yet(client: AsyncClient):
    page = await client.get("/data")

    assert page.status_code == 200
    assert "まだ公開されたデータはありません" in page.text
