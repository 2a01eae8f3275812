"""The answers of search and chat as plain values, for the command line, the JSON interface and MCP."""

from server.house import House


def search_json(house: House, query: str, limit: int) -> dict:
    result = house.searcher.search(query, limit)
    hits = [
        {
            "id": hit.id, "kind": hit.kind, "section": hit.section, "title": hit.title,
            "intents": list(hit.intents), "score": round(hit.score, 4), "heading": hit.heading, "text": hit.text,
        }
        for hit in result.hits
    ]  # fmt: skip
    return {
        "query": query, "answerable": round(result.answerable, 4), "emergency": result.emergency,
        "took_ms": round(result.took_ms, 2), "hits": hits,
    }  # fmt: skip
