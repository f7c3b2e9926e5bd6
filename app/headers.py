"""Security headers of every answer; scripts and styles come from ourselves or carry the nonce of the page."""

import secrets

from flask import Flask, g, request
from werkzeug.wrappers import Response


def csp_nonce() -> str:
    """Give the nonce of the page being made, the same for the whole request."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def content_security_policy(nonce: str, image_source: str = "") -> str:
    """Write the policy; `style-src-attr` is open because Leaflet places its panes with style attributes."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}'",
            f"style-src 'self' 'nonce-{nonce}'",
            "style-src-attr 'unsafe-inline'",
            f"img-src 'self' data: {image_source}".rstrip(),
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    base_map = app.config["BASE_MAP_URL"]
    # The only third party that may ever appear is the base map that the administrator has chosen.
    image_source = "/".join(base_map.replace("{s}", "*").split("/")[:3]) if base_map else ""

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", content_security_policy(csp_nonce(), image_source))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        # Whoever has the address of such a page is let in: a shared computer keeps no copy of it.
        if "token" in (request.view_args or {}):
            response.headers.setdefault("Cache-Control", "no-store")
        if app.config["ENVIRONMENT"] == "production":
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
