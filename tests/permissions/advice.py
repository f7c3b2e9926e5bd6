"""The format adviser is public."""

ROUTES = {
    "advice.questions": "yes yes yes yes yes yes yes",
}
