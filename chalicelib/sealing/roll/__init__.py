"""The roll (计票名册): its lines, the tree over them, and the receipts that lead to them."""
