"""The page of candidates: a form, an order, and reasons that add up."""


def test_the_page_opens(client):
    assert client.get("/bibliotheques-candidates").status_code == 200
