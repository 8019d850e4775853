"""预警: warnings of the limits that run on a ticket or a case, and due dates decided anew."""
