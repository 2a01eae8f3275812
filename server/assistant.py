"""An MCP server: search and ask for a person's own assistant, over standard input and output."""

from kb.masking import mask
from server.answers import ask_json, search_json
from server.house import House


def build(house: House):
    """The server with its two tools; questions are masked before they are used."""
    from mcp.server.mcpserver import MCPServer

    server = MCPServer(
        "kefu", instructions="物业客服手册：只引用返回的原句，并注明出处；answered 为假时不要自行作答。"
    )

    @server.tool()
    def search(query: str, limit: int = 5) -> dict:
        """查话术卡：用业主的话查物业客服手册。"""
        return search_json(house, mask(query[:500]).masked, max(1, min(limit, 20)))

    @server.tool()
    def ask(turns: list[str]) -> dict:
        """问手册：回答一次对话的最后一句，只用手册原句并附出处。"""
        return ask_json(house, [mask(t[:500]).masked for t in turns][-20:])

    return server


def run(house: House) -> None:
    build(house).run()
