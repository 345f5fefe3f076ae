"""What all routes share: requests, replies, problem documents, sessions, forms, pages."""
