"""An MCP server of the newest revision: what `fastmcp` offers, one thing of each kind.

It talks to the test as the other peers do: facts go out on standard output, in lines of JSON,
and it ends when its standard input does. Among the facts is what arrived over HTTP, because what
a server of this revision is never sent is as much to the point as what it is.
"""

import asyncio
import base64
import json
import os
import socket
import sys
import threading
from dataclasses import dataclass
from typing import Annotated

from fastmcp import Context, FastMCP
from fastmcp.apps.config import AppConfig, ResourceCSP
from fastmcp.exceptions import ToolError
from fastmcp.prompts import Message
from fastmcp.resources import ResourceContent, ResourceResult
from fastmcp.tools import ToolResult
from fastmcp.utilities.types import Audio, File, Image
from mcp_types import (
    Annotations,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitRequestURLParams,
    Icon,
    InputRequiredResult,
    ListRootsRequest,
    ResourceLink,
    SamplingMessage,
    TextContent,
    ToolAnnotations,
)
from pydantic import Field

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SILENCE = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0@\x1f\0\0@\x1f\0\0\x01\0\x08\0data\0\0\0\0"
BRUSH = Icon(src="https://modern.test/brush.png", mime_type="image/png", sizes=["48x48"])

# So small a page that every list here has more than one.
server = FastMCP("Modern", instructions="One thing of each kind.", list_page_size=4)


def say(**fact):
    print(json.dumps(fact), flush=True)


# What tools answer with.


@dataclass
class Weather:
    degrees: float
    sky: str


@server.tool(title="Weather", annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
def forecast(city: str) -> Weather:
    """Says what the weather will be."""
    return Weather(degrees=21.5, sky=f"clear over {city}")


@server.tool
def add(a: int, b: int) -> int:
    """Answers with a number, which is no object."""
    return a + b


@server.tool(icons=[BRUSH])
def draw() -> Image:
    return Image(data=PIXEL, format="png")


@server.tool
def sing() -> Audio:
    return Audio(data=SILENCE, format="wav")


@server.tool
def point() -> ToolResult:
    link = ResourceLink(
        type="resource_link",
        uri="modern://poem",
        name="poem",
        title="A poem",
        description="Four lines.",
        mime_type="text/plain",
    )
    return ToolResult(content=[link])


@server.tool
def carry() -> list[File]:
    return [File(data=b"Hello", format="plain", name="words"), File(data=PIXEL, format="octet-stream", name="bytes")]


@server.tool
def annotate() -> ToolResult:
    note = TextContent(
        type="text", text="For the person.", annotations=Annotations(audience=["user"], priority=0.7)
    )
    return ToolResult(content=[note], structured_content={"notes": 1}, meta={"modern.test/seen": True})


@server.tool
def fail() -> str:
    raise ToolError("There is no paper left.")


@server.tool
def route(
    region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})],
    query: str,
) -> str:
    """Wants one of its arguments in a header as well, and refuses what comes without."""
    return f"{query} in {region}"


# What happens while they run.


rope = asyncio.Event()


@server.tool
async def climb(context: Context) -> str:
    """Goes half the way, and the other half when somebody holds the rope."""
    await context.report_progress(1, 2, "half way")
    await rope.wait()
    return "up there"


@server.tool(run_in_thread=False)
def hold_rope() -> None:
    """Answers with nothing at all."""
    rope.set()


@server.tool
async def mutter(context: Context) -> str:
    await context.info("Hm.")
    return "I said something."


@server.tool
async def ponder(context: Context) -> str:
    """Goes on until nobody waits for it any more."""
    try:
        await context.report_progress(1, 2)
        await asyncio.Event().wait()
    finally:
        say(gone="ponder")


# What they ask before they go on.


def form(message, properties, required):
    schema = {"type": "object", "properties": properties, "required": required}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def answers(context):
    """What came back, by the names that were asked under."""
    given = {}
    for name, answer in (context.input_responses or {}).items():
        given[name] = answer.model_dump(mode="json", by_alias=True, include={"action", "content"}, exclude_none=True)
    say(answered=given, state=context.request_state)
    return given


@server.tool
def register(context: Context) -> dict | InputRequiredResult:
    """Asks with every kind of field there is."""
    if context.input_responses is not None:
        return answers(context)
    fields = {
        "name": {"type": "string", "title": "Name", "minLength": 2, "maxLength": 40},
        "email": {"type": "string", "format": "email"},
        "homepage": {"type": "string", "format": "uri"},
        "born": {"type": "string", "format": "date"},
        "seen": {"type": "string", "format": "date-time"},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "height": {"type": "number", "default": 1.7},
        "agrees": {"type": "boolean", "default": False},
        "colour": {"type": "string", "enum": ["red", "green"], "default": "green"},
        "size": {"type": "string", "oneOf": [{"const": "s", "title": "Small"}, {"const": "l", "title": "Large"}]},
        "days": {"type": "array", "items": {"type": "string", "enum": ["sat", "sun"]}, "minItems": 1},
        "meals": {
            "type": "array",
            "items": {"anyOf": [{"const": "b", "title": "Breakfast"}, {"const": "d", "title": "Dinner"}]},
            "maxItems": 2,
        },
    }
    asked = form("Who are you?", fields, ["name", "age"])
    return InputRequiredResult(input_requests={"person": asked}, request_state="asked once")


