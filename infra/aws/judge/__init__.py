"""Rules that AWS has and no emulator: over the translated template, the zips, and the roles' policies.

`make check` runs them on the template, the deployment's tests on the package as well.
"""
