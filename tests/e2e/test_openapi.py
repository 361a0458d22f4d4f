"""/openapi.json is a valid description, and the server keeps to it: every route is asked as everybody, rightly and
wrongly, and every answer must be one that the description has."""
import copy
import json
import re

import jsonschema

import agency
import menshen

# What the description may consist of (OpenAPI 3.1.0, https://spec.openapis.org/oas/v3.1.0): the part that is used.
TEXT = {"type": "string", "minLength": 1}


def record(required, properties):
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


CONTENT = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[a-z]+/[a-z0-9.+-]+"},
           "additionalProperties": record([], {"schema": {"type": "object"}})}
PARAMETER = record(["name", "in", "schema"], {
    "name": TEXT, "in": {"enum": ["path", "query", "header"]}, "required": {"type": "boolean"}, "description": TEXT,
    "schema": {"type": "object"}})
OPERATION = record(["summary", "responses"], {
    "summary": TEXT, "description": TEXT, "parameters": {"type": "array", "items": PARAMETER}, "x-roles": {"type": "array", "items": TEXT},
    "requestBody": record(["content"], {"required": {"const": True}, "content": CONTENT}),
    "security": {"type": "array", "minItems": 1, "items": {"type": "object", "maxProperties": 1}},
    "responses": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[1-5][0-9][0-9]$"},
                  "additionalProperties": record(["description"], {"description": TEXT, "content": CONTENT})}})
DOCUMENT = record(["openapi", "info", "paths", "components"], {
    "openapi": {"const": "3.1.0"},
    "info": record(["title", "version"], {"title": TEXT, "version": TEXT, "summary": TEXT, "license": {"type": "object"}}),
    "paths": {"type": "object", "propertyNames": {"pattern": "^/"}, "additionalProperties": {
        "type": "object", "propertyNames": {"enum": ["get", "put", "post", "delete", "patch"]},
        "additionalProperties": OPERATION}},
    "components": record(["schemas", "securitySchemes"], {"schemas": {"type": "object"}, "securitySchemes": {"type": "object"}})})

# What stands for {…} of a path: something that is there, where the sample city has it.
PLACES = {"/v1/persons/": "per_x001", "/v1/records/": "rec_00000000_0", "/v1/staff/": "stf_x01",
          "/v1/public/certificates/": "HJ-310104-0017", "/v1/corrections/": "cor_" + "0" * 32,
          "/v1/documents/": "doc_" + "0" * 32, "/v1/me/documents/": "doc_" + "0" * 32,
          "/v1/public/documents/": "0" * 64,
          "/v1/bindings/": "bnd_" + "0" * 32, "/v1/me/bindings/": "bnd_" + "0" * 32,
          "/v1/introductions/": "int_" + "0" * 32, "/v1/me/introductions/": "int_" + "0" * 32,
          "/v1/cases/": "cas_" + "0" * 32, "/v1/draws/": "drw_" + "0" * 32,
          "/v1/contracts/": "ctr_" + "0" * 16, "/v1/me/contracts/": "ctr_" + "0" * 16,
          "/v1/exams/questions/": "qst_" + "0" * 32, "/v1/exams/": "exm_" + "0" * 32,
          "/v1/listings/": "lst_" + "0" * 32,
          "/shards/": "2026-11", "/tile/": "0/000"}
SECURITY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
            "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
# Statuses of a busy or stopping server, which no single request brings about.
SELDOM = {429, 503}


def walk(value):
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(child)


