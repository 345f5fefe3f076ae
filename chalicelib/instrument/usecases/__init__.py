"""Finding questionnaires, and bringing versions of them."""
