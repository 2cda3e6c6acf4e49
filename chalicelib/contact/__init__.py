"""Questions, complaints and reports: taken in, answered, closed, and forgotten three years later."""
