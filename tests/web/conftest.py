"""A house with a language model behind a real endpoint."""

import pytest
from pydantic import SecretStr

from tests.endpoint import KEY, MODEL, Endpoint


@pytest.fixture
def model(house):
    """Set the house up with an endpoint; gives a function that takes the reply."""
    opened = []

    def set_up(reply, **settings) -> Endpoint:
        endpoint = Endpoint(reply).__enter__()
        opened.append(endpoint)
        values = {"llm_base_url": endpoint.url, "llm_model": MODEL, "llm_api_key": SecretStr(KEY), **settings}
        house.settings = house.settings.model_copy(update=values)
        house.__dict__.pop("model", None)
        return endpoint

    yield set_up
    for endpoint in opened:
        endpoint.__exit__()
