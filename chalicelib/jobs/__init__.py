"""Long work: a job is held under a lease, in steps, by whichever tick finds it."""
