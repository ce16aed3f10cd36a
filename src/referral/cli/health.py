"""Whether a service answers: asked every few seconds by those who watch it, so it loads little."""

import httpx
import typer


def health(url: str = "http://127.0.0.1:8000/healthz") -> None:
    """Exit with 0 if the service at URL answers."""
    try:
        httpx.get(url, timeout=5).raise_for_status()
    except httpx.HTTPError as error:
        typer.echo(f"No answer: {type(error).__name__}", err=True)
        raise typer.Exit(1) from None
