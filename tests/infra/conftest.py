"""A small application to try the local cloud with: these tests are about the cloud, not about Iboo's pages."""

import json
from pathlib import Path

import pytest

APP = """
import json
import os
import smtplib
from email.message import EmailMessage
from pathlib import Path

import boto3
from chalice import Chalice, Rate, Response

app = Chalice(app_name="small")
KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}
TABLE = os.environ["IBOO_TABLE_PREFIX"] + "-usage"


@app.route("/")
def home():
    page = f'<link rel="stylesheet" href="/static/{os.environ["IBOO_ASSETS_VERSION"]}/a.css">'
    return Response(page, headers={"Content-Type": "text/html; charset=utf-8", "Set-Cookie": ["a=1", "b=2"]})


@app.route("/errors/404")
def no_page():
    return Response("<h1>Nothing here</h1>", headers={"Content-Type": "text/html; charset=utf-8"})


@app.route("/echo", methods=["POST"])
def echo():
    headers = app.current_request.headers
    return {"body": app.current_request.json_body, "for": headers.get("x-forwarded-for"), "host": headers["host"]}


@app.route("/item", methods=["POST"])
def put():
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=KEY)
    return {}


@app.route("/item")
def get():
    return {"there": "Item" in boto3.client("dynamodb").get_item(TableName=TABLE, Key=KEY)}


@app.route("/mail", methods=["POST"])
def mail():
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Réunion", "a@x.example", "b@y.example"
    message.set_content("Bonjour")
    host, port = os.environ["IBOO_SMTP_URL"].removeprefix("smtp://").split(":")
    with smtplib.SMTP(host, int(port)) as server:
        server.send_message(message)
    return {}


@app.schedule(Rate(1, unit=Rate.HOURS))
def hourly(event):
    clock = Path(os.environ["IBOO_CLOCK_FILE"])
    with Path("hourly.jsonl").open("a") as runs:
        runs.write(json.dumps({"clock": clock.read_text().strip() if clock.exists() else "0"}) + "\\n")
"""

WORKER = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


HTTPServer(("127.0.0.1", int(os.environ["IBOO_WORKER_CONTROL_PORT"])), Health).serve_forever()
"""


@pytest.fixture
def small_app(tmp_path: Path) -> Path:
    """A folder with app.py, media_workers/ and web/ as the local cloud expects them."""
    root = tmp_path / "app"
    for folder in (".chalice", "media_workers", "web"):
        (root / folder).mkdir(parents=True)
    (root / "app.py").write_text(APP)
    (root / "media_workers" / "__init__.py").touch()
    (root / "media_workers" / "__main__.py").write_text(WORKER)
    (root / "web" / "a.css").write_text("body { margin: 0 }")
    (root / "web" / "a.js").write_text("export {}")
    config = {"version": "2.0", "app_name": "small", "stages": {"dev": {"api_gateway_stage": "api"}}}
    (root / ".chalice" / "config.json").write_text(json.dumps(config))
    return root
