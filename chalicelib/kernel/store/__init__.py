"""DynamoDB as this product uses it, and the audit log."""
