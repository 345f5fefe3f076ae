"""Deploying the package to AWS, and taking a stage down again: `make deploy STAGE=…`, `make destroy STAGE=…`.

infra/stages/STAGE.toml ─┐
build/aws (the package) ─┴▶ bucket ──▶ change set ──▶ shown ──▶ executed ──▶ the first key of the secretariat
"""
