"""Files and secrets: on one machine in a folder, on AWS in a bucket and in Secrets Manager."""
