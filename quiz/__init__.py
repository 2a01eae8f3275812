"""What staff should recall: questions, marking, papers, spaced review, the training record."""
