"""Read the lecture notes as data: their questions, answers and links, and the index that is made from them."""
