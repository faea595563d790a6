"""A team server in a real browser: in, another password, out; and in by a provider on another site."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from joserfc import jwt
from joserfc.jwk import RSAKey

FIRST, NEW = "harbour violin seven lantern", "copper ladder summer melon"


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found]


@pytest.fixture
def team(tmp_path):
    """Start a team server; gives its address."""
    root, started = tmp_path / "cases", []
    root.mkdir()
    env = {**os.environ, "CHAINLEAD_STATE": str(tmp_path / "state")}
    env.pop("CHAINLEAD_DATABASE", None)
    program = [sys.executable, "-m", "chainlead"]

    def run(*arguments, given=""):
        subprocess.run(
            [*program, "team", *arguments], env=env, input=given, text=True, check=True, timeout=120,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def start(*options):
        run("init", "root", given=f"{FIRST}\n")
        run("add", "ada", "--subject", "s-ada", given=f"{FIRST}\n")
        process = subprocess.Popen(
            [*program, "serve", str(root), "--team", "--port", "0", *options],
            env=env, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return re.search(r"(http://\S+)/login", process.stdout.readline())[1]

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        process.stdout.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def fill(page, **fields):
    for name, value in fields.items():
        page.fill(f"main input[name={name}]", value)
    with page.expect_navigation():
        page.locator("main form button").first.click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_logs_in_chooses_a_password_and_leaves(team, page, scheme):
    base, foreign = team(), []
    page.on("request", lambda r: None if r.url.startswith(base) else foreign.append(r.url))
    page.emulate_media(color_scheme=scheme)
    page.goto(base)
    assert violations(page) == []
    fill(page, name="ada", password="wrong")
    assert page.get_by_role("alert").first.is_visible()
    assert violations(page) == []
    fill(page, password=FIRST)
    assert page.url == f"{base}/account/password"
    assert violations(page) == []
    fill(page, current=FIRST, wanted=NEW, again=NEW)
    assert page.url == f"{base}/"
    page.goto(f"{base}/account")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="You: ada").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Leave").click()
    assert page.get_by_role("status").is_visible()
    page.goto(f"{base}/account")
    assert page.url == f"{base}/login?back=%2Faccount"
    assert foreign == []


class Provider(BaseHTTPRequestHandler):
    """A provider on 127.0.0.2: to a browser another site than 127.0.0.1."""

    key = RSAKey.generate_key(2048, {"kid": "k"})

    def log_message(self, *_args):
        pass

    def told(self, text, kind="application/json", status=200, **headers):
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(text)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        issuer, server = f"http://{self.headers['Host']}", self.server
        where = urlsplit(self.path)
        if where.path == "/.well-known/openid-configuration":
            places = {
                "authorization_endpoint": "auth",
                "token_endpoint": "token",
                "jwks_uri": "keys",
            }
            facts = {name: f"{issuer}/{place}" for name, place in places.items()}
            self.told(json.dumps({"issuer": issuer, **facts}))
        elif where.path == "/keys":
            self.told(json.dumps({"keys": [self.key.as_dict(private=False)]}))
        elif where.path == "/auth":
            server.asked = {name: value[0] for name, value in parse_qs(where.query).items()}
            self.told(
                '<form method="post" action="/in"><button>It is me</button></form>', "text/html"
            )
        elif where.path == "/link":
            self.told(f'<a href="{server.link}">case</a>', "text/html")
        else:
            self.told("", "text/plain", 404)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        asked, now = self.server.asked, int(time.time())
        if self.path == "/in":
            place = f"{asked['redirect_uri']}?code=once&state={asked['state']}"
            self.told("", "text/html", 302, Location=place)
            return
        claims = {
            "iss": f"http://{self.headers['Host']}", "aud": "chainlead", "sub": "s-ada", "iat": now,
            "exp": now + 60, "nonce": asked["nonce"],
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, self.key)
        self.told(json.dumps({"id_token": token}))


@pytest.fixture
def provider():
    server = ThreadingHTTPServer(("127.0.0.2", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def page_of_two_sites(browser):
    """A page of a browser that reaches this machine under both of its addresses, and nothing else."""
    rules = "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE 127.0.0.2"
    started = browser.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-dev-shm-usage", f"--host-resolver-rules={rules}"],
    )
    yield started.new_page()
    started.close()


def test_a_provider_on_another_site_lets_in_and_a_link_there_asks_for_no_second_login(
    team, provider, page_of_two_sites
):
    page = page_of_two_sites
    issuer = f"http://127.0.0.2:{provider.server_address[1]}"
    base = team("--oidc-issuer", issuer, "--oidc-client-id", "chainlead")
    page.goto(f"{base}/account/password")
    page.locator("main a.button").click()
    page.get_by_role("button", name="It is me").click()
    page.wait_for_url(f"{base}/account/password")
    kept = {each["name"]: each["sameSite"] for each in page.context.cookies(base)}
    assert kept == {"chainlead_session": "Strict", "chainlead_browser": "Strict"}
    provider.link = f"{base}/account/password?x=1"
    page.goto(f"{issuer}/link")
    page.get_by_role("link").click()
    page.wait_for_url(provider.link)
    assert page.locator("input[name=wanted]").is_visible()