class OpenApi(menshen.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls("setUp")
        menshen.Case.setUp(cls.case)
        config = cls.case.file("menshen.yaml", "limits: {sign_ins_per_address: 100000}\n")
        cls.server = cls.case.server(sip=False, demo=True, config=config)
        cls.document = json.loads(cls.server.get("/openapi.json")[2])
        cls.visitors = agency.visitors(cls.server)

    @classmethod
    def tearDownClass(cls):
        for s in cls.case.servers:
            s.stop()
        menshen.shutil.rmtree(cls.case.folder, ignore_errors=True)

    def setUp(self):
        self.folder, self.servers = self.case.folder, []

    def tearDown(self):
        self.assertIsNone(self.server.process.poll(), self.server.messages())

    # -- The description -----------------------------------------------------------------

    def test_the_description_is_valid(self):
        jsonschema.Draft202012Validator(DOCUMENT).validate(self.document)
        schemas = self.document["components"]["schemas"]
        for name, schema in schemas.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            for part in walk(schema):
                for example in part.get("examples", []) if isinstance(part, dict) and "type" in part else []:
                    self.validator(part).validate(example)
        for part in walk(self.document):
            if isinstance(part, dict) and isinstance(part.get("$ref"), str):
                self.assertIn(part["$ref"].removeprefix("#/components/schemas/"), schemas)
        for path, method, op in self.operations():
            named = {p["name"] for p in op.get("parameters", []) if p["in"] == "path"}
            self.assertEqual(named, set(re.findall(r"\{(\w+)\}", path)), path)
            schemes = {name for one in op.get("security", []) for name in one}
            self.assertLessEqual(schemes, set(self.document["components"]["securitySchemes"]), path)
            self.assertTrue("security" not in op or "401" in op["responses"], path)

    def test_what_is_asked_has_bounds(self):
        for path, method, op in self.operations():
            for media, content in op.get("requestBody", {}).get("content", {}).items():
                if media != "application/json":
                    continue
                for one in self.alternatives(content["schema"]):
                    self.assertEqual(one["type"], "object", path)
                    # Fields that a table names, not the description, are at least names.
                    self.assertTrue(one["additionalProperties"] is False or "propertyNames" in one, path)
                for part in walk(self.alternatives(content["schema"])):
                    if isinstance(part, dict) and "string" in str(part.get("type", "")):
                        self.assertTrue("maxLength" in part or "enum" in part or "format" in part, f"{path} {part}")

    # -- The server -----------------------------------------------------------------------

    def operations(self):
        for path, methods in self.document["paths"].items():
            for method, op in methods.items():
                yield path, method.upper(), op

    def alternatives(self, schema):
        """The schemas of which a body fits one."""
        schema = self.resolved(schema)
        several = schema.get("oneOf") or schema.get("anyOf")
        if not several:
            return [schema]
        base = {k: v for k, v in schema.items() if k not in ("oneOf", "anyOf")}
        return [{**base, **self.resolved(one)} for one in several]

    def resolved(self, schema):
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return schema

    def validator(self, schema):
        whole = {**schema, "components": self.document["components"]}
        return jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())

    def sample(self, schema):
        """Something that fits a schema."""
        schema = self.alternatives(schema)[0]
        if schema.get("examples"):
            return schema["examples"][0]
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else schema["enum"][0]
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            wanted = schema.get("required", [])
            return {name: self.sample(schema["properties"][name]) for name in wanted}
        if kind == "array":
            return [self.sample(schema.get("items", {"type": "string"}))] * max(1, schema.get("minItems", 1))
        if kind == "string":
            return {"date-time": "2026-11-23T10:30:00+08:00", "date": "2026-11-23"}.get(
                schema.get("format"), "x" * max(1, schema.get("minLength", 1)))
        return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True, "null": None}[kind]

    def wrong(self, schema):
        """(what is wrong, body) that does not fit."""
        yield "no object", []
        for one in self.alternatives(schema):
            yield from self.wrong_object(one)

    def wrong_object(self, schema):
        good = self.sample(schema)
        yield "an unknown field", {**good, "no_such_field": 1}
        for name in schema.get("required", []):
            yield f"without {name}", {k: v for k, v in good.items() if k != name}
        for name, part in schema.get("properties", {}).items():
            part = self.resolved(part)
            kinds = part.get("type", [])
            for kind, value in (("string", "x"), ("integer", 7), ("object", {"x": 1}), ("array", [1])):
                if kind not in kinds and "enum" not in part and "const" not in part and "anyOf" not in part:
                    yield f"{name}: a {kind}", {**good, name: value}
            if "maxLength" in part:
                yield f"{name}: too long", {**good, name: "1" * (part["maxLength"] + 1)}
            if "enum" in part:
                yield f"{name}: none of its words", {**good, name: "no-such-word"}

    def concrete(self, path, known=True):
        for begin, value in PLACES.items():
            if path.startswith(begin):
                path = re.sub(r"\{\w+\}", value if known else "nobody_x", path, count=1)
        return re.sub(r"\{\w+\}", "x1" if known else "nobody_x", path)

    def parameters(self, op, purpose):
        headers, query = {}, []
        for p in op.get("parameters", []):
            if p["in"] == "header" and p.get("required"):
                headers[p["name"]] = purpose if p["name"] == "Purpose" else '"x"'
            elif p["in"] == "query" and p.get("required"):
                query.append(f"{p['name']}={self.sample(p['schema'])}")
        return headers, "?" + "&".join(query) if query else ""

    def check(self, path, method, op, answer, what):
        status, headers, text = answer
        told = f"{method} {path}, {what}: {status} {text[:300]}"
        self.assertNotEqual(status, 500, told)
        self.assertIn(str(status), op["responses"], "a status that the description does not have: " + told)
        for name, value in SECURITY.items():
            if (path, status, name) != ("/", 200, "Content-Security-Policy"):  # the console's page: test_console.py
                self.assertEqual(headers[name], value, told)
        if path.startswith("/v1/") or status >= 400:
            self.assertEqual(headers["Cache-Control"], "no-store", told)
        content = op["responses"][str(status)].get("content", {})
        kind = headers.get("Content-Type", "").split(";")[0]
        found = [c for media, c in content.items() if media.split(";")[0] == kind]
        self.assertTrue(found or not text, f"a media type that the description does not have: {kind}: {told}")
        if kind.endswith("json") and found:
            errors = list(self.validator(found[0]["schema"]).iter_errors(json.loads(text)))
            self.assertEqual([e.message for e in errors], [], told)
        self.seen.setdefault((method, path), set()).add(status)
        return status

    def body_of(self, op):
        for media, content in op.get("requestBody", {}).get("content", {}).items():
            return media, content.get("schema", {})
        return None, None

    def replay(self, path, method, op, visitor):
        media, schema = self.body_of(op)
        for known in (True, False):
            headers, query = self.parameters(op, "matchmaking.introduce")
            body = b"x" if media else None
            if media == "application/json":
                body = self.sample(schema)
            elif media:
                headers["Content-Type"] = media
            place = self.concrete(path, known) + query
            answer = visitor.ask(method, place, copy.deepcopy(body), headers)
            self.check(path, method, op, answer, f"as {visitor.role}")
        if visitor.role is None:
            self.assertTrue("security" not in op or answer[0] == 401, f"{method} {path} as nobody: {answer[0]}")
        elif "x-roles" in op and visitor.role not in op["x-roles"]:
            self.assertIn(answer[0], (401, 403), f"{method} {path} as {visitor.role}")

    def test_every_route_answers_everybody_as_described(self):
        type(self).seen = {}
        for path, method, op in self.operations():
            if (method, path) == ("DELETE", "/v1/session"):
                continue
            for visitor in self.visitors:
                self.replay(path, method, op, visitor)
        left = agency.sign_in(self.server, "xiaolan")
        op = self.document["paths"]["/v1/session"]["delete"]
        self.assertEqual(self.check("/v1/session", "DELETE", op, left.ask("DELETE", "/v1/session"), "signing out"), 200)
        for (method, path), statuses in self.seen.items():
            self.assertTrue(statuses - SELDOM, f"{method} {path}")

    def test_what_does_not_fit_is_refused_as_described(self):
        type(self).seen = {}
        for path, method, op in self.operations():
            media, schema = self.body_of(op)
            if media != "application/json":
                continue
            able = [v for v in self.visitors if "x-roles" not in op or v.role in op["x-roles"]]
            # One that may: whom the route does not refuse before reading the body.
            for visitor in able:
                headers, query = self.parameters(op, "matchmaking.introduce")
                place = self.concrete(path) + query
                plain = {**headers, "Content-Type": "application/json"}
                status = self.check(path, method, op, visitor.ask(method, place, b"{", plain), "half a body")
                if status not in (401, 403):
                    break
            else:
                continue
            self.assertEqual(status, 400, f"{method} {path}: half a body")
            status = self.check(path, method, op, visitor.ask(method, place, b"{}", {**headers, "Content-Type": "text/plain"}), "text")
            self.assertEqual(status, 415, f"{method} {path}: text")
            long = b'{"x":"' + b"x" * (1 << 16) + b'"}'
            status = self.check(path, method, op, visitor.ask(method, place, long, plain), "too large")
            self.assertIn(status, (400, 413), f"{method} {path}: too large")
            for what, body in self.wrong(schema):
                body = json.dumps(body).encode()
                status = self.check(path, method, op, visitor.ask(method, place, body, plain), what)
                self.assertTrue(400 <= status < 500, f"{method} {path}, {what}: {status}")

    def test_paths_and_methods_that_are_not_there(self):
        for method, path, wanted in (("GET", "/v1/nothing", 404), ("PUT", "/v1/calls", 405), ("GET", "/../etc/passwd", 404)):
            status, headers, text = self.server.http(method, path, b"" if method == "PUT" else None)
            self.assertEqual(status, wanted, path)
            self.validator({"$ref": "#/components/schemas/Problem"}).validate(json.loads(text))
            for name, value in SECURITY.items():
                self.assertEqual(headers[name], value, path)


if __name__ == "__main__":
    import unittest
    unittest.main()
