"""A house with a language model behind a real endpoint."""

import pytest

from tests.endpoint import Endpoint, point


@pytest.fixture
def model(house):
    """Set the house up with an endpoint; gives a function that takes the reply."""
    opened = []

    def set_up(reply, **settings) -> Endpoint:
        endpoint = Endpoint(reply).__enter__()
        opened.append(endpoint)
        point(house, endpoint.url, **settings)
        return endpoint

    yield set_up
    for endpoint in opened:
        endpoint.__exit__()
