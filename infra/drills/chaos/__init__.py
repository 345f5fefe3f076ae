"""Breaks the running system on purpose, under load, and proves that nothing was lost, doubled or late: `make chaos`.

plan ──▶ faults ──▶ the processes of `infra.local`, its disk, and a proxy between them and the engine
load ──▶ HTTP ──▶ chaos-receipts.txt ──▶ judge ──▶ chaos.json        the judge knows HTTP and the export, no more
"""
