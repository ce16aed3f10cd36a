"""What is confirmed was kept: an answer leaves after the commit, or says that nothing was done."""

from starlette.testclient import TestClient

from world import count, house, open_practice, request_body


def test_what_was_not_committed_is_never_confirmed(client: TestClient) -> None:
    body = request_body(client, open_practice(client).clinic_id)
    database = house(client).database
    with database.engine.connect() as connection:
        for statement in FAIL_AT_COMMIT[database.engine.dialect.name]:
            connection.exec_driver_sql(statement)
        connection.commit()

    answer = client.post("/api/v1/requests", json=body)

    assert answer.status_code >= 500
    assert "follow_token" not in answer.text
    assert count(database, "appointments") == 0


# A constraint that is checked at COMMIT and not before, broken by every new event.
FAIL_AT_COMMIT = {
    "sqlite": (
        "CREATE TABLE ghosts (id INTEGER PRIMARY KEY)",
        "CREATE TABLE links (ghost INTEGER REFERENCES ghosts (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER late AFTER INSERT ON events BEGIN INSERT INTO links VALUES (1); END",
    ),
    "postgresql": (
        (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'refused'; END $$"
        ),
        (
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON events "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
        ),
    ),
}
