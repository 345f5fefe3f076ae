"""Plays a campaign's ten days, compressed in time, against the running system: `make rehearse`.

campaign.toml ──▶ curve ──▶ timetable ──▶ crowd ──▶ HTTP ──▶ receipts ──▶ the judge of `infra.drills.chaos`
                                          watch ──▶ what 135 units and an observer are shown ──▶ lag
It knows the system by HTTP and the secretariat's key alone; so it plays against a stage on AWS as well (`URL`).
"""
