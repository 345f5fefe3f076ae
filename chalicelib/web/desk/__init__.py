"""What the desks share: who stands at one, the way in, forms and lists."""