@server.tool
def plan(context: Context) -> dict | InputRequiredResult:
    """Asks two things at once, and a third that depends on them."""
    if context.request_state is None:
        where = form("Where to?", {"place": {"type": "string"}}, ["place"])
        when = form("When?", {"day": {"type": "string"}}, ["day"])
        return InputRequiredResult(input_requests={"where": where, "when": when}, request_state="1")
    given = answers(context)
    if context.request_state == "1":
        if given["where"]["action"] != "accept":
            return given
        place = given["where"]["content"]["place"]
        how = form(f"How to {place}?", {"by": {"type": "string", "enum": ["train", "foot"]}}, ["by"])
        return InputRequiredResult(input_requests={"how": how}, request_state=f"{place}, {given['when']['action']}")
    return {"before": context.request_state, "how": given["how"]}


@server.tool
def visit(context: Context) -> dict | InputRequiredResult:
    """Sends people to a page."""
    if context.input_responses is not None:
        return answers(context)
    page = ElicitRequestURLParams(message="Agree to the terms there.", url="https://modern.test/terms?for=ada")
    return InputRequiredResult(input_requests={"page": ElicitRequest(params=page)})


@server.tool
def think(context: Context) -> str | InputRequiredResult:
    """Wants to use a language model that is not its own."""
    message = SamplingMessage(role="user", content=TextContent(type="text", text="What is the answer?"))
    asked = CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=10))
    return InputRequiredResult(input_requests={"thought": asked})


@server.tool
def look_around(context: Context) -> str | InputRequiredResult:
    """Wants to know which directories there are."""
    return InputRequiredResult(input_requests={"roots": ListRootsRequest()})


# What there is to read.


@server.resource("modern://poem", mime_type="text/plain", icons=[BRUSH], annotations={"audience": ["user"], "priority": 0.7})
def poem() -> str:
    return "Roses are red."


@server.resource("modern://pixel", mime_type="image/png")
def pixel() -> bytes:
    return PIXEL


@server.resource("modern://parts")
def parts() -> ResourceResult:
    return ResourceResult([ResourceContent("one"), ResourceContent({"two": 2}, mime_type="application/json")])


@server.resource("modern://secret-garden")
def garden(context: Context) -> str | InputRequiredResult:
    """Asks before it can be read."""
    return InputRequiredResult(input_requests={"key": form("Which key?", {"key": {"type": "string"}}, [])})


@server.resource(
    "ui://board", app=AppConfig(csp=ResourceCSP(connect_domains=["https://modern.test"]), prefers_border=True)
)
def board() -> str:
    return "<!doctype html><title>Board</title>"


@server.tool(app=AppConfig(resource_uri="ui://board"))
def show_board() -> str:
    """Has a page that shows its result."""
    return "a board"


@server.resource("modern://greeting/{name}", mime_type="text/plain")
def greeting(name: str) -> str:
    return f"Hello, {name}!"


@server.resource("modern://square/{number}", mime_type="application/octet-stream")
def square(number: int) -> bytes:
    return str(number**2).encode()


# What there is to say.


@server.prompt(title="Introduce", icons=[BRUSH])
def introduce(name: str, manner: str = "politely") -> str:
    """Introduces somebody."""
    return f"Introduce {name} {manner}."


@server.prompt
def converse() -> list[Message]:
    return [Message("How are you?"), Message("Well.", role="assistant")]


@server.prompt
def show() -> list[Message]:
    return [Message(Image(data=PIXEL, format="png").to_image_content()), Message("What is this?")]


@server.prompt
def whisper(context: Context) -> str | InputRequiredResult:
    """Asks before it says anything."""
    return InputRequiredResult(input_requests={"to": form("To whom?", {"name": {"type": "string"}}, [])})


@server.completion
def complete(reference, argument, context):
    others = (context.arguments if context else None) or {}
    known = {
        ("introduce", "name"): ["Ada", "Alan", "Grace"],
        # Ada is never introduced otherwise.
        ("introduce", "manner"): ["warmly"] if others.get("name") == "Ada" else ["politely", "briefly"],
        ("modern://greeting/{name}", "name"): [f"Guest {n}" for n in range(1, 151)],
    }
    of = getattr(reference, "name", None) or getattr(reference, "uri", None)
    fits = known.get((of, argument.name), [])
    return [value for value in fits if value.startswith(argument.value)]


class Witness:
    """Says what arrives, before the library makes anything of it."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = b""

        async def observe():
            nonlocal body
            message = await receive()
            if message["type"] == "http.request":
                body += message.get("body", b"")
                if not message.get("more_body") and body:
                    tell(scope["method"], headers, json.loads(body))
            return message

        await self.app(scope, observe, send)


def tell(verb, headers, message):
    meta = (message.get("params") or {}).get("_meta") or {}
    say(
        received=message.get("method"),
        verb=verb,
        headers={name: value for name, value in headers.items() if name.startswith("mcp-")},
        claims={name.rpartition("/")[2]: meta[name] for name in meta},
    )


def end_with_the_test():
    # A test that is killed has no chance to stop anybody. The kernel closes its end of the pipe.
    sys.stdin.read()
    os._exit(0)


async def main():
    threading.Thread(target=end_with_the_test, daemon=True).start()
    listener = socket.create_server(("127.0.0.1", 0))
    say(modern=f"http://127.0.0.1:{listener.getsockname()[1]}/mcp")
    from starlette.middleware import Middleware

    await server.run_http_async(
        show_banner=False, path="/mcp", sockets=[listener], middleware=[Middleware(Witness)], log_level="warning"
    )


asyncio.run(main())
