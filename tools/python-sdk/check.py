#!/usr/bin/env python3
"""The conformance list of docs/compatibility.md in short, with OpenAI's own Python SDK and its default retries.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install openai
    /tmp/venv/bin/python tools/python-sdk/check.py --base-url http://localhost:3000/v1 --key sk_llmr_...

Prints a table; exits 1 when a row fails. A row that this service cannot be brought to show is "not shown", and why.
Rows that need a misbehaving upstream steer the sandbox by words in the prompt; a real model does not know them. To
show all of them the key's account needs 4,000 credits (with more it can pay what the row for 402 asks for), no limit of
requests a minute, and a small one of requests in flight:

    npm run -s cli -- account create --email check@example.com --name Check --credits 4000 --json
    npm run -s cli -- account limits check@example.com --requests-per-minute none --in-flight 8
"""

import argparse
import json
import sys
import threading
import time

import openai
from openai import OpenAI

TOOL = {
    "type": "function",
    "function": {
        "name": "find_weather",
        "description": "The weather of a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "degrees": {"type": "number"}},
    "required": ["city", "degrees"],
    "additionalProperties": False,
}
MOST_IN_FLIGHT = 40


class NotShown(Exception):
    """The row does not apply to the service it was run against."""


def expect(holds, what):
    if not holds:
        raise AssertionError(what)


class Check:
    def __init__(self, base_url, key, model, embedding_model):
        self.base_url, self.key, self.chat_model, self.embedding_model = base_url, key, model, embedding_model
        self.sent_at = []
        # Each request that leaves is counted: retries show here.
        http = openai.DefaultHttpxClient(event_hooks={"request": [lambda _: self.sent_at.append(time.monotonic())]})
        self.client = OpenAI(base_url=base_url, api_key=key, http_client=http)
        self.is_sandbox = self.ask("Say nothing. [[sandbox: tokens=7]]").usage.completion_tokens == 7

    def ask(self, content, client=None, **more):
        messages = [{"role": "user", "content": content}]
        more = {"model": self.chat_model, "max_tokens": 300, **more}
        return (client or self.client).chat.completions.create(messages=messages, **more)

    def need_sandbox(self):
        if not self.is_sandbox:
            raise NotShown("no sandbox behind it")

    def fails(self, wanted, status, code, work):
        """The SDK raises its own class with our code; returns how many requests it sent."""
        before = len(self.sent_at)
        try:
            work()
        except openai.APIStatusError as error:
            expect(type(error) is wanted, f"{type(error).__name__} instead of {wanted.__name__}: {error}")
            expect((error.status_code, error.code) == (status, code), f"{error.status_code} {error.code}")
            return len(self.sent_at) - before
        raise AssertionError("was served")

    def balance(self, held):
        """Whether the account's credits on hold come to this within five seconds."""
        url = self.base_url.removesuffix("/").removesuffix("/v1") + "/api/billing/subscription"
        until = time.monotonic() + 5
        while True:
            body = self.client.get(url, cast_to=object)
            if body["held"] == held:
                return
            expect(time.monotonic() < until, f"still on hold: {body['held']}")

    def models(self):
        ids = [model.id for model in self.client.models.list()]
        expect(self.chat_model in ids, "the model is not in the list")
        expect(self.client.models.retrieve(self.chat_model).id == self.chat_model, "another model")

    def plain(self):
        raw = self.client.chat.completions.with_raw_response.create(
            model=self.chat_model, max_tokens=50, messages=[{"role": "user", "content": "Say hello."}]
        )
        answer = raw.parse()
        expect(answer.choices[0].message.content, "no text")
        charged = json.loads(raw.headers["x-credits-charged"])
        expect(answer.usage.credits == charged > 0, f"credits {answer.usage.credits}, charged {charged}")

    def stream(self):
        chunks = list(self.ask("Say hello.", stream=True))
        expect("".join(chunk.choices[0].delta.content or "" for chunk in chunks), "no text")
        expect(chunks[-1].choices[0].finish_reason, "no finish reason on the last chunk")
        expect(chunks[-1].usage.credits > 0, "no credits on the last chunk")

    def stream_usage(self):
        chunks = list(self.ask("Say hello.", stream=True, stream_options={"include_usage": True}))
        expect(chunks[-1].choices == [] and chunks[-1].usage.credits > 0, "no usage chunk with credits")
        expect(all(chunk.usage is None for chunk in chunks[:-1]), "usage in another chunk")

    def tools(self):
        question = {"role": "user", "content": "What is the weather there?"}
        asked = self.ask(question["content"], tools=[TOOL], tool_choice="required").choices[0].message
        call = asked.tool_calls[0]
        expect(set(json.loads(call.function.arguments)) == {"city", "days"}, call.function.arguments)
        told = self.client.chat.completions.create(
            model=self.chat_model,
            max_tokens=300,
            tools=[TOOL],
            messages=[question, asked, {"role": "tool", "tool_call_id": call.id, "content": '{"degrees": 41}'}],
        )
        expect(told.choices[0].message.content, "no text after the tool's result")

    def tools_streamed(self):
        messages = [{"role": "user", "content": "What is the weather there?"}]
        with self.client.chat.completions.stream(
            model=self.chat_model, messages=messages, tools=[{**TOOL, "function": {**TOOL["function"], "strict": True}}]
        ) as stream:
            call = stream.get_final_completion().choices[0].message.tool_calls[0]
        expect(set(json.loads(call.function.arguments)) == {"city", "days"}, call.function.arguments)

    def json_schema(self):
        shape = {"type": "json_schema", "json_schema": {"name": "report", "strict": True, "schema": SCHEMA}}
        answer = json.loads(self.ask("The weather.", response_format=shape).choices[0].message.content)
        expect(set(answer) == {"city", "degrees"}, f"{answer}")

    def embeddings(self):
        # The SDK asks for base64 and decodes it; asked for numbers it hands them on.
        texts = ["one", "two"]
        ours = self.client.embeddings.create(model=self.embedding_model, input=texts)
        floats = self.client.embeddings.create(model=self.embedding_model, input=texts, encoding_format="float")
        for one, other in zip(ours.data, floats.data, strict=True):
            gap = max(abs(a - b) for a, b in zip(one.embedding, other.embedding, strict=True))
            expect(gap < 1e-6, f"base64 and numbers differ by {gap}")

    def completions(self):
        answer = self.client.completions.create(model=self.chat_model, prompt="Once upon a time")
        expect(answer.choices[0].text and answer.usage.completion_tokens <= 16, f"{answer.usage}")

    def error_400(self):
        work = lambda: self.ask("hello", model=self.embedding_model)
        expect(self.fails(openai.BadRequestError, 400, "invalid_value", work) == 1, "tried again")

    def error_401(self):
        stranger = OpenAI(base_url=self.base_url, api_key=self.key[:-1] + ("1" if self.key[-1] == "0" else "0"))
        self.fails(openai.AuthenticationError, 401, "invalid_api_key", lambda: self.ask("hello", client=stranger))

    def error_402(self):
        models = [model for model in self.client.models.list() if "embedding" not in model.capabilities]
        dearest = max(models, key=lambda model: model.credit_multiplier).id
        try:
            sent = self.fails(
                openai.APIStatusError, 402, "insufficient_credits", lambda: self.ask("x", model=dearest, n=16, max_tokens=8192)
            )
        except AssertionError as error:
            if str(error) == "was served":
                raise NotShown("the account is too rich") from None
            raise
        expect(sent == 1, "tried again")

    def error_404(self):
        work = lambda: self.ask("hello", model="no-such-model:1b")
        expect(self.fails(openai.NotFoundError, 404, "model_not_found", work) == 1, "tried again")

    def error_429(self):
        self.need_sandbox()
        hasty = self.client.with_options(max_retries=0)
        streams = []
        try:
            for _ in range(MOST_IN_FLIGHT):
                streams.append(self.ask("[[sandbox: hang-after=1]]", client=hasty, stream=True, max_tokens=1))
            raise NotShown(f"the account may have {MOST_IN_FLIGHT} requests in flight")
        except openai.RateLimitError as error:
            expect(error.code == "too_many_concurrent_requests", error.code)
            # While the SDK waits as Retry-After says, a place becomes free; its repetition is served.
            timer = threading.Timer(0.2, lambda: [stream.close() for stream in streams])
            timer.start()
            before = len(self.sent_at)
            self.ask("Say hello.")
            first, second = self.sent_at[before:]
            expect(second - first >= 1, f"tried again after {second - first:.2f} s")
        finally:
            for stream in streams:
                stream.close()
        self.balance(held=0)

    def error_502(self):
        self.need_sandbox()
        sent = self.fails(
            openai.InternalServerError, 502, "upstream_failed", lambda: self.ask("[[sandbox: status=500]]")
        )
        expect(sent == 1, f"{sent} requests though x-should-retry is false")

    def retry_503(self):
        self.need_sandbox()
        before = len(self.sent_at)
        self.ask(f"{time.time()} [[sandbox: status=429; retry-after=3; times=1]]")
        first, second = self.sent_at[before:]
        expect(second - first >= 3, f"tried again after {second - first:.2f} s")

    def error_in_stream(self):
        self.need_sandbox()
        try:
            list(self.ask("[[sandbox: tokens=9; error-after=3]]", stream=True))
        except openai.APIError as error:
            expect(error.code == "upstream_failed", f"{error.code}")
            return
        raise AssertionError("ended without an exception")

    def abort(self):
        script = " [[sandbox: tokens=500; ms=20]]" if self.is_sandbox else ""
        with self.ask(f"Count to 200.{script}", stream=True) as stream:
            next(iter(stream))
        self.balance(held=0)


ROWS = [
    ("list models, and one by its id", Check.models),
    ("plain answer, with its credits", Check.plain),
    ("stream", Check.stream),
    ("stream with include_usage", Check.stream_usage),
    ("tools, round trip", Check.tools),
    ("tools, streamed", Check.tools_streamed),
    ("JSON schema", Check.json_schema),
    ("embeddings at the SDK's defaults", Check.embeddings),
    ("the older /v1/completions", Check.completions),
    ("400 is BadRequestError", Check.error_400),
    ("401 is AuthenticationError", Check.error_401),
    ("402 is APIStatusError", Check.error_402),
    ("404 is NotFoundError", Check.error_404),
    ("429 is RateLimitError, a retry waits for Retry-After", Check.error_429),
    ("502 is InternalServerError, x-should-retry: false is obeyed", Check.error_502),
    ("a retry after 503 waits for Retry-After", Check.retry_503),
    ("an error after 200, in a stream, is APIError", Check.error_in_stream),
    ("abort in mid-stream: nothing stays on hold", Check.abort),
]


def main():
    parser = argparse.ArgumentParser(description="Checks a running service with the Python package openai.")
    parser.add_argument("--base-url", required=True, help="such as http://localhost:3000/v1")
    parser.add_argument("--key", required=True)
    parser.add_argument("--model", default="llama3.2:3b")
    parser.add_argument("--embedding-model", default="all-minilm")
    options = parser.parse_args()
    check = Check(options.base_url, options.key, options.model, options.embedding_model)
    print(f"openai {openai.__version__}, Python {sys.version.split()[0]}\n")
    failed = 0
    for title, run in ROWS:
        try:
            run(check)
            result = "yes"
        except NotShown as reason:
            result = f"not shown: {reason}"
        except Exception as error:  # any exception is this row's failure; the others still run
            failed += 1
            result = f"NO: {type(error).__name__}: {error}"
        print(f"{title:<62}{result}", flush=True)
    print(f"\n{failed} failed" if failed else "\nall well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
