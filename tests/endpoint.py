"""OpenAI-compatible servers for tests: one whose words the test chooses, and `transformers serve` with a tiny model."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from pydantic import SecretStr

MODEL = "tiny"
KEY = "sk-not-to-be-seen"


class Endpoint:
    """Answers chat completions over HTTP in the streaming protocol; `reply` turns a request into chunks or a response."""

    def __init__(self, reply: Callable[[dict], Iterator[str] | Response]) -> None:
        self.reply, self.seen = reply, []
        app = FastAPI()
        app.post("/v1/chat/completions")(self.complete)
        self.port = free_port()
        self.server = uvicorn.Server(uvicorn.Config(app, port=self.port, log_level="error"))

    async def complete(self, request: Request) -> Response:
        body = await request.json()
        self.seen.append({"body": body, "key": request.headers.get("authorization")})
        answer = self.reply(body)
        return (
            answer
            if isinstance(answer, Response)
            else StreamingResponse(events(answer), media_type="text/event-stream")
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> "Endpoint":
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = self.server.force_exit = True
        self.thread.join(5)


def point(house, url: str, **settings) -> None:
    """Let a house use the language model at `url`."""
    values = {"llm_base_url": url, "llm_model": MODEL, "llm_api_key": SecretStr(KEY), **settings}
    house.settings = house.settings.model_copy(update=values)
    house.__dict__.pop("model", None)


def events(chunks: Iterator[str]) -> Iterator[str]:
    for text in chunks:
        delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        value = {
            "id": "c",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": MODEL,
            "choices": [delta],
        }
        yield f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def passages(body: dict) -> list[str]:
    return [p["text"] for p in json.loads(body["messages"][-1]["content"])["passages"]]


def redirect(_: dict) -> Response:
    return RedirectResponse("http://127.0.0.1:1/v1/chat/completions", 307)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def transformers_server(folder: Path, letters: str) -> Iterator[str]:
    """`transformers serve` with a random model made in `folder`, which speaks in the given characters; gives its URL."""
    tiny_model(folder, letters)
    port = free_port()
    command = [str(Path(sys.executable).with_name("transformers")), "serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]  # fmt: skip
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"HF_HUB_OFFLINE": "1"})
        try:
            while server.poll() is None and not listening(port):
                time.sleep(0.2)
            assert server.poll() is None, (folder / "serve.log").read_text()
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait(20)


def listening(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def tiny_model(folder: Path, letters: str) -> None:
    """Save a random decoder of a few thousand weights whose tokens are single characters.

    Arcee, since it comes without a tokenizer class of its own and so takes any.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import ArceeConfig, ArceeForCausalLM, GenerationConfig, PreTrainedTokenizerFast

    known = ["<pad>", "<end>", "<unk>", *sorted(set(letters) - {" ", "\n"})]
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(known)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Split("", "isolated"), decoders.Fuse()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>", unk_token="<unk>")  # fmt: skip
    fast.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    model = ArceeForCausalLM(ArceeConfig(
        vocab_size=len(known), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=8192, eos_token_id=1, pad_token_id=0, bos_token_id=None,
    ))  # fmt: skip
    model.generation_config = GenerationConfig(do_sample=True, eos_token_id=1, pad_token_id=0, repetition_penalty=1.5)
    model.save_pretrained(folder)
