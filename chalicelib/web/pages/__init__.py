"""The netizens' pages. Each function answers one route with a `chalice.Response`; `app.py` writes one line each.

`query` and `headers` are flat mappings (header names in lower case), `code` and `name` the decoded path parameter,
`body` the raw bytes, `arrived_ms` the instant of arrival.

    GET  /                  show_home(query, headers, arrived_ms)
    GET  /privacy           show_privacy(query, headers)
    GET  /s/{code}          show_link(code, query, headers, arrived_ms)        also /S/{code}
    GET  /s/{code}/form     show_form(code, query, headers, arrived_ms)
    POST /s/{code}/form     take_form(code, query, headers, body, arrived_ms)  content type urlencoded

Bodies are text: whoever stands in front of us compresses them (the gateway on AWS, the one-machine runner).
"""
