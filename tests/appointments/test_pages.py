from starlette.testclient import TestClient

from world import MILD, open_practice

STEPS = {
    "/check": ("emergency_signs", "unwell_signs"),
    "/check/pain": ("regions", "spread", "duration", "trend", "onset", "pain", "function"),
    "/check/you": ("age", "history"),
}


def test_sending_without_a_filled_in_form_leads_back_to_the_form(client: TestClient) -> None:
    practice = open_practice(client)
    for path, questions in STEPS.items():
        client.post(path, data={name: MILD[name] for name in questions})

    form = f"/clinics/{practice.clinic_id}/request"
    answer = client.post(f"{form}/review", data={}, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, form)
