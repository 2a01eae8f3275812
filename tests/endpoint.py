"""Real OpenAI-compatible servers for tests: one whose words the test chooses, one with a tiny random transformers model."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

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


def random_model(letters: str) -> Callable[[dict], Iterator[str]]:
    """Replies of a random Qwen2 of a few thousand weights, made here, that speaks in the given characters."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM, TextIteratorStreamer

    known = ["<pad>", "<end>", "<unk>", *sorted(set(letters))]
    tokenizer = Tokenizer(models.WordLevel({c: i for i, c in enumerate(known)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>", unk_token="<unk>")  # fmt: skip
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(Qwen2Config(
        vocab_size=len(known), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=8192, eos_token_id=1, pad_token_id=0, bos_token_id=None,
    )).eval()  # fmt: skip

    def reply(body: dict) -> Iterator[str]:
        asked = fast("".join(m["content"] for m in body["messages"])[-2000:], return_tensors="pt")
        streamer = TextIteratorStreamer(fast, skip_prompt=True, skip_special_tokens=True)
        work = {**asked, "streamer": streamer, "max_new_tokens": 120, "do_sample": True}
        threading.Thread(target=model.generate, kwargs=work, daemon=True).start()
        yield from streamer

    return reply
