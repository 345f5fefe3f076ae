"""The two ways to send mail, SMTP and SES, and its attachments."""
