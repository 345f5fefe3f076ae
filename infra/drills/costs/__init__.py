"""What a campaign costs on AWS, and what gives way first under load: `make costs`.

assumptions.toml ──▶ usage ──▶ bill      prices are as published when they were read: check them
                 └─▶ limits              nothing here was measured on AWS
"""
