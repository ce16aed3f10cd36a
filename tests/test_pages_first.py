from starlette.testclient import TestClient


def test_the_service_answers(client: TestClient) -> None:
    assert client.get("/api/v1/clinics?zip=60601").json()["clinics"] == []
