"""Whether someone reads a page: what is noted as read was before the eyes of a person."""

from flask import Request


def is_read_by_someone(request: Request) -> bool:
    """Whether a page is asked for to be read now: not by a program that only looks ahead, nor for its headers alone."""
    purposes = {name: request.headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")}
    ahead = any("prefetch" in said or "prerender" in said or "preview" in said for said in purposes.values())
    return request.method == "GET" and not ahead and request.headers.get("Sec-Fetch-Dest", "document") == "document"
