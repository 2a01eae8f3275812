"""What the company knows: handbook articles, their search, and answers made only of them."""
