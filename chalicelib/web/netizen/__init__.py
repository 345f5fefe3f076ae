"""The netizens' routes and pages.

Each function behind a page takes `query` and `headers` as flat mappings (header names in lower case), `code` as the
decoded path parameter, `body` as raw bytes and `arrived_ms` as the instant of arrival. Bodies of replies are text:
whoever stands in front of us compresses them (the gateway on AWS, the one-machine runner).
"""
