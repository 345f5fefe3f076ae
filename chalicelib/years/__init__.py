"""From one year's survey to the next: what is taken over, and what last year's count was."""
