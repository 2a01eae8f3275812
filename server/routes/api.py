"""The JSON interface for a company's own robots and assistants, opened with a personal token."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from kb.masking import mask
from server.answers import ask_json, search_json
from server.deps import HouseDep, TokenPerson

router = APIRouter(prefix="/api/v1")


class SearchHit(BaseModel):
    id: str = Field(description="文章编号，发布后不变")
    kind: str = Field(description="policy process form case script faq etiquette guide")
    section: str = Field(description="手册节号，如 ch05-s4")
    title: str
    intents: list[str] = Field(description="意图，第一个是主意图")
    score: float
    heading: str = Field(description="命中的标题")
    text: str = Field(description="该标题下的原文")


class SearchAnswer(BaseModel):
    query: str
    answerable: float = Field(description="手册里有答案的概率,0 到 1")
    emergency: str | None = Field(description="紧急意图；有值时先按紧急卡处置")
    took_ms: float
    hits: list[SearchHit]


class AskBody(BaseModel):
    turns: list[Annotated[str, Field(min_length=1, max_length=500)]] = Field(
        min_length=1,
        max_length=20,
        description="一次对话的各句，回答最后一句",
        examples=[["空置房要交物业费吗", "那租客呢"]],
    )


class Citation(BaseModel):
    id: str
    heading: str
    quote: str = Field(description="手册原句，一字不改")


class Choice(BaseModel):
    intent: str
    label: str


class Nearest(BaseModel):
    id: str
    title: str


class AskAnswer(BaseModel):
    query: str
    question: str = Field(description="补全后的问题")
    answered: bool = Field(description="为假时 reason 说明原因，不要自行编造")
    kind: str = Field(description="answer、emergency、choice、none 或 declined")
    reason: str
    text: str
    intents: list[str]
    citations: list[Citation]
    choices: list[Choice]
    nearest: list[Nearest]
    took_ms: float


@router.get(
    "/search", summary="查话术卡", description="用业主的话查手册，返回最相符的几条。机器人可直接转发 text。"
)
def search(
    house: HouseDep,
    person: TokenPerson,
    q: Annotated[
        str, Query(min_length=1, max_length=500, description="业主说了什么", examples=["楼上漏水没人管"])
    ],
    n: Annotated[int, Query(ge=1, le=20, description="给几条")] = 5,
) -> SearchAnswer:
    return SearchAnswer(**search_json(house, mask(q).masked, n))


@router.post("/ask", summary="问手册", description="只用手册原句作答并附出处；手册没有的返回 answered=false。")
def ask(house: HouseDep, person: TokenPerson, body: AskBody) -> AskAnswer:
    return AskAnswer(**ask_json(house, [mask(t).masked for t in body.turns]))


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, person: TokenPerson) -> Response:
    schema = get_openapi(
        title="客服学堂接口", version="1", routes=router.routes,
        description="请求头带 Authorization: Bearer 个人令牌(在“我的账户”里新建)。问题里的个人信息会先脱敏。",
    )  # fmt: skip
    return JSONResponse(schema)
