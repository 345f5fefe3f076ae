"""The rules of questions and answers, pure."""
