"""A minimal end-to-end check of a running system, here or on AWS: `make smoke URL=… SECRETARIAT_KEY=…`.

Registers a campaign of its own with one unit, answers, watches the count, waits for the close and the seal, and
verifies the export; it knows the system by HTTP and the secretariat's key alone, and leaves the campaign, sealed.
"""
