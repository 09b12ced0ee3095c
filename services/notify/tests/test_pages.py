import pytest
from httpx2 import AsyncClient

pytestmark = pytest.mark.real


async def test_the_front_page_says_that_there_is_nothing_yet(client: AsyncClient):
    page = await client.get("/notices")

    assert page.status_code == 200
    assert "いまお知らせはありません" in page.text
