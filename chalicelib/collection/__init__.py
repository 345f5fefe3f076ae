"""From a link to a receipt: tickets, responses, and one conditional write."""
