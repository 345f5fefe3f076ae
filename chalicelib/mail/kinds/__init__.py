"""The kinds of mails, each in a file that declares it as `KIND`; `mail.kind.mail_kinds` finds them."""
