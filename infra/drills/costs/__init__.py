"""What a campaign costs on AWS, and which limit is reached first under load: `make costs`.

assumptions.toml ──▶ usage ──▶ bill      prices are as published when they were read: check them
                 └─▶ limits              nothing here was measured on AWS
"""
